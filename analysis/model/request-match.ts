import { UNKNOWN, type Unknown } from "../kubernetes-object";
import type { Value } from "../reader";
import {
  ANY_TEXT,
  describePattern,
  isAnyText,
  patternCovers,
  patternsOverlap,
  readPattern,
  type StringPattern,
} from "./string-pattern";
import { readGateways } from "./virtual-service";

/** One alternative of an HTTP rule: which requests it takes. */
export interface RequestMatch {
  /** Where it stands; the rule itself where that has no match. */
  readonly path: string;
  readonly gateways: ReadonlySet<string | Unknown>;
  readonly uri: StringPattern;
  /** `scheme`, `method`, `authority`, headers as `header x`, query parameters as `query x`. */
  readonly texts: ReadonlyMap<string, StringPattern>;
  /** Headers that must not match. */
  readonly without: ReadonlyMap<string, StringPattern>;
  /** `port`, `sourceNamespace`, and source labels as `label x`. */
  readonly equals: ReadonlyMap<string, string | number | Unknown>;
}

/** The alternatives of a rule; a rule without `match` takes everything that reaches it. */
export function readRequestMatches(
  rule: Value,
  gateways: readonly (string | Unknown)[],
  namespace: string | Unknown,
): readonly RequestMatch[] {
  const list = rule.get("match");
  if (list.isUnknown) return [{ ...everything(list.path, gateways), uri: { kind: "unknown" } }];
  const items = list.items();
  if (items.length === 0) return [everything(rule.path, gateways)];
  return items.map((match) => readMatch(match, gateways, namespace));
}

function everything(path: string, gateways: readonly (string | Unknown)[]): RequestMatch {
  return {
    path,
    gateways: new Set(gateways),
    uri: ANY_TEXT,
    texts: new Map(),
    without: new Map(),
    equals: new Map(),
  };
}

function readMatch(
  match: Value,
  inherited: readonly (string | Unknown)[],
  namespace: string | Unknown,
): RequestMatch {
  const gateways = match.has("gateways") ? readGateways(match.get("gateways"), namespace) : inherited;
  const texts = new Map<string, StringPattern>();
  for (const field of ["scheme", "method", "authority"]) {
    const value = match.get(field);
    if (value.isPresent) texts.set(field, readPattern(value));
  }
  const without = new Map<string, StringPattern>();
  for (const [name, value] of fields(match.get("headers")))
    texts.set(`header ${name.toLowerCase()}`, readPattern(value));
  for (const [name, value] of fields(match.get("queryParams")))
    texts.set(`query ${name}`, readPattern(value));
  for (const [name, value] of fields(match.get("withoutHeaders")))
    without.set(name.toLowerCase(), readPattern(value));
  const uri = readPattern(match.get("uri"), match.get("ignoreUriCase").boolean() === true);
  return {
    path: match.path,
    gateways: new Set(gateways),
    // Every path begins with a slash, so this prefix asks for nothing.
    uri: uri.kind === "prefix" && uri.text === "/" ? ANY_TEXT : uri,
    texts,
    without,
    equals: readEquals(match),
  };
}

/** The conditions that HTTP, TLS and TCP matches share: fields that must equal a value. */
export function readEquals(match: Value): ReadonlyMap<string, string | number | Unknown> {
  const equals = new Map<string, string | number | Unknown>();
  const port = match.get("port").number();
  const sourceNamespace = match.get("sourceNamespace").text();
  if (port !== undefined) equals.set("port", port);
  if (sourceNamespace !== undefined && sourceNamespace !== "") equals.set("sourceNamespace", sourceNamespace);
  const labels = match.get("sourceLabels").texts();
  if (labels === UNKNOWN) equals.set("labels", UNKNOWN);
  else for (const [label, text] of labels) equals.set(`label ${label}`, text);
  return equals;
}

/** Unknown maps read as one unknown field, so that nothing is proven of them. */
function fields(value: Value): readonly (readonly [string, Value])[] {
  return value.isUnknown ? [["(unknown)", value]] : value.entries();
}

/** Nothing in it is unknown. */
export function isSettled(match: RequestMatch): boolean {
  const patterns = [match.uri, ...match.texts.values(), ...match.without.values()];
  return (
    patterns.every(({ kind }) => kind !== "unknown") &&
    ![...match.equals.values()].includes(UNKNOWN) &&
    !match.gateways.has(UNKNOWN)
  );
}

/** Every request that `inner` takes is provably taken by `outer`, gateways aside. */
export function requestCovers(outer: RequestMatch, inner: RequestMatch): boolean {
  if (!patternCovers(outer.uri, inner.uri)) return false;
  for (const [field, pattern] of outer.texts) {
    const other = inner.texts.get(field);
    if (other === undefined || !patternCovers(pattern, other)) return false;
  }
  // What must be absent covers what must be absent for more reasons.
  for (const [header, pattern] of outer.without) {
    const other = inner.without.get(header);
    if (other === undefined || !patternCovers(other, pattern)) return false;
  }
  return equalsCover(outer.equals, inner.equals);
}

