import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { z } from "zod";

import { defineResource } from "../builtin";
import type { Properties } from "../../provider";
import {
  CURVES,
  ECDSA_CURVES,
  KEY_ALGORITHMS,
  algorithmOf,
  type EcdsaCurve,
  type KeyAlgorithm,
} from "./algorithms";
import {
  authorizedKey,
  decodeOpenSshPrivateKey,
  encodeOpenSshPrivateKey,
  fingerprintMd5,
  fingerprintSha256,
  publicKeyBlob,
} from "./openssh";
import { decodePem } from "./pem";

const generate = promisify(generateKeyPair);

/** `tls.PrivateKey`: a fresh key in every encoding that the real provider gives. Its id is the SHA-1 of the public key. */
export const privateKey = defineResource({
  type: "tls:index/privateKey:PrivateKey",
  schema: z.object({
    algorithm: z.enum(KEY_ALGORITHMS),
    ecdsaCurve: z.enum(ECDSA_CURVES).default("P224"),
    // OpenSSL makes no smaller key, and none larger in reasonable time.
    rsaBits: z.int().min(512).max(16384).default(2048),
  }),
  computed: [
    "privateKeyOpenssh",
    "privateKeyPem",
    "privateKeyPemPkcs8",
    "publicKeyFingerprintMd5",
    "publicKeyFingerprintSha256",
    "publicKeyOpenssh",
    "publicKeyPem",
  ],
  secrets: ["privateKeyOpenssh", "privateKeyPem", "privateKeyPemPkcs8"],
  async generate({ algorithm, ecdsaCurve, rsaBits }) {
    const key = await generateKey(algorithm, ecdsaCurve, rsaBits);
    const { id, ...publicValues } = publicKeyValues(key);
    return {
      id,
      values: {
        privateKeyOpenssh: encodeOpenSshPrivateKey(key) ?? "",
        privateKeyPem: pem(key, traditionalType(algorithm)),
        privateKeyPemPkcs8: pem(key, "pkcs8"),
        ...publicValues,
      },
    };
  },
});

/** What the provider says of a key's public half. OpenSSH has no name for P224: the values in its format are then empty. */
export function publicKeyValues(key: KeyObject) {
  const publicKey = createPublicKey(key);
  const blob = publicKeyBlob(publicKey);
  return {
    id: createHash("sha1").update(publicKeyDer(publicKey)).digest("hex"),
    publicKeyFingerprintMd5: blob === undefined ? "" : fingerprintMd5(blob),
    publicKeyFingerprintSha256: blob === undefined ? "" : fingerprintSha256(blob),
    publicKeyOpenssh: blob === undefined ? "" : authorizedKey(blob),
    publicKeyPem: publicKey.export({ format: "pem", type: "spki" }).toString(),
  } satisfies Properties;
}

/** A public key as SubjectPublicKeyInfo. */
export function publicKeyDer(publicKey: KeyObject): Buffer {
  return publicKey.export({ format: "der", type: "spki" });
}

/**
 * Reads a private key in PEM (PKCS#1, SEC 1 or PKCS#8).
 * @returns undefined when it is none, or one of an algorithm that the provider does not know.
 */
export function readPrivateKey(text: string): KeyObject | undefined {
  if (!decodePem(text)?.label.endsWith("PRIVATE KEY")) return undefined;
  try {
    const key = createPrivateKey(text);
    return algorithmOf(key) === undefined ? undefined : key;
  } catch {
    // OpenSSL's messages may quote the input, so nothing of them is passed on.
    return undefined;
  }
}

/** As {@link readPrivateKey}, for OpenSSH's own format. */
export function readOpenSshPrivateKey(text: string): KeyObject | undefined {
  const key = decodeOpenSshPrivateKey(text);
  return key === undefined || algorithmOf(key) === undefined ? undefined : key;
}

async function generateKey(algorithm: KeyAlgorithm, curve: EcdsaCurve, rsaBits: number): Promise<KeyObject> {
  switch (algorithm) {
    case "RSA":
      return (await generate("rsa", { modulusLength: rsaBits })).privateKey;
    case "ECDSA":
      return (await generate("ec", { namedCurve: CURVES[curve].openssl })).privateKey;
    case "ED25519":
      return (await generate("ed25519")).privateKey;
  }
}

/** `privateKeyPem` is in the oldest format that the algorithm has, as tools of its day expect. */
function traditionalType(algorithm: KeyAlgorithm): "pkcs1" | "sec1" | "pkcs8" {
  switch (algorithm) {
    case "RSA":
      return "pkcs1";
    case "ECDSA":
      return "sec1";
    case "ED25519":
      return "pkcs8";
  }
}

function pem(key: KeyObject, type: "pkcs1" | "sec1" | "pkcs8"): string {
  return key.export({ format: "pem", type }).toString();
}
