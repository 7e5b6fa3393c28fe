import { createDecipheriv, pbkdf2Sync } from "node:crypto";
import { readFileSync } from "node:fs";
import { isMapping } from "./yaml-file";

/** Fixed by Pulumi's passphrase provider. */
const KEY_ITERATIONS = 1_000_000;
const KEY_BYTES = 32;
const TAG_BYTES = 16;
const CHECK_TEXT = "pulumi";

/**
 * Reads the `secure:` values of a stack whose secrets come from a passphrase, the way the Pulumi CLI does: the key is
 * derived from the passphrase and the `encryptionsalt` of the stack's file. Secrets of a cloud service or a key
 * management service cannot be read offline.
 *
 * @see https://www.pulumi.com/docs/iac/concepts/secrets/#configuring-secrets-encryption
 */
export class SecretsManager {
  readonly #key: Buffer | undefined;
  /** Why nothing can be decrypted. */
  readonly reason: string;

  constructor(salt: unknown, env: NodeJS.ProcessEnv) {
    const passphrase = passphraseOf(env);
    if (typeof salt !== "string") {
      this.reason = "the stack's secrets are kept by a service";
    } else if (passphrase === undefined) {
      this.reason = "PULUMI_CONFIG_PASSPHRASE is not set";
    } else {
      const key = deriveKey(salt, passphrase);
      this.#key = key;
      this.reason = key === undefined ? "the passphrase is not the right one" : "the text is damaged";
    }
  }

  /** The value with each `secure:` text replaced by what it holds. @returns undefined when that cannot be done */
  decrypt(value: unknown): unknown {
    try {
      return this.#key === undefined ? undefined : this.#plain(value, this.#key);
    } catch {
      return undefined;
    }
  }

  #plain(value: unknown, key: Buffer): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#plain(item, key));
    if (!isMapping(value)) return value;
    if (isSecure(value)) return decryptText(value.secure, key);
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.#plain(item, key)]));
  }
}

/** Whether this stands for one encrypted text: a mapping with nothing but `secure:`. */
export function isSecure(value: unknown): value is { readonly secure: string } {
  return isMapping(value) && Object.keys(value).length === 1 && typeof value.secure === "string";
}

function passphraseOf(env: NodeJS.ProcessEnv): string | undefined {
  if (env.PULUMI_CONFIG_PASSPHRASE !== undefined) return env.PULUMI_CONFIG_PASSPHRASE;
  const file = env.PULUMI_CONFIG_PASSPHRASE_FILE;
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return undefined;
  }
}

/** `v1:<salt>:v1:<nonce>:<text>`: the text holds a word that only the right key brings back. */
function deriveKey(salt: string, passphrase: string): Buffer | undefined {
  const match = /^v1:([^:]+):(v1:.+)$/.exec(salt);
  if (match === null) return undefined;
  const [, saltText = "", check = ""] = match;
  const key = pbkdf2Sync(passphrase, Buffer.from(saltText, "base64"), KEY_ITERATIONS, KEY_BYTES, "sha256");
  try {
    return decryptText(check, key) === CHECK_TEXT ? key : undefined;
  } catch {
    return undefined;
  }
}

function decryptText(text: string, key: Buffer): string {
  const [version, nonce = "", sealed = ""] = text.split(":");
  if (version !== "v1") throw new Error("unknown form of encrypted text");
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]).toString("utf8");
}
