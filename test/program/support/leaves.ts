import { Secret } from "../../../engine";
import { referenceOf, secretOf } from "./exported-state";

/** A value without members. */
export interface Leaf {
  readonly value: unknown;
  /** Marked secret, itself or around it. It must not be shown. */
  readonly secret: boolean;
}

/** The marker in a path at which a value was marked secret: moving the mark changes the path. */
const SECRET_STEP = "(secret)";

/** A path without the marks: where the value stands, whoever marked it. */
export function placeOf(path: string): string {
  return path
    .split(".")
    .filter((step) => step !== SECRET_STEP)
    .join(".");
}

/** Every leaf of a value that the offline engine recorded or that a state holds, by path. */
export function leavesOf(value: unknown): ReadonlyMap<string, Leaf> {
  const all = new Map<string, Leaf>();
  collect(value, [], false, all);
  return all;
}

function collect(value: unknown, path: readonly string[], secret: boolean, into: Map<string, Leaf>): void {
  const hidden = value instanceof Secret ? { value: value.reveal() as unknown } : secretOf(value);
  if (hidden !== undefined) {
    collect(hidden.value, [...path, SECRET_STEP], true, into);
    return;
  }
  const set = (leaf: unknown): unknown => into.set(path.join("."), { value: leaf, secret });
  if (typeof value !== "object" || value === null) {
    set(value);
    return;
  }
  const reference = referenceOf(value) ?? ourReferenceOf(value);
  if (reference !== undefined) {
    set(`resource ${reference}`);
    return;
  }
  const members = Object.entries(value);
  if (members.length === 0) set(Array.isArray(value) ? "[]" : "{}");
  for (const [key, item] of members)
    collect(item, [...path, key.includes(".") ? `[${key}]` : key], secret, into);
}

function ourReferenceOf(value: object): string | undefined {
  const { resourceReference } = value as { readonly resourceReference?: { readonly urn?: unknown } };
  const urn = resourceReference?.urn;
  return typeof urn === "string" ? urn : undefined;
}

/** What two generated values of the same origin have in common: their type, and of PEM the labels. */
export function shapeOf(value: unknown): string {
  if (typeof value !== "string") return typeof value;
  const labels = pemLabels(value);
  if (labels.length > 0) return `PEM of ${labels.join(", ")}`;
  const decoded = pemLabels(Buffer.from(value, "base64").toString("utf8"));
  return decoded.length > 0 ? `base64 of PEM of ${decoded.join(", ")}` : "text";
}

function pemLabels(text: string): readonly string[] {
  return [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----/g)].map(([, label = ""]) => label);
}
