import { createHash, type KeyObject, sign } from "node:crypto";

/** A signature that says the same of the same data each time, so that nothing changes while nothing has changed. */
export interface SignatureAlgorithm {
  readonly key: "rsa" | "ec";
  readonly hash: "sha256" | "sha384" | "sha512";
}

/** The algorithms by which certificates of a mesh are signed, by object identifier: RFC 4055 and RFC 5758. */
export const SIGNATURE_ALGORITHMS: Readonly<Record<string, SignatureAlgorithm>> = {
  "1.2.840.113549.1.1.11": { key: "rsa", hash: "sha256" },
  "1.2.840.113549.1.1.12": { key: "rsa", hash: "sha384" },
  "1.2.840.113549.1.1.13": { key: "rsa", hash: "sha512" },
  "1.2.840.10045.4.3.2": { key: "ec", hash: "sha256" },
  "1.2.840.10045.4.3.3": { key: "ec", hash: "sha384" },
  "1.2.840.10045.4.3.4": { key: "ec", hash: "sha512" },
};

/** Curves by OpenSSL's name. */
const CURVES = { prime256v1: "p256", secp384r1: "p384", secp521r1: "p521" } as const;

/**
 * Signs data, always alike: RSA with PKCS #1 v1.5 padding, ECDSA with the nonce of RFC 6979 instead of a random one, which
 * OpenSSL offers from 3.2 on and Node not at all.
 *
 * @throws RangeError where the key is not of the algorithm, or on another curve; nothing of the key is in the message
 */
export async function deterministicSignature(
  algorithm: SignatureAlgorithm,
  key: KeyObject,
  data: Uint8Array,
): Promise<Uint8Array> {
  if (key.asymmetricKeyType !== algorithm.key)
    throw new RangeError(`a key of type ${key.asymmetricKeyType} signs nothing for ${algorithm.key}`);
  if (algorithm.key === "rsa") return sign(algorithm.hash, data, key);
  const name = key.asymmetricKeyDetails?.namedCurve ?? "";
  if (!isCurve(name)) throw new RangeError(`no signatures over the curve ${name}`);
  // Loaded where something is signed: most programs only ask for types.
  const curves = await import("@noble/curves/nist.js");
  const digest = createHash(algorithm.hash).update(data).digest();
  const secret = Buffer.from(key.export({ format: "jwk" }).d ?? "", "base64url");
  return curves[CURVES[name]].sign(digest, secret, { prehash: false, lowS: false, format: "der" });
}

function isCurve(name: string): name is keyof typeof CURVES {
  return name in CURVES;
}
