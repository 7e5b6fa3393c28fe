import { MeshError } from "../../../components/intent/problem";
import type { Properties } from "../../provider";
import { UNKNOWN, type PropertyValue } from "../../value";
import { containsUnknown, reveal } from "../plain";
import { algorithmOf } from "./algorithms";
import { publicKeyValues, readOpenSshPrivateKey, readPrivateKey } from "./private-key";

const COMPUTED = [
  "algorithm",
  "id",
  "publicKeyFingerprintMd5",
  "publicKeyFingerprintSha256",
  "publicKeyOpenssh",
  "publicKeyPem",
] as const;

/** `tls.getPublicKey`: the public half of a key in PEM (`privateKeyPem`) or in OpenSSH's format (`privateKeyOpenssh`). */
export async function getPublicKey(args: Properties): Promise<Properties> {
  const given = (["privateKeyPem", "privateKeyOpenssh"] as const).filter(
    (name) => (args[name] ?? null) !== null,
  );
  const [property] = given;
  if (property === undefined || given.length > 1)
    throw refused("privateKeyPem", "exactly one key is needed", "Set privateKeyPem or privateKeyOpenssh");
  const value: PropertyValue = args[property] ?? null;
  if (containsUnknown(value)) {
    return { [property]: value, ...Object.fromEntries(COMPUTED.map((name) => [name, UNKNOWN])) };
  }
  const text = reveal(value);
  const read = property === "privateKeyPem" ? readPrivateKey : readOpenSshPrivateKey;
  const key = typeof text === "string" ? read(text) : undefined;
  const algorithm = key && algorithmOf(key);
  if (key === undefined || algorithm === undefined) {
    throw refused(
      property,
      "is not a private key that can be read",
      `Give the ${property} of a tls.PrivateKey`,
    );
  }
  return { [property]: value, algorithm, ...publicKeyValues(key) };
}

function refused(property: string, message: string, fix: string): MeshError {
  return new MeshError("function tls:index/getPublicKey:getPublicKey", [
    {
      id: "engine/invalid-private-key",
      path: property,
      message,
      expected: "an unencrypted RSA, ECDSA or ED25519 key",
      fix,
    },
  ]);
}
