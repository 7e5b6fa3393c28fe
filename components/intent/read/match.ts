import { RE2JS } from "re2js";
import type { MatchIntent, PathMatchIntent, TextMatch, ValueMatchIntent } from "../intent";
import { HTTP_METHODS } from "../match";
import { at, type Reader } from "./reader";

/** Istio takes no longer expression. */
const LONGEST_REGEX = 1024;
const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;
/** Names that Istio ignores in a header match, because it has fields of their own for them. */
const RESERVED_HEADERS: readonly string[] = ["uri", "scheme", "method", "authority", "host"];

/** Conditions that hold together, at least one. */
export function readMatch(reader: Reader, value: unknown, path: string): MatchIntent | undefined {
  const before = reader.problems.length;
  const list = reader.list(
    value,
    "intent/match",
    path,
    'conditions such as path.prefix("/api"); otherwise() takes every request',
  );
  let pathMatch: PathMatchIntent | undefined;
  let methods: readonly string[] | undefined;
  const headers = new Map<string, ValueMatchIntent>();
  const query = new Map<string, ValueMatchIntent>();
  const twice = (here: string, what: string): undefined =>
    reader.report({
      id: "intent/duplicate-condition",
      path: here,
      message: `${what} has a condition already, and a request has but one`,
      fix: "keep one of them, or use .or(...) for alternatives",
    });

  (list ?? []).forEach((condition, index) => {
    const here = at(path, index);
    const fields = reader.record(
      condition,
      "intent/condition",
      here,
      'a condition such as path.exact("/api")',
    );
    if (fields === undefined) return;
    const on = reader.choice(fields.get("on"), "intent/condition", `${here}.on`, [
      "path",
      "header",
      "query",
      "method",
    ]);
    if (on === "path") {
      const read = readPath(reader, fields, here);
      if (pathMatch !== undefined) twice(here, "the path");
      pathMatch = read ?? pathMatch;
    } else if (on === "method") {
      const read = readMethods(reader, fields.get("methods"), `${here}.methods`);
      if (methods !== undefined) twice(here, "the method");
      methods = read ?? methods;
    } else if (on !== undefined) {
      const read = readValue(reader, fields, here, on);
      if (read === undefined) return;
      const values = on === "header" ? headers : query;
      if (values.has(read.name))
        twice(here, `${on === "header" ? "header" : "query parameter"} ${read.name}`);
      values.set(read.name, read);
    }
  });
  if (reader.problems.length > before) return undefined;
  return {
    ...(pathMatch && { path: pathMatch }),
    methods: methods ?? [],
    headers: sortByName(headers),
    query: sortByName(query),
  };
}

/** Methods by name, sorted, each once. */
export function readMethods(reader: Reader, value: unknown, path: string): readonly string[] | undefined {
  const list = reader.list(value, "intent/method", path, 'methods such as ["GET"]');
  const methods = list?.map((each, index) =>
    reader.choice(each, "intent/method", at(path, index), HTTP_METHODS),
  );
  return methods?.every((each) => each !== undefined) ? [...new Set(methods)].sort() : undefined;
}

function sortByName(values: ReadonlyMap<string, ValueMatchIntent>): readonly ValueMatchIntent[] {
  return [...values.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readPath(
  reader: Reader,
  fields: ReadonlyMap<string, unknown>,
  path: string,
): PathMatchIntent | undefined {
  const match = reader.choice(fields.get("match"), "intent/condition", `${path}.match`, [
    "exact",
    "prefix",
    "regex",
  ]);
  const ignoreCase = reader.flag(fields.get("ignoreCase"), "intent/condition", `${path}.ignoreCase`, false);
  if (match === undefined) return undefined;
  const value =
    match === "regex"
      ? readRegex(reader, fields.get("value"), `${path}.value`)
      : reader.text(
          fields.get("value"),
          "intent/path",
          `${path}.value`,
          // The query is no part of what is compared, so a path with one would never match.
          (text) => text.startsWith("/") && !/[?#\s]/.test(text),
          "a path that starts with '/' and has no query, fragment or white space",
        );
  return value === undefined ? undefined : { match, value, ignoreCase: ignoreCase ?? false };
}

function readValue(
  reader: Reader,
  fields: ReadonlyMap<string, unknown>,
  path: string,
  on: "header" | "query",
): ValueMatchIntent | undefined {
  const name =
    on === "header"
      ? reader.text(
          fields.get("name"),
          "intent/header-name",
          `${path}.name`,
          (text) => HEADER_NAME.test(text) && !RESERVED_HEADERS.includes(text),
          "a header's name in lower case; path and method have conditions of their own",
        )
      : reader.text(
          fields.get("name"),
          "intent/query-name",
          `${path}.name`,
          (text) => text !== "" && !/[&=#\s]/.test(text),
          "a query parameter's name",
        );
  const match = reader.choice(
    fields.get("match"),
    "intent/condition",
    `${path}.match`,
    on === "header"
      ? ["exact", "prefix", "regex", "present", "absent"]
      : ["exact", "prefix", "regex", "present"],
  );
  if (match === undefined) return undefined;
  if (match === "present" || match === "absent") return name === undefined ? undefined : { name, match };
  const text = readText(reader, match, fields.get("value"), `${path}.value`);
  return name === undefined || text === undefined ? undefined : { name, ...text };
}

function readText(
  reader: Reader,
  match: TextMatch["match"],
  value: unknown,
  path: string,
): TextMatch | undefined {
  const read =
    match === "regex"
      ? readRegex(reader, value, path)
      : reader.text(
          value,
          "intent/condition-value",
          path,
          (text) => match === "exact" || text !== "",
          match === "exact" ? "a string" : "a string with at least one character, or present()",
        );
  return read === undefined ? undefined : { match, value: read };
}

function readRegex(reader: Reader, value: unknown, path: string): string | undefined {
  const text = reader.text(
    value,
    "intent/regex",
    path,
    (each) => each !== "" && each.length <= LONGEST_REGEX,
    `an RE2 expression of 1 to ${LONGEST_REGEX} characters`,
  );
  if (text === undefined) return undefined;
  try {
    RE2JS.compile(text);
    return text;
  } catch (error) {
    return reader.report({
      id: "intent/regex",
      path,
      message: `is not an RE2 expression: ${error instanceof Error ? error.message : "it does not compile"}`,
      got: { value: text },
      expected: "RE2 syntax; it has no look-ahead, look-behind or back references",
      fix: "correct the expression (https://github.com/google/re2/wiki/Syntax)",
    });
  }
}
