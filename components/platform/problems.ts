import type { InputProblem } from "../intent/problem";
import { isOutput } from "../intent/show";

/** RFC 1123 label: what Kubernetes accepts as the name of a namespace, a service or a revision. */
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** A value as a problem prints it: strings in quotes, so that `"1"` differs from `1`. */
export function printed(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** What a value is, and nothing of what is in it. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (isOutput(value)) return "a pulumi.Output";
  if (value instanceof Promise) return "a promise";
  if (Array.isArray(value)) return "a list";
  const kinds: Readonly<Record<string, string>> = {
    string: "a text",
    number: "a number",
    boolean: String(value),
    function: "a function",
    object: "an object",
  };
  return kinds[typeof value] ?? `a ${typeof value}`;
}

/** A value as a problem prints it that may be of any kind: an object may hold a key or a password. */
export function inBrief(value: unknown): string {
  return typeof value === "object" || typeof value === "function" ? kindOf(value) : printed(value);
}

/** A problem where `value` is not a DNS label. */
export function labelProblems(path: string, value: string | undefined): InputProblem[] {
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
): InputProblem[] {
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
): InputProblem[] {
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

/** A problem where `value` is not a folder on a node, named from its root. */
export function pathProblems(path: string, value: string | undefined): InputProblem[] {
  if (value === undefined || /^\/[^\s:]*$/.test(value)) return [];
  return [
    {
      id: "platform/bad-path",
      path,
      message: "is not an absolute path on the nodes",
      got: printed(value),
      expected: 'a path that begins with "/", without blanks and colons',
      fix: "Give the whole path",
    },
  ];
}

/**
 * A problem for each key that follows from an argument.
 *
 * @param derived the argument behind each such key
 */
export function derivedProblems(
  path: string,
  values: Readonly<Record<string, unknown>> | undefined,
  derived: Readonly<Record<string, string>>,
): InputProblem[] {
  return Object.entries(derived).flatMap(([key, argument]) =>
    values !== undefined && key in values
      ? [
          {
            id: "platform/derived-field",
            path: `${path}.${key}`,
            message: "follows from an argument of its own",
            got: inBrief(values[key]),
            expected: "no value here",
            fix: `Set the argument \`${argument}\``,
          },
        ]
      : [],
  );
}

/** A problem where `value` is neither a number of pods nor a share of them, such as `"1"` and `"10%"`. */
export function shareProblems(path: string, value: string | undefined): InputProblem[] {
  if (value === undefined || /^([1-9]\d*|([1-9]\d?|100)%)$/.test(value)) return [];
  return [
    {
      id: "platform/bad-share",
      path,
      message: "is neither a number of pods nor a share of them",
      got: printed(value),
      expected: 'a number from "1" on, or a share from "1%" to "100%"',
      fix: "Change the text",
    },
  ];
}
