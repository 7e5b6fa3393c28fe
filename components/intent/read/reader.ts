import type { InputProblem } from "../problem";
import { closest, isOutput, oneOf, show } from "../show";

/** A problem whose `got` is the value itself, printed where it is reported, or says in words what was found. */
export interface Complaint extends Omit<InputProblem, "got"> {
  readonly got: { readonly value: unknown } | string;
}

/** Reads untrusted values. It collects what is wrong and never throws, whatever it is given. */
export class Reader {
  readonly problems: InputProblem[] = [];

  report({ got, ...rest }: Complaint): undefined {
    this.problems.push({ ...rest, got: typeof got === "string" ? got : show(got.value) });
    return undefined;
  }

  /** The entries of a plain object; reports anything else. */
  record(
    value: unknown,
    id: string,
    path: string,
    expected: string,
  ): ReadonlyMap<string, unknown> | undefined {
    if (isPlainObject(value)) return new Map(Object.entries(value));
    const message = absentOr(value, "is not a plain object");
    const fix = value === undefined ? "add it" : "pass a plain object";
    return this.report({ id, path, message, got: { value }, expected, fix });
  }

  /**
   * The fields of a spec. A field that is not known is reported, because a misspelt one would be ignored in silence;
   * a field that is `undefined` counts as absent.
   */
  fields(
    value: unknown,
    id: string,
    path: string,
    known: readonly string[],
  ): ReadonlyMap<string, unknown> | undefined {
    const fields = this.record(value, id, path, `an object with ${known.join(", ")}`);
    for (const name of fields?.keys() ?? []) {
      if (known.includes(name)) continue;
      const meant = closest(name, known);
      this.report({
        id: "intent/unknown-field",
        path: at(path, name),
        message: "is not a field that is known here",
        got: { value: name },
        expected: `one of ${known.join(", ")}`,
        fix: meant === undefined ? "remove it" : `did you mean ${JSON.stringify(meant)}?`,
      });
    }
    return fields;
  }

  /** An array with at least one element. */
  list(value: unknown, id: string, path: string, expected: string): readonly unknown[] | undefined {
    if (Array.isArray(value) && value.length > 0) return Array.from(value as readonly unknown[]);
    const empty = Array.isArray(value);
    const message = empty ? "is an empty list" : absentOr(value, "is not a list");
    const fix = empty ? "list at least one" : value === undefined ? "add it" : "put it in a list, in [ ]";
    return this.report({ id, path, message, got: { value }, expected, fix });
  }

  /** A string that passes `test`. */
  text(
    value: unknown,
    id: string,
    path: string,
    test: (text: string) => boolean,
    expected: string,
  ): string | undefined {
    if (typeof value === "string" && test(value)) return value;
    const message = typeof value === "string" ? "is not valid" : absentOr(value, "is not a string");
    return this.report({
      id,
      path,
      message,
      got: { value },
      expected,
      fix: correction(value, meant(value, test)),
    });
  }

  /** One of a few strings; `fallback` where it is absent. */
  choice<const T extends string>(
    value: unknown,
    id: string,
    path: string,
    choices: readonly T[],
    fallback?: T,
  ): T | undefined {
    if (value === undefined && fallback !== undefined) return fallback;
    const found = choices.find((each) => each === value);
    if (found !== undefined) return found;
    const expected = oneOf(choices);
    return this.report({
      id,
      path,
      message: absentOr(value, "is not one of the values that are known here"),
      got: { value },
      expected,
      fix: correction(value, meantChoice(value, choices)),
    });
  }

  /** `true` or `false`; `fallback` where it is absent. */
  flag(value: unknown, id: string, path: string, fallback: boolean): boolean | undefined {
    if (value === undefined) return fallback;
    if (typeof value === "boolean") return value;
    return this.report({
      id,
      path,
      message: "is neither true nor false",
      got: { value },
      expected: "true or false",
      fix:
        value === "true" || value === "false" ? "remove the quotes" : "write one of the two, or leave it out",
    });
  }

  /** A whole number in a range. */
  whole(value: unknown, id: string, path: string, least: number, most: number): number | undefined {
    const fits = (number: number): boolean => Number.isInteger(number) && number >= least && number <= most;
    if (typeof value === "number" && fits(value)) return value;
    const expected = `a whole number from ${least} to ${most}`;
    const quoted = typeof value === "string" && value.trim() !== "" && fits(Number(value));
    return this.report({
      id,
      path,
      message: absentOr(value, "is not a whole number in range"),
      got: { value },
      expected,
      fix: quoted ? "remove the quotes" : correction(value),
    });
  }
}

/** What to do about a value, where `expected` says already what it may be. */
export function correction(value: unknown, instead?: string): string {
  if (instead !== undefined) return `did you mean ${JSON.stringify(instead)}?`;
  if (isOutput(value)) return "pass a value that is known while the program runs";
  return value === undefined ? "add it" : "correct it";
}

/**
 * The text that a writer most likely meant who forgot that only lower case and dashes are taken, left a blank, or gave an
 * address with its scheme and port in place of a host.
 */
function meant(value: unknown, test: (text: string) => boolean): string | undefined {
  if (typeof value !== "string") return undefined;
  const host = /^[a-z]+:\/\/([^/:@]+)([:/].*)?$|^([^/:@]+):\d+$/i.exec(value);
  const named = host?.[1] ?? host?.[3];
  if (named !== undefined) return [named, named.toLowerCase()].find(test);
  if (!/^\s*[A-Za-z0-9][A-Za-z0-9 ._-]*$/.test(value)) return undefined;
  const trimmed = value.trim();
  const lower = trimmed.toLowerCase();
  return [trimmed, lower, lower.replaceAll(/[ ._]+/g, "-")].find(test);
}

function meantChoice(value: unknown, choices: readonly string[]): string | undefined {
  if (typeof value !== "string") return choices.length === 1 ? choices[0] : undefined;
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "");
  return choices.find((each) => plain(each) === plain(value)) ?? closest(value, choices);
}

function absentOr(value: unknown, message: string): string {
  return value === undefined ? "is missing" : message;
}

/** A path one step deeper: `services.reviews`, `hosts[0]`, `expose["www.example.com"]`. */
export function at(path: string, step: string | number): string {
  if (typeof step === "number") return `${path}[${step}]`;
  return /^[A-Za-z_$][\w$-]*$/.test(step) ? `${path}.${step}` : `${path}[${JSON.stringify(step)}]`;
}

/** Whether a value is an object that was written as one, not an instance of a class. */
export function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // A class instance (a Pulumi Output, a Map, a Date) has its meaning elsewhere than in its own fields.
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}
