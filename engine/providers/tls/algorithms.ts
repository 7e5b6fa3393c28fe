import type { KeyObject } from "node:crypto";

/** The algorithms of `tls.PrivateKey`, by the names that the provider uses. */
export const KEY_ALGORITHMS = ["RSA", "ECDSA", "ED25519"] as const;
export type KeyAlgorithm = (typeof KEY_ALGORITHMS)[number];

/** The curves of ECDSA keys, by the names that the provider uses. */
export const ECDSA_CURVES = ["P224", "P256", "P384", "P521"] as const;
export type EcdsaCurve = (typeof ECDSA_CURVES)[number];

interface CurveFacts {
  /** OpenSSL's name. */
  readonly openssl: string;
  /** The name in JSON web keys and in X.509 tooling. */
  readonly web: string;
  /** The hash that signatures over this curve use. */
  readonly hash: "SHA-256" | "SHA-384" | "SHA-512";
  /** OpenSSH's name; it has none for P224. */
  readonly ssh?: string;
}

export const CURVES: Readonly<Record<EcdsaCurve, CurveFacts>> = {
  P224: { openssl: "secp224r1", web: "P-224", hash: "SHA-256" },
  P256: { openssl: "prime256v1", web: "P-256", hash: "SHA-256", ssh: "nistp256" },
  P384: { openssl: "secp384r1", web: "P-384", hash: "SHA-384", ssh: "nistp384" },
  P521: { openssl: "secp521r1", web: "P-521", hash: "SHA-512", ssh: "nistp521" },
};

/** The algorithm of a key, or undefined when it is none that the provider knows (DSA, X25519, secp256k1 …). */
export function algorithmOf(key: KeyObject): KeyAlgorithm | undefined {
  if (key.asymmetricKeyType === "rsa") return "RSA";
  if (key.asymmetricKeyType === "ed25519") return "ED25519";
  return curveOf(key) === undefined ? undefined : "ECDSA";
}

/** The curve of an ECDSA key; undefined for other keys and other curves. */
export function curveOf(key: KeyObject): EcdsaCurve | undefined {
  const name = key.asymmetricKeyDetails?.namedCurve;
  return ECDSA_CURVES.find((curve) => CURVES[curve].openssl === name);
}
