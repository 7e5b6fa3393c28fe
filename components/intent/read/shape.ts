import { DURATION_EXPECTED, formatDuration, parseDuration, type Duration } from "../duration";
import { show } from "../show";
import { at, type Complaint, correction, type Reader } from "./reader";

/** Reads a value at a path: what it means, or `undefined` after reporting what is wrong. */
export type Read<T> = (reader: Reader, value: unknown, path: string) => T | undefined;

/** A field that an object cannot do without. */
export interface Needed<T> {
  readonly needed: Read<T>;
}

type Fields = Readonly<Record<string, Read<unknown> | Needed<unknown>>>;

type Meaning<F extends Fields> = {
  readonly [K in keyof F as F[K] extends Needed<unknown> ? K : never]: F[K] extends Needed<infer T>
    ? T
    : never;
} & {
  readonly [K in keyof F as F[K] extends Needed<unknown> ? never : K]?: F[K] extends Read<infer T>
    ? T
    : never;
};

/** Which of an object's fields go together. */
export interface Together {
  /** Groups of which at most one field may be given. */
  readonly atMostOne?: readonly (readonly string[])[];
  /** Groups of which exactly one field must be given. */
  readonly exactlyOne?: readonly (readonly string[])[];
  /** Whether an object without any field says something. @default false */
  readonly mayBeEmpty?: boolean;
}

/**
 * Reports what is wrong with a field; "" is the object itself, `a.b` a field of a field.
 *
 * What was found is the field's value, where `got` does not say it in words: of a contradiction, both sides.
 */
export type ReportField = (
  field: string,
  problem: Pick<Complaint, "message" | "expected" | "fix"> & Partial<Pick<Complaint, "got">>,
) => void;

/** What is wrong with an object whose fields are right: said in its own words, reported at its own place. */
export type Judge<T> = (value: T, report: ReportField) => void;

export function needed<T>(read: Read<T>): Needed<T> {
  return { needed: read };
}

/** Readers for the parts of one spec; all of them report under `id`. */
export function shapes(id: string) {
  const text =
    (test: (text: string) => boolean, expected: string): Read<string> =>
    (reader, value, path) =>
      reader.text(value, id, path, test, expected);

  const list =
    <T>(each: Read<T>, expected: string): Read<readonly T[]> =>
    (reader, value, path) => {
      const read = reader
        .list(value, id, path, expected)
        ?.map((item, index) => each(reader, item, at(path, index)));
      return read?.every((item) => item !== undefined) ? read : undefined;
    };

  const record =
    <T>(
      each: (reader: Reader, value: unknown, path: string, name: string) => T | undefined,
      expected: string,
      key: (text: string) => boolean = () => true,
      keyExpected = expected,
    ): Read<Readonly<Record<string, T>>> =>
    (reader, value, path) => {
      const before = reader.problems.length;
      const entries = reader.record(value, id, path, expected);
      if (entries === undefined) return undefined;
      if (entries.size === 0) {
        return reader.report({
          id,
          path,
          message: "is empty",
          got: { value },
          expected,
          fix: "write at least one, or remove it",
        });
      }
      const read = [...entries].map(([name, item]): [string, T | undefined] => {
        if (!key(name)) {
          reader.report({
            id,
            path: at(path, name),
            message: "is not a name that is possible here",
            got: { value: name },
            expected: keyExpected,
            fix: "correct the name",
          });
        }
        return [name, each(reader, item, at(path, name), name)];
      });
      if (reader.problems.length > before) return undefined;
      return Object.fromEntries(
        read
          .filter((entry): entry is [string, T] => entry[1] !== undefined)
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      );
    };

  return {
    text,
    anyText: text((value) => value !== "", "a string with at least one character"),
    list,
    record,
    choice:
      <const T extends string>(...choices: readonly T[]): Read<T> =>
      (reader, value, path) =>
        reader.choice(value, id, path, choices),
    flag: ((reader, value, path) => reader.flag(value, id, path, false)) as Read<boolean>,
    whole:
      (least: number, most = 2 ** 31 - 1): Read<number> =>
      (reader, value, path) =>
        reader.whole(value, id, path, least, most),
    number:
      (least: number, most: number): Read<number> =>
      (reader, value, path) => {
        if (typeof value === "number" && value >= least && value <= most) return value;
        const expected = `a number from ${least} to ${most}`;
        return reader.report({
          id,
          path,
          message: value === undefined ? "is missing" : "is not a number in range",
          got: { value },
          expected,
          fix: correction(value),
        });
      },
    duration: readDurationText,
    object:
      <F extends Fields>(fields: F, together: Together = {}, judge?: Judge<Meaning<F>>): Read<Meaning<F>> =>
      (reader, value, path) => {
        const before = reader.problems.length;
        const given = reader.fields(value, id, path, Object.keys(fields));
        if (given === undefined) return undefined;
        const read = Object.entries(fields).flatMap(([name, field]) => {
          const found = given.get(name);
          if (typeof field !== "function") return [[name, field.needed(reader, found, `${path}.${name}`)]];
          return found === undefined ? [] : [[name, field(reader, found, `${path}.${name}`)]];
        });
        reportTogether(reader, given, id, path, Object.keys(fields), together);
        if (reader.problems.length > before) return undefined;
        const meaning = Object.fromEntries(read) as Meaning<F>;
        judge?.(meaning, (field, problem) => {
          const got = { value: field === "" ? value : valueAt(value, field) };
          reader.report({ id, path: field === "" ? path : `${path}.${field}`, got, ...problem });
        });
        return reader.problems.length > before ? undefined : meaning;
      },
  };
}

