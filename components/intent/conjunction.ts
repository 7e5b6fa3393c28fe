import { RE2JS } from "re2js";
import { coversPath } from "./cover";
import type { MatchIntent, PathMatchIntent, SourceIntent, TextMatch, ValueMatchIntent } from "./intent";

/** No request can meet both. */
export const NEVER = "never";
/** Some may, but one match of Istio's cannot say it. */
export const INEXPRESSIBLE = "inexpressible";

type Both<T> = T | typeof NEVER | typeof INEXPRESSIBLE;

/** The match that holds for exactly the requests that meet both. */
export function both(a: MatchIntent, b: MatchIntent): Both<MatchIntent> {
  const path = bothPaths(a.path, b.path);
  const methodPattern = bothOptional(a.methodPattern, b.methodPattern, bothTexts);
  const methods = thatMatch(bothMethods(a.methods, b.methods), methodPattern);
  const headers = bothValues(a.headers, b.headers);
  const query = bothValues(a.query, b.query);
  const authority = bothOptional(a.authority, b.authority, bothTexts);
  const scheme = bothOptional(a.scheme, b.scheme, bothTexts);
  const source = bothOptional(a.source, b.source, bothSources);
  const gateways = bothOptional(a.gateways, b.gateways, bothLists);
  const port = bothOptional(a.port, b.port, bothEqual);
  // Ranges and names of which one may hold part of another are compared as they stand.
  const destinationSubnets = bothOptional(a.destinationSubnets, b.destinationSubnets, bothSame);
  const sourceSubnet = bothOptional(a.sourceSubnet, b.sourceSubnet, bothSame);
  const sniHosts = bothOptional(a.sniHosts, b.sniHosts, bothSame);
  const withoutHeaders = bothWithout(a.withoutHeaders, b.withoutHeaders);
  const parts = [
    path,
    methods,
    headers,
    query,
    authority,
    scheme,
    source,
    gateways,
    port,
    withoutHeaders,
    destinationSubnets,
    sourceSubnet,
    sniHosts,
    methodPattern,
  ];
  // What excludes every request decides, even beside a part that could not be said.
  if (parts.includes(NEVER)) return NEVER;
  if (parts.includes(INEXPRESSIBLE)) return INEXPRESSIBLE;
  const name = b.name ?? a.name;
  const statPrefix = b.statPrefix ?? a.statPrefix;
  return {
    ...(said(path) && { path }),
    methods: said(methods) ? methods : [],
    headers: said(headers) ? headers : [],
    // Methods that are named have been compared with the pattern already.
    ...(said(methodPattern) && said(methods) && methods.length === 0 && { methodPattern }),
    ...(said(withoutHeaders) && { withoutHeaders }),
    query: said(query) ? query : [],
    ...(said(authority) && { authority }),
    ...(said(scheme) && { scheme }),
    ...(said(source) && { source }),
    ...(said(gateways) && { gateways }),
    ...(said(port) && { port }),
    ...(said(destinationSubnets) && { destinationSubnets }),
    ...(said(sourceSubnet) && { sourceSubnet }),
    ...(said(sniHosts) && { sniHosts }),
    ...(name !== undefined && { name }),
    ...(statPrefix !== undefined && { statPrefix }),
  };
}

function said<T>(
  part: Both<T | undefined>,
): part is Exclude<T, typeof NEVER | typeof INEXPRESSIBLE | undefined> {
  return part !== undefined && part !== NEVER && part !== INEXPRESSIBLE;
}

function bothOptional<T>(
  a: T | undefined,
  b: T | undefined,
  combine: (a: T, b: T) => Both<T>,
): Both<T | undefined> {
  return a === undefined || b === undefined ? (a ?? b) : combine(a, b);
}

function bothSame<T>(a: T, b: T): Both<T> {
  return JSON.stringify(a) === JSON.stringify(b) ? a : INEXPRESSIBLE;
}

function bothEqual(a: number, b: number): Both<number> {
  return a === b ? a : NEVER;
}

function bothLists(a: readonly string[], b: readonly string[]): Both<readonly string[]> {
  const common = a.filter((each) => b.includes(each));
  return common.length === 0 ? NEVER : common;
}

