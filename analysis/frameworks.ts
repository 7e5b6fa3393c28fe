import type { RuleMetadata } from "./rule";

/** A requirement of a published standard, in the shape that Pulumi shows with a policy. */
export interface FrameworkReference {
  readonly name: string;
  readonly version: string;
  /** The requirement's number, or the topic where the standard numbers none. */
  readonly reference: string;
  /** Where the standard is published. */
  readonly specification: string;
}

/**
 * NIST's guides to microservices behind a service mesh recommend this very configuration. They are cited by topic.
 *
 * @see https://doi.org/10.6028/NIST.SP.800-204A
 */
const nist = (part: "A" | "B", reference: string): FrameworkReference => ({
  name: `NIST SP 800-204${part}`,
  version: part === "A" ? "2020" : "2021",
  reference,
  specification: `https://doi.org/10.6028/NIST.SP.800-204${part}`,
});

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

/**
 * The requirements that a violation of a rule breaks, where a standard truly asks for it. In one table, because who answers
 * for a standard reads it across the rules; a rule that is missing serves none of them.
 */
const frameworks: Readonly<Partial<Record<string, readonly FrameworkReference[]>>> = {
  "mtls-mesh-strict": [nist("A", "Secure communication: mutual TLS"), pci("4.2.1")],
  "mtls-no-downgrade": [nist("A", "Secure communication: mutual TLS"), pci("4.2.1")],
  "mtls-client-not-disabled": [nist("A", "Secure communication: mutual TLS"), pci("4.2.1")],
  "mtls-client-server-agree": [nist("A", "Secure communication: mutual TLS")],
  "mtls-certificate-lifetime": [pci("4.2.1")],
  "authz-default-deny": [nist("B", "Service-to-service authorization"), pci("7.3.3")],
  "authz-no-allow-all": [nist("B", "Service-to-service authorization"), pci("7.3.3")],
  "authz-identity-needs-mtls": [nist("B", "Service-to-service authentication")],
  "jwt-requires-authorization": [nist("B", "End-user authentication")],
  "jwt-claims-backed": [nist("B", "End-user authentication")],
  "jwt-rule-hardened": [nist("B", "End-user authentication")],
  "gateway-no-plaintext": [pci("4.2.1"), nist("A", "Ingress gateway")],
  "gateway-tls-minimum": [pci("4.2.1")],
  "gateway-credential-valid": [pci("4.2.1")],
  "egress-registry-only": [pci("1.3"), nist("A", "Egress gateway")],
  "egress-no-catch-all": [pci("1.3"), nist("A", "Egress gateway")],
  "egress-tls-verified": [pci("4.2.1")],
  "install-control-plane-hardened": [pci("2.2")],
  "workload-pod-security": [cis("5.2.2"), cis("5.2.6"), cis("5.2.7")],
};

/** The requirements of published standards that a violation of a rule breaks. */
export function frameworksOf({ id }: Pick<RuleMetadata, "id">): readonly FrameworkReference[] {
  return frameworks[id] ?? [];
}