/** A duration in the one form that compiled objects use. */
const readDurationText: Read<Duration> = (reader, value, path) => {
  const milliseconds = typeof value === "string" ? parseDuration(value) : undefined;
  if (milliseconds !== undefined) return formatDuration(milliseconds);
  return reader.report({
    id: "intent/duration",
    path,
    message: "is not a duration",
    got: { value },
    expected: DURATION_EXPECTED,
    fix: 'write for example "500ms" or "2s"',
  });
};

function reportTogether(
  reader: Reader,
  given: ReadonlyMap<string, unknown>,
  id: string,
  path: string,
  known: readonly string[],
  { atMostOne = [], exactlyOne = [], mayBeEmpty = false }: Together,
): void {
  const present = (group: readonly string[]): readonly string[] =>
    group.filter((name) => given.get(name) !== undefined);
  for (const group of [...atMostOne, ...exactlyOne]) {
    const [first, ...others] = present(group);
    if (first === undefined || others.length === 0) continue;
    reader.report({
      id,
      path,
      message: `has ${first} and ${others.join(" and ")}, of which only one can hold`,
      got: [first, ...others].map((name) => `${name}: ${show(given.get(name))}`).join(", "),
      expected: `one of ${group.join(", ")}`,
      fix: "keep one, and remove the rest",
    });
  }
  for (const group of exactlyOne) {
    if (present(group).length > 0) continue;
    reader.report({
      id,
      path,
      message: `has none of ${group.join(", ")}`,
      got: { value: Object.fromEntries(given) },
      expected: `one of ${group.join(", ")}`,
      fix: "add one",
    });
  }
  // Where one field must be given, that has been said.
  if (!mayBeEmpty && exactlyOne.length === 0 && ![...given.values()].some((value) => value !== undefined)) {
    reader.report({
      id,
      path,
      message: "says nothing",
      got: { value: Object.fromEntries(given) },
      expected: `at least one of ${known.join(", ")}`,
      fix: "add a field, or remove it",
    });
  }
}

/** What stands at `a.b` of an object. */
function valueAt(value: unknown, field: string): unknown {
  return field.split(".").reduce<unknown>((parent, name) => {
    return typeof parent === "object" && parent !== null && Object.hasOwn(parent, name)
      ? (parent as Readonly<Record<string, unknown>>)[name]
      : undefined;
  }, value);
}
