import { UNKNOWN } from "./kubernetes-object";

export type Fields = Readonly<Record<string, unknown>>;

/** What every service's host ends with, and a reader need not see. */
export const LOCAL = /\.svc\.cluster\.local$/;

/** The fields of an object, none of anything else: a summary judges nothing. */
export function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** The items of a list, none of anything else. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A value as a reader sees it. */
export function text(value: unknown): string {
  return value === UNKNOWN ? "(known after deployment)" : String(value);
}
