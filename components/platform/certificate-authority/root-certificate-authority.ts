import * as pulumi from "@pulumi/pulumi";
import { SelfSignedCert } from "@pulumi/tls/selfSignedCert";

import { Children, componentOptions, componentToken, refuse, type MeshComponentOptions } from "../component";
import type { RootCertificateAuthorityArgs } from "./args";
import { AUTHORITY_USES, DEFAULTS, hours } from "./defaults";
import { privateKey } from "./private-key";
import { rootProblems } from "./problems";
import { ROOT_CERTIFICATE_AUTHORITY_SHAPE } from "./shape";

/**
 * Makes the root of trust of a mesh, outside of every cluster. In a stack of its own, beside the
 * `IntermediateCertificateAuthority` of each cluster, it is an offline root: its key stays in that stack's state.
 *
 * @throws MeshError with every problem of the arguments, before anything is registered
 * @example
 * const root = new RootCertificateAuthority("root", {}, { protect: true });
 * const west = new IntermediateCertificateAuthority("west", { root, locality: "west" });
 */
export class RootCertificateAuthority extends pulumi.ComponentResource {
  /** The certificate, PEM. */
  readonly certificatePem: pulumi.Output<string>;
  /** The private key, PEM; a secret. */
  readonly privateKeyPem: pulumi.Output<string>;
  /** When the certificate ends, in RFC 3339. */
  readonly validUntil: pulumi.Output<string>;

  constructor(name: string, args: RootCertificateAuthorityArgs = {}, opts?: MeshComponentOptions) {
    refuse("RootCertificateAuthority", name, args, opts, ROOT_CERTIFICATE_AUTHORITY_SHAPE, () =>
      rootProblems(args),
    );
    super(componentToken("RootCertificateAuthority"), name, { ...args }, componentOptions(opts));

    const children = new Children(this, name, opts);
    const key = privateKey(children.name("key"), args.key, children.options());
    const certificate = new SelfSignedCert(
      children.name("certificate"),
      {
        privateKeyPem: key.privateKeyPem,
        subject: { commonName: args.commonName ?? "Root CA", organization: args.organization ?? "Istio" },
        validityPeriodHours: hours(args.validityDays ?? DEFAULTS.rootDays),
        // Never renewed by itself: what trusts the old root would refuse the new one.
        earlyRenewalHours: 0,
        isCaCertificate: true,
        maxPathLength: args.maxPathLength ?? 1,
        allowedUses: AUTHORITY_USES,
        setSubjectKeyId: true,
        setAuthorityKeyId: true,
      },
      children.options(),
    );

    this.certificatePem = certificate.certPem;
    this.privateKeyPem = pulumi.secret(key.privateKeyPem);
    this.validUntil = certificate.validityEndTime;
    this.registerOutputs({
      certificatePem: this.certificatePem,
      privateKeyPem: this.privateKeyPem,
      validUntil: this.validUntil,
    });
  }
}
