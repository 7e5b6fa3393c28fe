import type * as pulumi from "@pulumi/pulumi";

import type { NameConstraintsArgs } from "./name-constraints";

/** Algorithm of a private key. */
export const KeyAlgorithm = { Ecdsa: "ECDSA", Rsa: "RSA" } as const;
export type KeyAlgorithm = (typeof KeyAlgorithm)[keyof typeof KeyAlgorithm];

/** Curve of an ECDSA key. */
export const EcdsaCurve = { P256: "P256", P384: "P384" } as const;
export type EcdsaCurve = (typeof EcdsaCurve)[keyof typeof EcdsaCurve];

/** How private keys are made. */
export interface KeyArgs {
  /** @default "ECDSA" */
  algorithm?: KeyAlgorithm;
  /** For ECDSA. @default "P256" */
  ecdsaCurve?: EcdsaCurve;
  /** For RSA, from 2048 on. @default 4096 */
  rsaBits?: number;
}

/** The root of trust of a mesh, or of several: an own key, signed by itself. */
export interface RootCertificateAuthorityArgs {
  key?: KeyArgs;
  /** @default "Root CA" */
  commonName?: string;
  /** @default "Istio" */
  organization?: string;
  /** Lifetime in days. Nothing replaces a root by itself: every workload must trust the next one first. @default 3650 */
  validityDays?: number;
  /** How many authorities may stand between the root and a workload's certificate. @default 1 */
  maxPathLength?: number;
}

/** A root that exists: the outputs of a `RootCertificateAuthority` in this stack. */
export interface ExistingRootArgs {
  /** PEM. */
  certificatePem: pulumi.Input<string>;
  /** PEM. It signs the intermediate authority and goes nowhere else; it is secret whether or not it comes as one. */
  privateKeyPem: pulumi.Input<string>;
  /** Every certificate that workloads trust, PEM: while a root is being replaced, the old one and the new. @default the root's own */
  trustBundlePem?: pulumi.Input<string>;
}

/** How the authority of one cluster is made, apart from its root. */
export interface IntermediateArgs {
  key?: KeyArgs;
  /** @default "Intermediate CA" */
  commonName?: string;
  /** @default "Istio" */
  organization?: string;
  /** Name of the cluster, as the certificate's locality: it tells the authorities of a fleet apart. @default none */
  locality?: string;
  /** Lifetime in days. @default 730 */
  validityDays?: number;
  /**
   * Days before its end from which on a deployment renews the certificate, with the same key and below the same root, so
   * that running workloads notice nothing. @default 60
   */
  renewBeforeDays?: number;
  /**
   * Which names certificates below it may have: with `{ permitted: { trustDomains: ["cluster.local"] } }`, the key of the
   * cluster is worth nothing in another trust domain. To move to another trust domain, permit both, move, and take the
   * former away. @default every name
   */
  nameConstraints?: NameConstraintsArgs;
}

/** The authority of one cluster below a root, made anywhere. */
export interface IntermediateCertificateAuthorityArgs extends IntermediateArgs {
  root: ExistingRootArgs;
}

/** An authority that was issued elsewhere: the outputs of an `IntermediateCertificateAuthority` in another stack. */
export interface IssuedAuthorityArgs {
  /** The intermediate certificate, PEM; with the ones between it and the root after it, where there are any. */
  certificatePem: pulumi.Input<string>;
  /** Its private key, PEM; secret whether or not it comes as one. */
  privateKeyPem: pulumi.Input<string>;
  /** The root's certificate, PEM. */
  rootCertificatePem: pulumi.Input<string>;
  /** Every certificate that workloads trust, PEM: while a root is being replaced, the old one and the new. @default the root's own */
  trustBundlePem?: pulumi.Input<string>;
}

/** An authority whose secret is in the cluster already, put there by something else. */
export interface ExistingAuthorityArgs {
  /** Name of the secret; the control plane must be told of another one: `authoritySecret`. @default "cacerts" */
  secretName?: string;
  /**
   * Reads the secret while deploying, and refuses one by which workloads could not get or prove an identity. What is in it
   * is then in the stack's state, as secrets; `false` leaves it unread and unchecked.
   * @default true
   */
  read?: boolean;
}

/** The authority of a cluster, as its control plane gets it. */
export interface CertificateAuthorityArgs {
  /** Namespace of the control plane, which must exist. @default "istio-system" */
  namespace?: string;
  /** An authority that was issued elsewhere. Not together with `newRoot` or `newIntermediate`. @default it is made here */
  issued?: IssuedAuthorityArgs;
  /** A secret that exists. Not together with the others. @default none is looked for */
  existing?: ExistingAuthorityArgs;
  /** How the root is made here. @default ten years, P-256 */
  newRoot?: RootCertificateAuthorityArgs;
  /** How the intermediate authority is made here. @default two years, P-256 */
  newIntermediate?: IntermediateArgs;
  /**
   * The mesh's trust domain: an authority that is constrained to others is refused, wherever it was issued. A `ServiceMesh`
   * says it by itself. @default not compared
   */
  trustDomain?: string;
  /** Whether ztunnel verifies what it signs; an authority with constrained trust domains is then refused. @default false */
  ambient?: boolean;
}
