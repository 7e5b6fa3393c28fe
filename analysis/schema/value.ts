const LONGEST = 80;

/** A value that JSON calls an object. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value is a plain object, as JSON or YAML gives it. */
export function isFields(value: unknown): value is Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Whether a value cannot be looked into: one that is known only after deployment (the symbol `UNKNOWN`), or an object
 * of a class, for example a secret.
 */
export function isOpaque(value: unknown): boolean {
  if (typeof value === "symbol" || typeof value === "function") return true;
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isFields(value);
}

/** The JSON name of a value's type. An integer is one that 64 bits hold: Kubernetes reads others as fractions. */
export function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number" && Number.isInteger(value) && Math.abs(value) < 2 ** 63) return "integer";
  return typeof value;
}

/** A value on one line: scalars as JSON, so that a string differs from a number; the rest by what it is. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (isFields(value)) {
    const keys = Object.keys(value);
    return keys.length === 0 ? "an empty object" : `an object with ${shorten(keys.join(", "))}`;
  }
  return isOpaque(value) ? "a value that is not shown" : shorten(JSON.stringify(value) ?? "nothing");
}

function shorten(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}

/** Equality of JSON values; the order of an object's fields does not count. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((v, i) => sameValue(v, b[i]));
  if (!isFields(a) || !isFields(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((k) => Object.hasOwn(b, k) && sameValue(a[k], b[k]))
  );
}
