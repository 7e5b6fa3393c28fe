import type { Problem } from "../intent/problem";

/** RFC 1123 label: what Kubernetes accepts as the name of a namespace, a service or a revision. */
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** A value as a problem prints it: strings in quotes, so that `"1"` differs from `1`. */
export function printed(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** A problem where `value` is not a DNS label. */
export function labelProblems(path: string, value: string | undefined): Problem[] {
  if (value === undefined || DNS_LABEL.test(value)) return [];
  return [
    {
      id: "platform/bad-name",
      path,
      message: "is not a name that Kubernetes accepts",
      got: printed(value),
      expected: "lower case letters, digits and hyphens, at most 63, a letter or digit first and last",
      fix: "Rename it",
    },
  ];
}

/** A problem where `value` is not one of `allowed`. For callers in JavaScript and for values read from files. */
export function choiceProblems(
  path: string,
  value: string | undefined,
  allowed: readonly string[],
): Problem[] {
  if (value === undefined || allowed.includes(value)) return [];
  return [
    {
      id: "platform/unknown-choice",
      path,
      message: "is not one of the values that are supported",
      got: printed(value),
      expected: allowed.map(printed).join(", "),
      fix: "Choose one of these",
    },
  ];
}

/** A problem where `value` is not a whole number between `min` and `max`. */
export function countProblems(
  path: string,
  value: number | undefined,
  min: number,
  max = Infinity,
): Problem[] {
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return [];
  return [
    {
      id: "platform/bad-count",
      path,
      message: "is not a number that fits here",
      got: printed(value),
      expected: max === Infinity ? `a whole number from ${min} on` : `a whole number from ${min} to ${max}`,
      fix: "Change the number",
    },
  ];
}
