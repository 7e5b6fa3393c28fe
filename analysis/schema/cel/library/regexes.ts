import { celMethod, CelScalar, listType } from "@bufbuild/cel";
import { RE2JS } from "re2js";

const { INT, STRING } = CelScalar;
const STRINGS = listType(STRING);

const compiled = new Map<string, RE2JS>();

/** Rules come with their schema, so there are few patterns and each is kept. */
export function compileRegex(pattern: string): RE2JS {
  let regex = compiled.get(pattern);
  if (regex === undefined) {
    regex = RE2JS.compile(pattern);
    compiled.set(pattern, regex);
  }
  return regex;
}

function findAll(text: string, pattern: string, limit: number): string[] {
  const matcher = compileRegex(pattern).matcher(text);
  const found: string[] = [];
  while (found.length < limit && matcher.find()) found.push(matcher.group() ?? "");
  return found;
}

/** Kubernetes' regular expression library. */
export const regexes = [
  celMethod("find", STRING, [STRING], STRING, function (pattern) {
    return findAll(this, pattern, 1)[0] ?? "";
  }),
  celMethod("findAll", STRING, [STRING], STRINGS, function (pattern) {
    return findAll(this, pattern, Infinity);
  }),
  celMethod("findAll", STRING, [STRING, INT], STRINGS, function (pattern, limit) {
    return findAll(this, pattern, limit < 0n ? Infinity : Number(limit));
  }),
];
