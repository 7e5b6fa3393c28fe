import {
  createPrivateKey,
  createPublicKey,
  createHash,
  randomBytes,
  type JsonWebKey,
  type KeyObject,
} from "node:crypto";

import { CURVES, ECDSA_CURVES, curveOf } from "./algorithms";
import { encodePem, decodePem } from "./pem";

/**
 * OpenSSH's own encodings of keys, which node:crypto does not write: RFC 4253 section 6.6 and RFC 5656 for public keys,
 * OpenSSH's PROTOCOL.key for private ones (unencrypted).
 */

const NO_COMMENT = "";
const MAGIC = Buffer.from("openssh-key-v1\0", "latin1");

/** The public key of either half of a pair as OpenSSH's binary blob; undefined where OpenSSH has no name for the key. */
export function publicKeyBlob(key: KeyObject): Buffer | undefined {
  const jwk = publicJwk(key);
  if (key.asymmetricKeyType === "rsa") return Buffer.concat([text("ssh-rsa"), mpint(jwk.e), mpint(jwk.n)]);
  if (key.asymmetricKeyType === "ed25519") return Buffer.concat([text("ssh-ed25519"), bytes(raw(jwk.x))]);
  const ssh = sshCurve(key);
  return ssh === undefined
    ? undefined
    : Buffer.concat([text(`ecdsa-sha2-${ssh}`), text(ssh), bytes(point(jwk))]);
}

/** One line of an `authorized_keys` file, with its line end. */
export function authorizedKey(blob: Buffer): string {
  const type = blob.subarray(4, 4 + blob.readUInt32BE(0)).toString("latin1");
  return `${type} ${blob.toString("base64")}\n`;
}

/** `aa:bb:…`, as `ssh-keygen -l -E md5` prints it without its prefix. */
export function fingerprintMd5(blob: Buffer): string {
  return (createHash("md5").update(blob).digest("hex").match(/../g) ?? []).join(":");
}

