import { isFields } from "../schema/value";

/** What a key of each type cannot do without. */
const needed: Readonly<Record<string, readonly string[]>> = {
  RSA: ["n", "e"],
  EC: ["crv", "x", "y"],
  OKP: ["crv", "x"],
  oct: ["k"],
};

/** Whether a text is a set of keys, or one key that stands alone. */
export function areKeys(text: string): boolean {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return false;
  }
  if (!isFields(parsed)) return false;
  const list = "keys" in parsed ? parsed["keys"] : [parsed];
  return Array.isArray(list) && list.every(isKey);
}

function isKey(key: unknown): boolean {
  if (!isFields(key)) return false;
  const fields = typeof key["kty"] === "string" ? needed[key["kty"]] : undefined;
  return fields?.every((field) => typeof key[field] === "string" && key[field] !== "") === true;
}
