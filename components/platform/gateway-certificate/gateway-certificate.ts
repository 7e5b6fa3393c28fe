import * as pulumi from "@pulumi/pulumi";
import { CertRequest } from "@pulumi/tls/certRequest";
import { LocallySignedCert } from "@pulumi/tls/locallySignedCert";

import { splitPem } from "../../../analysis/model/certificate-lifetime";
import { KeyAlgorithm } from "../certificate-authority";
import { hours } from "../certificate-authority/defaults";
import { privateKey } from "../certificate-authority/private-key";
import { Children, componentOptions, componentToken, refuse, type MeshComponentOptions } from "../component";
import type { GatewayCertificateArgs, SigningAuthorityArgs } from "./args";
import { lifetimeOf } from "./defaults";
import { certManagerCertificate, credentialSecret } from "./objects";
import { gatewayCertificateProblems } from "./problems";
import { GATEWAY_CERTIFICATE_SHAPE } from "./shape";

/** Longest common name of X.520; the hosts that callers compare are elsewhere in the certificate. */
const LONGEST_COMMON_NAME = 64;

/**
 * The certificate and key with which a gateway answers for its hosts, in the secret that Gateway objects, of Istio and of
 * the Gateway API, name: signed by an authority of this program, or by cert-manager, which must be in the cluster.
 *
 * What the authority signs is renewed by deployments alone: deploy at least once within `renewBeforeDays`.
 *
 * @throws MeshError with every problem of the arguments, before anything is registered
 * @example
 * // Below the mesh's own root, for callers that have it.
 * new GatewayCertificate("shop", { credentialName: "shop-cert", hosts: ["shop.example.com"], authority });
 *
 * // By cert-manager, from an issuer that everybody trusts.
 * new GatewayCertificate("shop", {
 *   credentialName: "shop-cert",
 *   hosts: ["shop.example.com"],
 *   issuer: { name: "letsencrypt" },
 * });
 * @see https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/
 */
export class GatewayCertificate extends pulumi.ComponentResource {
  /** Name of the secret; with cert-manager it is there once the issuer has signed. */
  readonly credentialName: pulumi.Output<string>;
  /** What callers are sent, PEM: the certificate and the authorities up to the root; empty with cert-manager. */
  readonly certificateChainPem: pulumi.Output<string>;

  constructor(name: string, args: GatewayCertificateArgs, opts?: MeshComponentOptions) {
    refuse("GatewayCertificate", name, args, opts, GATEWAY_CERTIFICATE_SHAPE, () =>
      gatewayCertificateProblems(args),
    );
    const { issuer } = args;
    // Field by field: a whole component may be handed over. Its key is a secret from here on, however it came.
    const authority = args.authority && {
      certificatePem: args.authority.certificatePem,
      privateKeyPem: pulumi.secret(args.authority.privateKeyPem),
      ...(args.authority.rootCertificatePem === undefined
        ? {}
        : { rootCertificatePem: args.authority.rootCertificatePem }),
    };
    super(
      componentToken("GatewayCertificate"),
      name,
      { ...args, ...(authority === undefined ? {} : { authority }) },
      componentOptions(opts),
    );

    const children = new Children(this, name, opts);
    if (issuer !== undefined) {
      const certificate = children.add("certificate", certManagerCertificate(args, issuer));
      this.credentialName = certificate.metadata.name;
      this.certificateChainPem = pulumi.output("");
    } else {
      const signed = signedHere(children, args, authority!);
      const secret = children.add("secret", credentialSecret(args, signed.chainPem, signed.privateKeyPem));
      this.credentialName = secret.metadata.name;
      this.certificateChainPem = signed.chainPem;
    }
    this.registerOutputs({
      credentialName: this.credentialName,
      certificateChainPem: this.certificateChainPem,
    });
  }
}

function signedHere(
  children: Children,
  args: GatewayCertificateArgs,
  authority: SigningAuthorityArgs,
): { readonly chainPem: pulumi.Output<string>; readonly privateKeyPem: pulumi.Output<string> } {
  const { hosts } = args;
  const { validityDays, renewBeforeDays } = lifetimeOf(args);
  const key = privateKey(children.name("key"), args.key, children.options());
  const [commonName] = hosts.filter((host) => host.length <= LONGEST_COMMON_NAME);
  const request = new CertRequest(
    children.name("request"),
    {
      privateKeyPem: key.privateKeyPem,
      ...(commonName === undefined ? {} : { subject: { commonName } }),
      dnsNames: [...hosts],
    },
    children.options(),
  );
  const certificate = new LocallySignedCert(
    children.name("signed"),
    {
      certRequestPem: request.certRequestPem,
      caCertPem: authority.certificatePem,
      caPrivateKeyPem: authority.privateKeyPem,
      validityPeriodHours: hours(validityDays),
      earlyRenewalHours: hours(renewBeforeDays),
      allowedUses: [
        "digital_signature",
        ...(args.key?.algorithm === KeyAlgorithm.Rsa ? ["key_encipherment"] : []),
        "server_auth",
      ],
      setSubjectKeyId: true,
    },
    children.options(),
  );
  const chainPem = pulumi
    .all([certificate.certPem, authority.certificatePem, authority.rootCertificatePem])
    .apply(([leaf, issuing, root]: readonly (string | undefined)[]) =>
      // The mocks of a unit test answer with what was asked, and make no certificates.
      chain(leaf ?? "", issuing ?? "", root ?? issuing ?? ""),
    );
  return { chainPem, privateKeyPem: pulumi.secret(key.privateKeyPem) };
}

/** The certificate and those above it, without the roots: callers believe only the ones that they have. */
function chain(leaf: string, issuing: string, roots: string): string {
  const known = new Set(splitPem(roots).map(compact));
  return [leaf, ...splitPem(issuing).filter((pem) => !known.has(compact(pem)))]
    .map((pem) => `${pem.trim()}\n`)
    .join("");
}

function compact(pem: string): string {
  return pem.replace(/\s/g, "");
}
