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
  const expected = /expected (.+?)(, received .*)?$/.exec(issue.message)?.[1] ?? issue.message;
  return { got: show(valueAt(value, issue.path)), expected };
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