export function equalsCover(
  outer: ReadonlyMap<string, string | number | Unknown>,
  inner: ReadonlyMap<string, string | number | Unknown>,
): boolean {
  for (const [field, value] of outer) if (value === UNKNOWN || inner.get(field) !== value) return false;
  return true;
}

/** Some request is provably taken by both, gateways aside. */
export function requestsOverlap(a: RequestMatch, b: RequestMatch): boolean {
  if (!patternsOverlap(a.uri, b.uri)) return false;
  for (const [field, pattern] of a.texts) {
    const other = b.texts.get(field);
    if (other !== undefined && !patternsOverlap(pattern, other)) return false;
  }
  if (excludes(a, b) || excludes(b, a)) return false;
  return equalsAgree(a.equals, b.equals);
}

export function equalsAgree(
  a: ReadonlyMap<string, string | number | Unknown>,
  b: ReadonlyMap<string, string | number | Unknown>,
): boolean {
  for (const [field, value] of a) {
    const other = b.get(field);
    if (other !== undefined && (other !== value || value === UNKNOWN)) return false;
  }
  return true;
}

function excludes(a: RequestMatch, b: RequestMatch): boolean {
  for (const [header, pattern] of a.without) {
    const wanted = b.texts.get(`header ${header}`);
    if (wanted !== undefined && patternCovers(pattern, wanted)) return true;
  }
  return false;
}

/** It takes every request of the host: Istio puts such rules last when it merges VirtualServices of one gateway. */
export function isCatchAll(match: RequestMatch): boolean {
  return (
    isAnyText(match.uri) && match.texts.size === 0 && match.without.size === 0 && match.equals.size === 0
  );
}

/** For messages: `prefix "/wines"`, or `every request`. */
export function describeRequest(match: RequestMatch): string {
  const parts = isAnyText(match.uri) ? [] : [`path ${describePattern(match.uri)}`];
  for (const [field, pattern] of match.texts) parts.push(`${field} ${describePattern(pattern)}`);
  for (const header of match.without.keys()) parts.push(`no header ${header}`);
  for (const [field, value] of match.equals) parts.push(`${field} ${String(value)}`);
  return parts.length === 0 ? "every request" : parts.join(", ");
}

const EVERY_PATH = "*";

/**
 * The key that a match is filed under, so that a search for what covers another finds it without a look at all:
 * its path, and one of its other conditions.
 */
export function filedUnder(match: RequestMatch): string {
  return `${pathKey(match.uri)}\n${conditionKeys(match)[0] ?? ""}`;
}

/** Every key under which a match that covers this one can be filed. */
export function* soughtUnder(match: RequestMatch, beginnings: ReadonlySet<number>): Iterable<string> {
  const conditions = ["", ...conditionKeys(match)];
  for (const path of coveringPathKeys(match.uri, beginnings))
    for (const condition of conditions) yield `${path}\n${condition}`;
}

function pathKey(uri: StringPattern): string {
  if (isAnyText(uri)) return EVERY_PATH;
  if (uri.kind === "unknown") return uri.kind;
  if (uri.kind === "regex") return `regex=${uri.beginning}`;
  return `${uri.kind}${uri.ignoreCase ? "~" : "="}${uri.text}`;
}

function* coveringPathKeys(uri: StringPattern, beginnings: ReadonlySet<number>): Iterable<string> {
  yield EVERY_PATH;
  if (uri.kind === "unknown") return;
  if (uri.kind === "regex") {
    // Nothing but the same regex, or one that asks for nothing, is known to cover a regex.
    yield `regex=${uri.beginning}`;
    return;
  }
  const { text } = uri;
  const lower = text.toLowerCase();
  if (uri.kind === "exact") yield* [`exact=${text}`, `exact~${lower}`];
  for (const length of beginnings) {
    if (length > text.length) continue;
    const beginning = text.slice(0, length);
    yield* [`prefix=${beginning}`, `prefix~${lower.slice(0, length)}`, `regex=${beginning}`];
  }
}

/** How long the beginning is that a match asks of a path, where it is filed under one. */
export function beginningLength({ uri }: RequestMatch): number | undefined {
  if (uri.kind === "prefix") return uri.text.length;
  return uri.kind === "regex" ? uri.beginning.length : undefined;
}

/** The narrowest first. A condition of the outer match is always one of the inner match's too, at least by name. */
function conditionKeys(match: RequestMatch): readonly string[] {
  const exact: string[] = [];
  const named: string[] = [];
  for (const [field, pattern] of match.texts) {
    if (pattern.kind === "exact") exact.push(`${field}=${pattern.text}`);
    named.push(field);
  }
  for (const [field, value] of match.equals) exact.push(`${field}=${String(value)}`);
  return [
    ...exact.sort(),
    ...named.sort(),
    ...[...match.without.keys()].map((header) => `without ${header}`).sort(),
  ];
}
