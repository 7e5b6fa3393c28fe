import type { CipherSuite, WeakCipherSuite } from "./cipher-suites";

/** Suites that callers need which cannot do better, for a reason and for a time. */
export interface WeakCipherSuites {
  readonly suites: readonly [WeakCipherSuite, ...WeakCipherSuite[]];
  /** Why, for those who review it: at least ten characters. */
  readonly reason: string;
  /** The last day on which it holds, `YYYY-MM-DD`; afterwards the exception is a finding. */
  readonly until: `${number}-${number}-${number}`;
}

/** From TLS 1.2 on, where the suites can be chosen. */
interface FromTls12 {
  /** @default "TLSV1_2" */
  readonly minProtocolVersion?: "TLSV1_2";
  /** Suites of TLS 1.2; those of 1.3 cannot be chosen. @default Envoy's, with forward secrecy and without */
  readonly cipherSuites?: readonly [CipherSuite, ...CipherSuite[]];
  /** Weak ones, beside those. @default none */
  readonly weakCipherSuites?: WeakCipherSuites;
}

/** TLS 1.3 alone, whose suites are all strong and cannot be chosen. */
interface FromTls13 {
  readonly minProtocolVersion: "TLSV1_3";
  readonly cipherSuites?: never;
  readonly weakCipherSuites?: never;
}

/** Which certificates of callers are good, the secret alone says. */
interface AnyClientCertificate {
  /**
   * `mutual` asks callers for a certificate and refuses those without; `optional-mutual` serves them, and refuses a wrong
   * one. Certificates are checked against the secret's `ca.crt`, and against its `ca.crl` where it has one.
   * @default "simple": callers are not asked
   */
  readonly mode?: "simple" | "mutual" | "optional-mutual";
  readonly subjectAltNames?: never;
  readonly verifyCertificateSpki?: never;
  readonly verifyCertificateHash?: never;
}

/** Callers show a certificate, and not everyone's is good that the authority signed. */
interface CertainClientCertificates {
  readonly mode: "mutual" | "optional-mutual";
  /** Only certificates for one of these names. @default every name */
  readonly subjectAltNames?: readonly [string, ...string[]];
  /** Only certificates with one of these public keys: SHA-256 in base64. @default every key */
  readonly verifyCertificateSpki?: readonly [string, ...string[]];
  /** Only these certificates: SHA-256 in hex, with colons or without. @default all of them */
  readonly verifyCertificateHash?: readonly [string, ...string[]];
}

/**
 * The TLS that callers from outside meet.
 *
 * @example { credentialName: "shop-cert", minProtocolVersion: "TLSV1_3" }
 * @example { credentialName: "shop-cert", mode: "mutual", subjectAltNames: ["partner.example.com"] }
 */
export type GatewayTlsSpec = {
  /** The secret with certificate and key, in the namespace of the gateway. */
  readonly credentialName: string;
} & (FromTls12 | FromTls13) &
  (AnyClientCertificate | CertainClientCertificates);
