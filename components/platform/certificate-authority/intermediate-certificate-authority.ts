import * as pulumi from "@pulumi/pulumi";
import { CertRequest } from "@pulumi/tls/certRequest";
import { LocallySignedCert } from "@pulumi/tls/locallySignedCert";

import { Children, componentOptions, componentToken, refuse, type MeshComponentOptions } from "../component";
import { afterCheck } from "./after-check";
import type { ExistingRootArgs, IntermediateCertificateAuthorityArgs } from "./args";
import { checkedRoot } from "./certificates";
import { completedCertificate } from "./completed-certificate";
import { AUTHORITY_USES, DEFAULTS, hours } from "./defaults";
import { privateKey } from "./private-key";
import { intermediateProblems } from "./problems";
import { RootCertificateAuthority } from "./root-certificate-authority";
import { INTERMEDIATE_CERTIFICATE_AUTHORITY_SHAPE } from "./shape";

/** It signs workloads, and no further authorities. */
const PATH_LENGTH = 0;

/**
 * Makes the authority of one cluster: a key and a certificate that the root has signed, which may sign the identities of
 * workloads and no further authorities.
 *
 * @throws MeshError with every problem of the arguments, before anything is registered
 * @example
 * // In the stack of the offline root; the cluster's stack passes these outputs to `CertificateAuthority` as `issued`.
 * const west = new IntermediateCertificateAuthority("west", { root, locality: "west" });
 * export const authority = {
 *   certificatePem: west.certificatePem,
 *   privateKeyPem: west.privateKeyPem, // stays a secret in the stack's outputs
 *   rootCertificatePem: west.rootCertificatePem,
 * };
 */
export class IntermediateCertificateAuthority extends pulumi.ComponentResource {
  /** The certificate, PEM. */
  readonly certificatePem: pulumi.Output<string>;
  /** The private key, PEM; a secret. */
  readonly privateKeyPem: pulumi.Output<string>;
  /** The certificate of the root, PEM. */
  readonly rootCertificatePem: pulumi.Output<string>;
  /** Every certificate that workloads trust, PEM. */
  readonly trustBundlePem: pulumi.Output<string>;
  /** When the certificate ends, in RFC 3339. */
  readonly validUntil: pulumi.Output<string>;

  constructor(name: string, args: IntermediateCertificateAuthorityArgs, opts?: MeshComponentOptions) {
    refuse(
      "IntermediateCertificateAuthority",
      name,
      args,
      opts,
      INTERMEDIATE_CERTIFICATE_AUTHORITY_SHAPE,
      () => intermediateProblems(args),
    );
    // Field by field: a whole root component may be handed over. Its key is a secret from here on, however it came.
    const root = {
      certificatePem: args.root.certificatePem,
      privateKeyPem: pulumi.secret(args.root.privateKeyPem),
      ...(args.root.trustBundlePem === undefined ? {} : { trustBundlePem: args.root.trustBundlePem }),
    };
    super(
      componentToken("IntermediateCertificateAuthority"),
      name,
      { ...args, root },
      componentOptions(opts),
    );

    const check = checkOf(name, args.root instanceof RootCertificateAuthority ? undefined : root);
    const rootKey = afterCheck(check, root.privateKeyPem);
    const children = new Children(this, name, opts);
    const key = privateKey(children.name("key"), args.key, children.options());
    const request = new CertRequest(
      children.name("request"),
      {
        privateKeyPem: key.privateKeyPem,
        subject: {
          commonName: args.commonName ?? "Intermediate CA",
          organization: args.organization ?? "Istio",
          ...(args.locality === undefined ? {} : { locality: args.locality }),
        },
      },
      children.options(),
    );
    const constrained = args.nameConstraints !== undefined;
    const certificate = new LocallySignedCert(
      children.name("certificate"),
      {
        certRequestPem: request.certRequestPem,
        caCertPem: afterCheck(check, root.certificatePem),
        caPrivateKeyPem: rootKey,
        validityPeriodHours: hours(args.validityDays ?? DEFAULTS.intermediateDays),
        earlyRenewalHours: hours(args.renewBeforeDays ?? DEFAULTS.renewBeforeDays),
        // Where names are constrained, what the provider issues must not be an authority itself: it has no constraints, and
        // stays in the state.
        ...(constrained ? {} : { isCaCertificate: true, maxPathLength: PATH_LENGTH }),
        allowedUses: AUTHORITY_USES,
        setSubjectKeyId: true,
      },
      children.options(),
    );

    const extensions = {
      pathLength: PATH_LENGTH,
      ...(args.nameConstraints && { nameConstraints: args.nameConstraints }),
    };
    // The key signs here and is in no result: a certificate is no secret.
    this.certificatePem = pulumi.unsecret(
      pulumi
        .all([certificate.certPem, rootKey])
        .apply(([issued, signer]) => completedCertificate(issued, signer, extensions)),
    );
    this.privateKeyPem = pulumi.secret(key.privateKeyPem);
    this.rootCertificatePem = pulumi.output(root.certificatePem);
    this.trustBundlePem = pulumi.output(root.trustBundlePem ?? root.certificatePem);
    this.validUntil = certificate.validityEndTime;
    this.registerOutputs({
      certificatePem: this.certificatePem,
      privateKeyPem: this.privateKeyPem,
      rootCertificatePem: this.rootCertificatePem,
      trustBundlePem: this.trustBundlePem,
      validUntil: this.validUntil,
    });
  }
}

/** A root that comes from elsewhere is looked at before anything is signed by it. */
function checkOf(name: string, root: ExistingRootArgs | undefined): pulumi.Output<unknown> {
  if (root === undefined) return pulumi.output(true);
  const { certificatePem, privateKeyPem, trustBundlePem = certificatePem } = root;
  return pulumi
    .all([certificatePem, privateKeyPem, trustBundlePem] as const)
    .apply(([certificate, key, trusted]: readonly (string | undefined)[]) =>
      // The mocks of a unit test make no root: there is nothing to look at.
      certificate === undefined || key === undefined || trusted === undefined
        ? undefined
        : checkedRoot(`IntermediateCertificateAuthority "${name}"`, {
            certificatePem: certificate,
            privateKeyPem: key,
            trustBundlePem: trusted,
          }),
    );
}
