import type { RuleMetadata } from "./rule";
import type { RuleId } from "./rules/rule-id";

/** A requirement of a published standard, in the shape that Pulumi shows with a policy. */
export interface FrameworkReference {
  readonly name: string;
  readonly version: string;
  /** The number that the standard itself gives to the requirement, or to the section that has it. */
  readonly reference: string;
  /** Where the standard is published. */
  readonly specification: string;
}

const nist =
  (publication: string, version: string) =>
  (reference: string): FrameworkReference => ({
    name: `NIST SP ${publication}`,
    version,
    reference,
    specification: `https://doi.org/10.6028/NIST.SP.${publication}`,
  });

/** Security strategies for microservices. */
const microservices = nist("800-204", "2019");
/** How to deploy a service mesh. */
const mesh = nist("800-204A", "2020");
/** Access control by a service mesh. */
const access = nist("800-204B", "2021");
/** Configuration of TLS. */
const tls = nist("800-52r2", "2019");

const pci = (reference: string): FrameworkReference => ({
  name: "PCI DSS",
  version: "4.0.1",
  reference,
  specification: "https://www.pcisecuritystandards.org/document_library/",
});

const cis = (reference: string): FrameworkReference => ({
  name: "CIS Kubernetes Benchmark",
  version: "1.9",
  reference,
  specification: "https://www.cisecurity.org/benchmark/kubernetes",
});

/** All that is exchanged between proxies is encrypted by mutual TLS. */
const mutualTls = [mesh("SM-DR6"), microservices("MS-SS-4")];

/** Strong cryptography on public networks, with certificates that are trusted and valid. PCI DSS asks no such thing inside of a cluster. */
const publicTransport = pci("4.2.1");

/** What leaves is what an explicit policy names. */
const outbound = [mesh("SM-DR8"), pci("1.3.2")];

/**
 * The requirements that a violation of a rule breaks, where a standard truly asks for it. In one table, because who answers
 * for a standard reads it across the rules; a rule that is missing serves none of them: most of them keep a mesh working,
 * which no standard asks for.
 */
const frameworks: Readonly<Partial<Record<RuleId, readonly FrameworkReference[]>>> = {
  "mtls-mesh-strict": mutualTls,
  "mtls-no-downgrade": mutualTls,
  "mtls-client-not-disabled": mutualTls,
  "mtls-certificate-lifetime": [publicTransport],
  // A default policy rejects what is not authenticated, and services are reached through an explicit policy only.
  "authz-default-deny": [access("APE-SR-3"), mesh("SM-DR1"), pci("7.3.3")],
  "authz-no-allow-all": [access("5.2.1"), pci("7.3.3")],
  "authz-identity-needs-mtls": mutualTls,
  "jwt-requires-authorization": [access("APE-SR-3")],
  // A user's token is not passed on beyond the gateway.
  "jwt-rule-hardened": [microservices("MS-SS-10")],
  "gateway-no-plaintext": [publicTransport, microservices("MS-SS-4")],
  "gateway-tls-minimum": [tls("3.1"), publicTransport],
  "gateway-credential-valid": [publicTransport],
  "egress-registry-only": outbound,
  "egress-no-catch-all": outbound,
  "egress-tls-verified": [publicTransport],
  "install-control-plane-hardened": [pci("2.2.4")],
  // A host network.
  "workload-captured": [cis("5.2.5")],
  "workload-pod-security": [
    // Privileges, the node's namespaces, escalation, root, capabilities, seccomp.
    ...["5.2.2", "5.2.3", "5.2.4", "5.2.6", "5.2.7", "5.2.9", "5.2.10", "5.7.2"].map(cis),
    access("AHLC-SR-1"),
    access("AHLC-SR-4"),
  ],
  // The default service account.
  "workload-supply-and-capacity": [cis("5.1.5")],
};

/** The requirements of published standards that a violation of a rule breaks. */
export function frameworksOf({ id }: Pick<RuleMetadata, "id">): readonly FrameworkReference[] {
  return (frameworks as Readonly<Partial<Record<string, readonly FrameworkReference[]>>>)[id] ?? [];
}
