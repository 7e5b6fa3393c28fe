import type { z } from "zod";
import { show } from "../intent/show";

/** What was found where a value has not the shape that is documented for it, and what would have been accepted. */
export function describeIssue(
  issue: z.core.$ZodIssue,
  value: unknown,
): { readonly got: string; readonly expected: string } {
  if (issue.code === "unrecognized_keys") {
    return { got: issue.keys.map(show).join(", "), expected: "only fields that are documented" };
  }
  return { got: show(valueAt(value, issue.path)), expected: inWords(issue.message) };
}

const KINDS: Readonly<Record<string, string>> = {
  array: "a list",
  object: "an object",
  record: "an object",
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

/** What the parser expected, for readers who know none of its terms. */
function inWords(message: string): string {
  const expected = /expected (.+?)(, received .*)?$/.exec(message)?.[1] ?? message;
  const [, bound, limit] = /to be (<=|>=)(\d+)$/.exec(expected) ?? [];
  if (bound !== undefined) return `${limit} at ${bound === "<=" ? "most" : "least"}`;
  return KINDS[expected] ?? expected.replaceAll('"|"', '", "');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (parent, step) =>
      typeof parent === "object" && parent !== null
        ? (parent as Readonly<Record<PropertyKey, unknown>>)[step]
        : undefined,
    value,
  );
}
