import { isPropertyObject, Secret, UNKNOWN, type PropertyValue } from "../value";

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The key that marks what JSON has no word for. */
const MARK = "$meshwright";

/** Keys that an object cannot keep on its way through a file: our own mark, and what JavaScript readers take for a prototype. */
const UNSAFE_KEYS: readonly string[] = [MARK, "__proto__"];

/** A property value as JSON, object keys sorted, so that the same value always gives the same text. */
export function encodeValue(value: PropertyValue): Json {
  if (value === UNKNOWN) return { [MARK]: "unknown" };
  if (value instanceof Secret) return { [MARK]: "secret", value: encodeValue(value.reveal()) };
  if (typeof value === "number" && !Number.isFinite(value)) return { [MARK]: "number", value: String(value) };
  if (isPropertyObject(value)) {
    const entries = Object.keys(value)
      .sort()
      .map((key) => [key, encodeValue(value[key] ?? null)] as const);
    const unsafe = entries.some(([key]) => UNSAFE_KEYS.includes(key));
    return unsafe ? { [MARK]: "entries", value: entries } : Object.fromEntries(entries);
  }
  return Array.isArray(value) ? value.map(encodeValue) : (value as Json);
}

/** @throws TypeError for a mark that was never written */
export function decodeValue(json: Json): PropertyValue {
  if (Array.isArray(json)) return json.map(decodeValue);
  if (!isJsonObject(json)) return json as PropertyValue;
  if (!Object.hasOwn(json, MARK)) return decodeEntries(Object.entries(json));
  const { [MARK]: mark, value } = json;
  if (mark === "unknown") return UNKNOWN;
  if (mark === "secret" && value !== undefined) return new Secret(decodeValue(value));
  if (mark === "number" && typeof value === "string") return Number(value);
  if (mark === "entries" && Array.isArray(value)) return decodeEntries(value.map(decodeEntry));
  throw new TypeError("a mark without its meaning");
}

function decodeEntry(entry: Json): readonly [string, Json] {
  if (Array.isArray(entry) && entry.length === 2 && typeof entry[0] === "string") return [entry[0], entry[1]];
  throw new TypeError("an entry without a key or a value");
}

function decodeEntries(entries: readonly (readonly [string, Json])[]): {
  readonly [key: string]: PropertyValue;
} {
  return Object.fromEntries(entries.map(([key, item]) => [key, decodeValue(item)]));
}

function isJsonObject(json: Json | undefined): json is { readonly [key: string]: Json } {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
