import type { Value } from "../reader";

/** Known texts of a list with their places. */
export function* textsOf(list: Value): Iterable<readonly [string, Value]> {
  for (const item of list.items()) {
    const text = item.text();
    if (typeof text === "string") yield [text, item];
  }
}

/** The text that is there; empty where there is none, or none that is known. */
export function textOf(value: Value): string {
  const text = value.text();
  return typeof text === "string" ? text : "";
}

export function numberOf(value: Value): number | undefined {
  const number = value.number();
  return typeof number === "number" ? number : undefined;
}

/** Says something: not absent, and no empty text or list. A value that is not known yet counts. */
export function isFilled(value: Value): boolean {
  return value.isPresent && value.raw !== "" && !(Array.isArray(value.raw) && value.raw.length === 0);
}

/** Is known to say nothing. */
export function isBlank(value: Value): boolean {
  return !value.isUnknown && !isFilled(value);
}

/** Is there, and can be looked into. */
export function isKnown(value: Value): boolean {
  return value.isPresent && !value.isUnknown;
}

/** The fields of these that say something. */
export function filled(value: Value, fields: readonly string[]): readonly string[] {
  return fields.filter((field) => isFilled(value.get(field)));
}
