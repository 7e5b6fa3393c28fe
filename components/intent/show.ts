import { inspect } from "node:util";

/**
 * Prints any value in one short line for a {@link Problem}, so that a string differs from a number.
 *
 * A Pulumi Output is named and not opened: it is unknown before deployment and may be secret.
 */
export function show(value: unknown): string {
  if (typeof value === "string" && value.length <= 120) return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (isOutput(value)) return "a pulumi.Output";
  return inspect(closed(value), { depth: 1, breakLength: Infinity, maxArrayLength: 5, maxStringLength: 120 });
}

/** The value with its Outputs named: printed as they are, one would be twenty fields of which none says anything. */
function closed(value: unknown): unknown {
  const name = (each: unknown): unknown =>
    isOutput(each) ? { [inspect.custom]: () => "a pulumi.Output" } : each;
  if (Array.isArray(value)) return value.map(name);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, name(each)]));
}

/** Whether a value is one that Pulumi may know only later. */
export function isOutput(value: unknown): boolean {
  return (
    typeof value === "object" && value !== null && "__pulumiOutput" in value && value.__pulumiOutput === true
  );
}

/** `"a"`, `"a" or "b"`, `"a", "b" or "c"`; an empty list reads `nothing`. */
export function oneOf(values: readonly string[]): string {
  if (values.length === 0) return "nothing";
  const quoted = values.map((value) => JSON.stringify(value));
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}

/** The candidate that a misspelt name most likely meant: at most two edits away, fewer in short names. */
export function closest(name: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.min(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name, candidate, bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Levenshtein distance, given up at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? limit;
}
