import { UNKNOWN } from "../../../analysis/kubernetes-object";

/** A copy with an unknown in the place of every output and other thing that is no plain data. */
export function withoutOutputs(value: unknown): unknown {
  if (typeof value === "function") return UNKNOWN;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutOutputs);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return UNKNOWN;
  // An argument that is left out is no field.
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([key, field]) => [key, withoutOutputs(field)]));
}
