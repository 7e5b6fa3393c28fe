import { createPublicKey, sign, webcrypto, type KeyObject } from "node:crypto";

import { CURVES, curveOf } from "./algorithms";
import { publicKeyDer } from "./private-key";

/**
 * A private key in the shape that `@peculiar/x509` asks for: Web Crypto keys, and a Web Crypto that signs with them.
 *
 * Signing is Node's own, because Web Crypto has no P224 and the provider's default curve is just that.
 */
export interface Signer {
  readonly privateKey: SignerKey;
  readonly publicKey: SignerKey;
  /** SubjectPublicKeyInfo. */
  readonly publicKeyDer: Buffer;
  readonly crypto: SignerCrypto;
}

interface SignerKey {
  readonly algorithm: SignatureAlgorithm;
  readonly extractable: boolean;
  readonly type: "private" | "public";
  readonly usages: ["sign"] | ["verify"];
}

interface SignerCrypto {
  readonly subtle: {
    sign(algorithm: unknown, key: unknown, data: ArrayBuffer | Uint8Array): Promise<ArrayBuffer>;
    exportKey(format: string, key: unknown): Promise<ArrayBuffer>;
  };
  getRandomValues<T extends Uint8Array>(array: T): T;
}

interface SignatureAlgorithm {
  readonly name: "RSASSA-PKCS1-v1_5" | "ECDSA" | "Ed25519";
  readonly namedCurve?: string;
  readonly hash?: "SHA-256" | "SHA-384" | "SHA-512";
}

/** @param key RSA, ECDSA over one of the provider's curves, or Ed25519 */
export function signerOf(key: KeyObject): Signer {
  const algorithm = signatureAlgorithm(key);
  const der = publicKeyDer(createPublicKey(key));
  const hash = algorithm.hash?.replace("-", "").toLowerCase();
  return {
    privateKey: { algorithm, extractable: false, type: "private", usages: ["sign"] },
    publicKey: { algorithm, extractable: true, type: "public", usages: ["verify"] },
    publicKeyDer: der,
    crypto: {
      subtle: {
        sign: async (_algorithm, _key, data) => {
          // Web Crypto's form of ECDSA signatures is the two numbers side by side.
          const signature = sign(hash, new Uint8Array(data), { key, dsaEncoding: "ieee-p1363" });
          return arrayBuffer(curveOf(key) === "P224" ? widened(signature) : signature);
        },
        exportKey: async () => arrayBuffer(der),
      },
      getRandomValues: (array) => webcrypto.getRandomValues(array),
    },
  };
}

function signatureAlgorithm(key: KeyObject): SignatureAlgorithm {
  const curve = curveOf(key);
  if (curve !== undefined) return { name: "ECDSA", namedCurve: CURVES[curve].web, hash: CURVES[curve].hash };
  return key.asymmetricKeyType === "rsa"
    ? { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }
    : { name: "Ed25519" };
}

/** The library takes the two numbers of a curve that it does not know for 32 octets each. */
function widened(signature: Buffer): Buffer {
  const half = signature.length / 2;
  const zeros = Buffer.alloc(32 - half);
  return Buffer.concat([zeros, signature.subarray(0, half), zeros, signature.subarray(half)]);
}

function arrayBuffer(data: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(data.byteLength);
  new Uint8Array(copy).set(data);
  return copy;
}
