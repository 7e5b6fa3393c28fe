import type { Value } from "../reader";
import type { AdmissionProblem } from "./problem";

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

/** A check of a field, which has nothing to say where the field is absent. */
export type FieldCheck = (value: Value) => Iterable<AdmissionProblem>;

/** Checks the fields that are there: most of what an object may hold is absent, and asking every check takes longer. */
export function* checkFields(
  object: Value,
  checks: readonly (readonly [field: string, check: FieldCheck])[],
): Iterable<AdmissionProblem> {
  for (const [field, check] of checks) {
    const value = object.get(field);
    if (value.isPresent) yield* check(value);
  }
}

/** The fields of these that say something. */
export function filled(value: Value, fields: readonly string[]): readonly string[] {
  return fields.filter((field) => isFilled(value.get(field)));
}