function bothSources(a: SourceIntent, b: SourceIntent): Both<SourceIntent> {
  if (a.namespace !== undefined && b.namespace !== undefined && a.namespace !== b.namespace) return NEVER;
  const differs = Object.entries(a.labels ?? {}).some(([key, value]) => (b.labels?.[key] ?? value) !== value);
  return differs
    ? NEVER
    : { ...a, ...b, ...((a.labels ?? b.labels) && { labels: { ...a.labels, ...b.labels } }) };
}

/** Istio takes one thing that a header must not be. */
function bothWithout(
  a: MatchIntent["withoutHeaders"] = [],
  b: MatchIntent["withoutHeaders"] = [],
): Both<MatchIntent["withoutHeaders"]> {
  const values = new Map(a.map((each) => [each.name, each]));
  for (const each of b) {
    const other = values.get(each.name);
    if (other !== undefined && (other.match !== each.match || other.value !== each.value))
      return INEXPRESSIBLE;
    values.set(each.name, each);
  }
  return values.size === 0 ? undefined : [...values.values()].sort((x, y) => (x.name < y.name ? -1 : 1));
}

function bothPaths(
  a: PathMatchIntent | undefined,
  b: PathMatchIntent | undefined,
): Both<PathMatchIntent | undefined> {
  if (coversPath(a, b)) return b ?? a;
  if (coversPath(b, a)) return a ?? b;
  if (a === undefined || b === undefined) return a ?? b;
  const fold = a.ignoreCase || b.ignoreCase;
  const sameCase = a.ignoreCase === b.ignoreCase;
  const result = bothTexts(fold ? lower(a) : a, fold ? lower(b) : b);
  // Folded, the texts only tell what is impossible; what is possible would need both ways of comparing at once.
  return result === NEVER
    ? NEVER
    : result === INEXPRESSIBLE || !sameCase
      ? INEXPRESSIBLE
      : { ...a, ...result };
}

function lower(path: PathMatchIntent): TextMatch {
  return path.match === "regex" ? path : { match: path.match, value: path.value.toLowerCase() };
}

function bothTexts(a: TextMatch, b: TextMatch): Both<TextMatch> {
  if (a.match === b.match && a.value === b.value) return a;
  if (a.match === "exact") return meets(a.value, b) ? a : NEVER;
  if (b.match === "exact") return meets(b.value, a) ? b : NEVER;
  if (a.match === "regex" || b.match === "regex") return INEXPRESSIBLE;
  if (a.value.startsWith(b.value)) return a;
  return b.value.startsWith(a.value) ? b : NEVER;
}

function meets(text: string, match: TextMatch): boolean {
  switch (match.match) {
    case "exact":
      return text === match.value;
    case "prefix":
      return text.startsWith(match.value);
    case "regex":
      return RE2JS.compile(match.value).matches(text);
  }
}

function bothMethods(a: readonly string[], b: readonly string[]): readonly string[] | typeof NEVER {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const common = a.filter((each) => b.includes(each));
  return common.length === 0 ? NEVER : common;
}

/** Of the methods that are named, those that a pattern admits. */
function thatMatch(
  methods: readonly string[] | typeof NEVER,
  pattern: Both<TextMatch | undefined>,
): readonly string[] | typeof NEVER {
  if (methods === NEVER || methods.length === 0 || !said(pattern)) return methods;
  const admitted = methods.filter((each) => meets(each, pattern));
  return admitted.length === 0 ? NEVER : admitted;
}

function bothValues(
  a: readonly ValueMatchIntent[],
  b: readonly ValueMatchIntent[],
): Both<readonly ValueMatchIntent[]> {
  const values = new Map(a.map((each) => [each.name, each]));
  let inexpressible = false;
  for (const each of b) {
    const other = values.get(each.name);
    const result = other === undefined ? each : bothOfOne(other, each);
    if (result === NEVER) return NEVER;
    if (result === INEXPRESSIBLE) inexpressible = true;
    else values.set(each.name, result);
  }
  if (inexpressible) return INEXPRESSIBLE;
  return [...values.values()].sort((x, y) => (x.name < y.name ? -1 : 1));
}

function bothOfOne(a: ValueMatchIntent, b: ValueMatchIntent): Both<ValueMatchIntent> {
  if (a.match === "absent" || b.match === "absent") return a.match === b.match ? a : NEVER;
  if (a.match === "present") return b;
  if (b.match === "present") return a;
  const text = bothTexts(a, b);
  return typeof text === "string" ? text : { name: a.name, ...text };
}
