import * as pulumi from "@pulumi/pulumi";

import { secretBase64 } from "../base64";
import { Children, componentOptions, componentToken, refuse, type MeshComponentOptions } from "../component";
import { warn } from "../warn";
import { commonLabels } from "../labels";
import { DEFAULT_ROOT_NAMESPACE } from "../versions";
import { afterCheck } from "./after-check";
import type { CertificateAuthorityArgs, IssuedAuthorityArgs } from "./args";
import { adoptedAuthority, type ProvidedAuthority } from "./adopted";
import { SECRET_NAME } from "./defaults";
import { expiryWarnings } from "./expiry";
import { IntermediateCertificateAuthority } from "./intermediate-certificate-authority";
import { checkedAuthority } from "./certificates";
import { authorityProblems } from "./problems";
import { RootCertificateAuthority } from "./root-certificate-authority";
import { CERTIFICATE_AUTHORITY_SHAPE } from "./shape";

/**
 * Gives a control plane the authority with which it signs identities: an intermediate key and certificate below a root,
 * in the secret `cacerts`. The root's private key never enters the cluster.
 *
 * Without it istiod makes a root of its own, which no other cluster shares and nothing outside keeps. The control plane
 * must depend on this component: an istiod that starts before the secret exists has already made up its mind.
 *
 * @throws MeshError with every problem of the arguments, before anything is registered
 * @example
 * // Root and intermediate made here: the root's key is in this stack's state, as a secret.
 * new CertificateAuthority("ca", {});
 *
 * // Issued by the stack of an offline root.
 * const offline = new pulumi.StackReference("acme/mesh/root");
 * const of = (field: string) => offline.requireOutput("prod").apply((authority) => authority[field]);
 * new CertificateAuthority("ca", {
 *   issued: {
 *     certificatePem: of("certificatePem"),
 *     privateKeyPem: of("privateKeyPem"),
 *     rootCertificatePem: of("rootCertificatePem"),
 *   },
 * });
 * @see https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/
 */
export class CertificateAuthority extends pulumi.ComponentResource {
  /**
   * The certificate that every workload of the mesh trusts, PEM; two while a root is being replaced. This and the
   * certificate are empty for an existing secret that is not read.
   */
  readonly rootCertificatePem: pulumi.Output<string>;
  /** The certificate that signs identities in this cluster, PEM. */
  readonly certificatePem: pulumi.Output<string>;
  /**
   * The key of that certificate, PEM; a secret, and empty where the authority was made elsewhere and only adopted. A
   * `GatewayCertificate` takes it to sign what callers from outside meet.
   */
  readonly privateKeyPem: pulumi.Output<string>;
  /** Name of the secret, once it exists. */
  readonly secretName: pulumi.Output<string>;

  constructor(name: string, args: CertificateAuthorityArgs = {}, opts?: MeshComponentOptions) {
    refuse("CertificateAuthority", name, args, opts, CERTIFICATE_AUTHORITY_SHAPE, () =>
      authorityProblems(args),
    );
    // A key that was handed over in the clear is a secret from here on, in the component's own inputs too.
    const issued = args.issued && {
      certificatePem: args.issued.certificatePem,
      privateKeyPem: pulumi.secret(args.issued.privateKeyPem),
      rootCertificatePem: args.issued.rootCertificatePem,
      ...(args.issued.trustBundlePem === undefined ? {} : { trustBundlePem: args.issued.trustBundlePem }),
    };
    super(
      componentToken("CertificateAuthority"),
      name,
      { ...args, ...(issued === undefined ? {} : { issued }) },
      componentOptions(opts),
    );

    const children = new Children(this, name, opts);
    const namespace = args.namespace ?? DEFAULT_ROOT_NAMESPACE;
    const authority =
      args.existing === undefined
        ? this.provide(children, name, namespace, args, issued)
        : adoptedAuthority(children, name, namespace, args, args.existing, (pems) => this.warnOfExpiry(pems));
    this.rootCertificatePem = authority.rootCertificatePem;
    this.certificatePem = authority.certificatePem;
    this.privateKeyPem = authority.privateKeyPem;
    this.secretName = authority.secretName;
    this.registerOutputs({ ...authority });
  }

  /** Writes the secret of an authority that is known here. */
  private provide(
    children: Children,
    name: string,
    namespace: string,
    args: CertificateAuthorityArgs,
    issued: IssuedAuthorityArgs | undefined,
  ): ProvidedAuthority {
    const given = issued ?? this.madeHere(children, args);
    const { certificatePem, privateKeyPem, rootCertificatePem } = given;
    const trustBundlePem = given.trustBundlePem ?? rootCertificatePem;
    // What was made elsewhere is looked at before anything is written from it; a mistake would stop every workload.
    const authority = pulumi
      .all([certificatePem, privateKeyPem, rootCertificatePem, trustBundlePem] as const)
      .apply(async (texts: readonly (string | undefined)[]) => {
        // The mocks of a unit test answer with what was asked, and make no certificates.
        const [certificate = "", key = "", root = "", trusted = ""] = texts;
        const pem = {
          certificatePem: certificate,
          privateKeyPem: key,
          rootCertificatePem: root,
          trustBundlePem: trusted,
        };
        if (issued === undefined) return pem;
        await checkedAuthority(`CertificateAuthority "${name}"`, pem, args);
        this.warnOfExpiry([certificate, trusted]);
        return pem;
      });
    const checked = (text: pulumi.Input<string>): pulumi.Output<string> => afterCheck(authority, text);
    const secret = children.add("cacerts", {
      apiVersion: "v1",
      kind: "Secret",
      metadata: {
        name: SECRET_NAME,
        namespace,
        labels: commonLabels("certificate-authority"),
      },
      type: "Opaque",
      // `data`, not `stringData`: the server turns the latter into the former, and an apply could never take a key away.
      data: {
        "ca-cert.pem": secretBase64(authority.certificatePem),
        "ca-key.pem": secretBase64(authority.privateKeyPem),
        "cert-chain.pem": secretBase64(
          authority.apply((pem) => joinCertificates([pem.certificatePem, pem.rootCertificatePem])),
        ),
        "root-cert.pem": secretBase64(authority.trustBundlePem),
      },
    });

    return {
      rootCertificatePem: checked(trustBundlePem),
      certificatePem: checked(certificatePem),
      privateKeyPem: pulumi.secret(checked(privateKeyPem)),
      secretName: secret.metadata.name,
    };
  }

  private warnOfExpiry(pems: readonly string[]): void {
    for (const warning of expiryWarnings(pems, Date.now())) warn(this, warning);
  }

  private madeHere(children: Children, args: CertificateAuthorityArgs): IssuedAuthorityArgs {
    const root = new RootCertificateAuthority(children.name("root"), args.newRoot, { parent: this });
    return new IntermediateCertificateAuthority(
      children.name("intermediate"),
      { ...args.newIntermediate, root },
      { parent: this },
    );
  }
}

/** Certificates from the workload's issuer up to the root, each on lines of its own. */
function joinCertificates(certificates: readonly string[]): string {
  return certificates.map((pem) => `${pem.trim()}\n`).join("");
}
