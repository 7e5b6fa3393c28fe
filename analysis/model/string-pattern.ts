import { RE2JS } from "re2js";
import type { Value } from "../reader";

/** What an Istio `StringMatch` accepts. `unknown` is a pattern that is not known before deployment. */
export type StringPattern =
  | { readonly kind: "exact" | "prefix"; readonly text: string; readonly ignoreCase: boolean }
  | {
      readonly kind: "regex";
      readonly text: string;
      /** Every text that it accepts begins so. */
      readonly beginning: string;
    }
  | { readonly kind: "unknown" };

/** Accepts every text: an empty `StringMatch` asks only that something be there. */
export const ANY_TEXT: StringPattern = { kind: "prefix", text: "", ignoreCase: false };

/** @param ignoreCase `ignoreUriCase` of the match; it has no effect on a regex */
export function readPattern(value: Value, ignoreCase = false): StringPattern {
  if (value.isUnknown) return { kind: "unknown" };
  for (const kind of ["exact", "prefix", "regex"] as const) {
    const text = value.get(kind).text();
    if (typeof text === "symbol") return { kind: "unknown" };
    if (text === undefined) continue;
    if (kind === "regex") return simplifyRegex(text);
    return { kind, text: ignoreCase ? text.toLowerCase() : text, ignoreCase };
  }
  return ANY_TEXT;
}

/** A regex that says no more than an exact text or a prefix is read as that, so that it compares with others. */
function simplifyRegex(regex: string): StringPattern {
  const text = regex.replace(/^\^/, "").replace(/(?<!\\)\$$/, "");
  const isPrefix = text.endsWith(".*");
  const literal = isPrefix ? text.slice(0, -2) : text;
  const unescaped = literal.replace(/\\([./\-_])/g, "$1");
  if (/[\\^$.|?*+()[\]{}]/.test(literal.replace(/\\[./\-_]/g, ""))) {
    return { kind: "regex", text: regex, beginning: beginningOf(text) };
  }
  return { kind: isPrefix ? "prefix" : "exact", text: unescaped, ignoreCase: false };
}

/** The plain letters that a regex begins with, less the last where a quantifier may take it away. */
function beginningOf(regex: string): string {
  if (regex.includes("|") || regex.startsWith("(?")) return "";
  const [plain = ""] = /^(?:[^\\^$.|?*+()[\]{}]|\\[./\-_])*/.exec(regex) ?? [];
  const isQuantified = /^[?*+{]/.test(regex.slice(plain.length));
  return plain.replace(/\\([./\-_])/g, "$1").slice(0, isQuantified ? -1 : undefined);
}

export function isAnyText(pattern: StringPattern): boolean {
  return pattern.kind === "prefix" && pattern.text === "";
}

/** Every text that `inner` accepts is provably accepted by `outer`. */
export function patternCovers(outer: StringPattern, inner: StringPattern): boolean {
  if (isAnyText(outer)) return true;
  if (outer.kind === "unknown" || inner.kind === "unknown") return false;
  if (outer.kind === "regex") {
    if (inner.kind === "regex") return inner.text === outer.text;
    return inner.kind === "exact" && !inner.ignoreCase && regexAccepts(outer.text, inner.text);
  }
  if (inner.kind === "regex" || (outer.kind === "exact" && inner.kind === "prefix")) return false;
  // A text in any case is accepted by one in a fixed case only where it has no letters.
  if (inner.ignoreCase && !outer.ignoreCase && hasCase(outer.text)) return false;
  const text = outer.ignoreCase ? inner.text.toLowerCase() : inner.text;
  return outer.kind === "exact" ? text === outer.text : text.startsWith(outer.text);
}

/** Whether one text is accepted; undefined where that depends on a pattern that is not known before deployment. */
export function patternAccepts(pattern: StringPattern, text: string): boolean | undefined {
  if (pattern.kind === "unknown") return undefined;
  return patternCovers(pattern, { kind: "exact", text, ignoreCase: false });
}

/** Some text is provably accepted by both. */
export function patternsOverlap(a: StringPattern, b: StringPattern): boolean {
  if (patternCovers(a, b) || patternCovers(b, a)) return true;
  if (a.kind === "unknown" || b.kind === "unknown" || a.kind === "regex" || b.kind === "regex") return false;
  if (!a.ignoreCase && !b.ignoreCase) return false;
  const [left, right] = [a.text.toLowerCase(), b.text.toLowerCase()];
  return (
    left === right ||
    (a.kind === "prefix" && right.startsWith(left)) ||
    (b.kind === "prefix" && left.startsWith(right))
  );
}

/** For messages: `prefix "/wines"`. */
export function describePattern(pattern: StringPattern): string {
  if (pattern.kind === "unknown") return "a value known after deployment";
  if (isAnyText(pattern)) return "anything";
  return `${pattern.kind} ${JSON.stringify(pattern.text)}`;
}

function hasCase(text: string): boolean {
  return text.toLowerCase() !== text.toUpperCase();
}

/** The whole text must match. */
export function regexAccepts(regex: string, text: string): boolean {
  try {
    return RE2JS.compile(regex).matches(text);
  } catch {
    // Istio refuses such a regex; here it accepts nothing.
    return false;
  }
}
