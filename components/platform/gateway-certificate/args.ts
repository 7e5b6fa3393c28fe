import type * as pulumi from "@pulumi/pulumi";

import type { KeyArgs } from "../certificate-authority";

/** An authority that signs: a `CertificateAuthority`, an `IntermediateCertificateAuthority` or a root, or their outputs. */
export interface SigningAuthorityArgs {
  /** Its certificate, PEM; with the ones between it and the root after it, where there are any. */
  certificatePem: pulumi.Input<string>;
  /** Its private key, PEM; secret whether or not it comes as one. */
  privateKeyPem: pulumi.Input<string>;
  /** The root's certificate, PEM, which callers have and are not sent. @default the authority is the root itself */
  rootCertificatePem?: pulumi.Input<string>;
}

/** An issuer of cert-manager, which the cluster has. */
export interface CertManagerIssuerArgs {
  name: string;
  /** `Issuer` is one in the certificate's namespace. @default "ClusterIssuer" */
  kind?: string;
  /** API group of issuers that do not come with cert-manager. @default "cert-manager.io" */
  group?: string;
}

/** The certificate by which a gateway proves that it is who its hosts say. */
export interface GatewayCertificateArgs {
  /** Name of the secret, by which Gateway objects refer to it. */
  credentialName: string;
  /** The names that the certificate is for: hosts, or `*.example.com`, which covers one label and no more. */
  hosts: string[];
  /** Namespace of the gateway's pods, the only one where they find it. @default "istio-system" */
  namespace?: string;
  /** Who signs it, in the deployment. Exactly one of `authority` and `issuer`. */
  authority?: SigningAuthorityArgs;
  /** Which issuer cert-manager, in the cluster, gets it from. Exactly one of `authority` and `issuer`. */
  issuer?: CertManagerIssuerArgs;
  /** With cert-manager, RSA keys have 2048, 4096 or 8192 bits. @default ECDSA on P-256 */
  key?: KeyArgs;
  /** Lifetime in days. @default 365, or 90 with cert-manager */
  validityDays?: number;
  /**
   * Days before its end from which on it is renewed: by the next deployment, or by cert-manager on its own.
   * @default 60, or 30 with cert-manager
   */
  renewBeforeDays?: number;
  /**
   * Certificates, PEM, below which the certificates of callers must be, for gateways of mode `mutual`. With cert-manager it
   * is the issuer's own.
   * @default callers are not asked for a certificate
   */
  clientCertificateAuthorityPem?: pulumi.Input<string>;
  /**
   * Lists of revoked certificates of callers, PEM, one of each authority that their chains lead through: a gateway that has
   * any refuses callers whose authority has none. Only beside `clientCertificateAuthorityPem`.
   * @default no certificate is revoked before its end
   */
  clientRevocationListPem?: pulumi.Input<string>;
}
