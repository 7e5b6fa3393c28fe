import type * as pulumi from "@pulumi/pulumi";

import type { Manifest } from "../../compile/manifest";
import type { ResourceArgs } from "../inputs";
import { hasToken, MeshResource } from "../mesh-resource";

/** What a certificate is asked to be, as far as a gateway's needs it. Durations are Go's, such as `"2160h0m0s"`. */
export interface CertificateSpec {
  /** The secret that cert-manager writes and renews, in the namespace of the Certificate. */
  readonly secretName: string;
  readonly dnsNames: readonly string[];
  readonly issuerRef: {
    readonly name: string;
    /** `Issuer`, `ClusterIssuer`, or the kind of an issuer from elsewhere. */
    readonly kind?: string;
    readonly group?: string;
  };
  readonly duration?: string;
  readonly renewBefore?: string;
  readonly privateKey?: {
    readonly algorithm?: "RSA" | "ECDSA" | "Ed25519";
    readonly size?: number;
    readonly rotationPolicy?: "Always" | "Never";
  };
  readonly usages?: readonly string[];
}

/** What cert-manager says of it, in parts. */
export interface CertificateStatus {
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: "True" | "False" | "Unknown";
    readonly reason?: string;
    readonly message?: string;
  }[];
  readonly notAfter?: string;
  readonly renewalTime?: string;
}

export type CertificateManifest = Manifest<"cert-manager.io/v1", "Certificate", CertificateSpec>;

/** What a Certificate resource takes: its manifest, whose leaves may be Outputs. */
export type CertificateArgs = ResourceArgs<CertificateManifest>;

/**
 * A Certificate (cert-manager.io/v1) in a cluster that has cert-manager.
 *
 * @see https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.Certificate
 */
export class Certificate extends MeshResource<CertificateSpec, CertificateStatus> {
  static readonly __pulumiType = "kubernetes:cert-manager.io/v1:Certificate";
  static readonly apiVersion = "cert-manager.io/v1";
  static readonly kind = "Certificate";

  /** Reads one that exists; `id` is `namespace/name`. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): Certificate {
    return new Certificate(name, undefined, { ...opts, id });
  }

  static override isInstance(value: unknown): value is Certificate {
    return hasToken(value, Certificate.__pulumiType);
  }

  constructor(name: string, args: CertificateArgs | undefined, opts?: pulumi.CustomResourceOptions) {
    super(Certificate, name, args, [], opts);
  }
}