/** `SHA256:…`, as `ssh-keygen -l` prints it. */
export function fingerprintSha256(blob: Buffer): string {
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

/** The private key as an `OPENSSH PRIVATE KEY` block; undefined where OpenSSH has no name for the key. */
export function encodeOpenSshPrivateKey(key: KeyObject): string | undefined {
  const blob = publicKeyBlob(key);
  if (blob === undefined) return undefined;
  const check = randomBytes(4);
  const secret = pad(Buffer.concat([check, check, privateFields(key), text(NO_COMMENT)]));
  return encodePem(
    "OPENSSH PRIVATE KEY",
    Buffer.concat([MAGIC, text("none"), text("none"), text(""), uint32(1), bytes(blob), bytes(secret)]),
  );
}

/** @returns undefined when it is no such key, or one that a passphrase protects. */
export function decodeOpenSshPrivateKey(pem: string): KeyObject | undefined {
  const block = decodePem(pem);
  if (block?.label !== "OPENSSH PRIVATE KEY" || !block.der.subarray(0, MAGIC.length).equals(MAGIC))
    return undefined;
  try {
    const outer = new Reader(block.der.subarray(MAGIC.length));
    if (outer.string().toString() !== "none") return undefined;
    outer.string();
    outer.string();
    if (outer.uint32() !== 1) return undefined;
    outer.string();
    const inner = new Reader(outer.string());
    if (inner.uint32() !== inner.uint32()) return undefined;
    return createPrivateKey({ key: readPrivateJwk(inner), format: "jwk" });
  } catch {
    return undefined;
  }
}

function privateFields(key: KeyObject): Buffer {
  const jwk = key.export({ format: "jwk" });
  if (key.asymmetricKeyType === "rsa") {
    const numbers = [jwk.n, jwk.e, jwk.d, jwk.qi, jwk.p, jwk.q];
    return Buffer.concat([text("ssh-rsa"), ...numbers.map(mpint)]);
  }
  if (key.asymmetricKeyType === "ed25519") {
    return Buffer.concat([
      text("ssh-ed25519"),
      bytes(raw(jwk.x)),
      bytes(Buffer.concat([raw(jwk.d), raw(jwk.x)])),
    ]);
  }
  const ssh = sshCurve(key) ?? "";
  return Buffer.concat([text(`ecdsa-sha2-${ssh}`), text(ssh), bytes(point(jwk)), mpint(jwk.d)]);
}

function readPrivateJwk(reader: Reader): JsonWebKey {
  const type = reader.string().toString();
  if (type === "ssh-rsa") {
    const [n, e, d, qi, p, q] = [1, 2, 3, 4, 5, 6].map(() => unsigned(reader.string()));
    if (!n || !e || !d || !qi || !p || !q) throw new Error("incomplete");
    const exponent = BigInt(`0x${d.toString("hex")}`);
    const rest = (prime: Buffer) => hexBytes(exponent % (BigInt(`0x${prime.toString("hex")}`) - 1n));
    return { kty: "RSA", ...encoded({ n, e, d, p, q, qi, dp: rest(p), dq: rest(q) }) };
  }
  if (type === "ssh-ed25519") {
    const x = reader.string();
    return { kty: "OKP", crv: "Ed25519", ...encoded({ x, d: reader.string().subarray(0, 32) }) };
  }
  const ssh = reader.string().toString();
  const curve = ECDSA_CURVES.find((name) => CURVES[name].ssh === ssh);
  if (curve === undefined) throw new Error("unknown curve");
  const q = reader.string();
  const size = (q.length - 1) / 2;
  const d = unsigned(reader.string());
  const padded = Buffer.concat([Buffer.alloc(Math.max(0, size - d.length)), d]);
  return {
    kty: "EC",
    crv: CURVES[curve].web,
    ...encoded({ x: q.subarray(1, 1 + size), y: q.subarray(1 + size), d: padded }),
  };
}

/** Reads the length-prefixed fields of RFC 4251 section 5. */
class Reader {
  #at = 0;
  readonly #data: Buffer;
  constructor(data: Buffer) {
    this.#data = data;
  }
  uint32(): number {
    this.#at += 4;
    return this.#data.readUInt32BE(this.#at - 4);
  }
  string(): Buffer {
    const length = this.uint32();
    if (this.#at + length > this.#data.length) throw new Error("cut short");
    this.#at += length;
    return this.#data.subarray(this.#at - length, this.#at);
  }
}

function publicJwk(key: KeyObject): JsonWebKey {
  // P224 cannot be exported as a web key, and has no OpenSSH form either.
  if (key.asymmetricKeyType === "ec" && sshCurve(key) === undefined) return {};
  return (key.type === "private" ? createPublicKey(key) : key).export({ format: "jwk" });
}

function sshCurve(key: KeyObject): string | undefined {
  const curve = curveOf(key);
  return curve && CURVES[curve].ssh;
}

/** An elliptic curve point, uncompressed. */
function point(jwk: JsonWebKey): Buffer {
  return Buffer.concat([Buffer.from([4]), raw(jwk.x), raw(jwk.y)]);
}

function raw(value: unknown): Buffer {
  return Buffer.from(typeof value === "string" ? value : "", "base64url");
}

function encoded<Fields extends Record<string, Buffer>>(fields: Fields): Record<keyof Fields, string> {
  const entries = Object.entries(fields).map(([key, value]) => [key, value.toString("base64url")]);
  return Object.fromEntries(entries) as Record<keyof Fields, string>;
}

function uint32(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(value);
  return out;
}

function bytes(value: Buffer): Buffer {
  return Buffer.concat([uint32(value.length), value]);
}

function text(value: string): Buffer {
  return bytes(Buffer.from(value, "utf8"));
}

/** A positive number; a zero byte goes before a set high bit, which would mean a negative one. */
function mpint(value: unknown): Buffer {
  const number = unsigned(raw(value));
  const first = number[0] ?? 0;
  return bytes(first >= 0x80 ? Buffer.concat([Buffer.from([0]), number]) : number);
}

function unsigned(value: Buffer): Buffer {
  let start = 0;
  while (start < value.length && value[start] === 0) start += 1;
  return value.subarray(start);
}

function hexBytes(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
}

function pad(value: Buffer): Buffer {
  const missing = (8 - (value.length % 8)) % 8;
  return Buffer.concat([value, Buffer.from(Array.from({ length: missing }, (_, i) => i + 1))]);
}
