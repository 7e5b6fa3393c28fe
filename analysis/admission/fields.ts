import type { Value } from "../reader";
import { push } from "../model/workloads";
import type { Problems } from "./problem";

/** Known texts of a list with their places. */
export function textsOf(list: Value): readonly (readonly [string, Value])[] {
  const texts: (readonly [string, Value])[] = [];
  for (const item of list.items()) {
    const text = item.text();
    if (typeof text === "string") texts.push([text, item]);
  }
  return texts;
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
export type FieldCheck = (problems: Problems, value: Value) => void;

/** The checks of fields by the field's name. */
export type FieldChecks = ReadonlyMap<string, readonly FieldCheck[]>;

/** @param checks a field may have several, which are asked in this order */
export function fieldChecks(checks: readonly (readonly [field: string, check: FieldCheck])[]): FieldChecks {
  const byField = new Map<string, FieldCheck[]>();
  for (const [field, check] of checks) push(byField, field, check);
  return byField;
}

/** Checks the fields that are there: most of what an object may hold is absent. */
export function checkFields(problems: Problems, object: Value, checks: FieldChecks): void {
  for (const field of object.keys()) {
    const ofField = checks.get(field);
    if (ofField === undefined) continue;
    const value = object.get(field);
    if (value.isPresent) for (const check of ofField) check(problems, value);
  }
}

/** The fields of these that say something. */
export function filled(value: Value, fields: readonly string[]): readonly string[] {
  return fields.filter((field) => value.has(field) && isFilled(value.get(field)));
}
