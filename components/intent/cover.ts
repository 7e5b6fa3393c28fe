import { RE2JS } from "re2js";
import { isHostUnder } from "./dns";
import type { MatchIntent, PathMatchIntent, SourceIntent, TextMatch, ValueMatchIntent } from "./intent";

/**
 * Whether every request that meets `later` meets `earlier` too. Sound, not complete: two expressions are compared as
 * text, so that `true` can always be relied upon.
 */
export function covers(earlier: MatchIntent, later: MatchIntent): boolean {
  return (
    coversPath(earlier.path, later.path) &&
    coversMethods(earlier.methods, later.methods) &&
    coversMethodPattern(earlier.methodPattern, later) &&
    earlier.headers.every((each) => coversValue(each, later.headers)) &&
    earlier.query.every((each) => coversValue(each, later.query)) &&
    (earlier.withoutHeaders ?? []).every((each) => excludes(later, each)) &&
    coversOptionalText(earlier.authority, later.authority) &&
    coversOptionalText(earlier.scheme, later.scheme) &&
    coversSource(earlier.source, later.source) &&
    coversList(earlier.gateways, later.gateways) &&
    (earlier.port === undefined || earlier.port === later.port) &&
    coversList(earlier.destinationSubnets, later.destinationSubnets) &&
    (earlier.sourceSubnet === undefined || earlier.sourceSubnet === later.sourceSubnet) &&
    coversList(earlier.sniHosts, later.sniHosts, isHostUnder)
  );
}

/** Whether what meets `match` is never so: it says the same itself, or asks for another value. */
function excludes(match: MatchIntent, never: { readonly name: string } & TextMatch): boolean {
  const same = match.withoutHeaders?.some(
    (each) => each.name === never.name && each.match === never.match && each.value === never.value,
  );
  return same === true || match.headers.some((each) => each.name === never.name && excludesText(each, never));
}

function excludesText(found: ValueMatchIntent, never: TextMatch): boolean {
  if (found.match === "absent") return true;
  return found.match === "exact" && !coversText(never, found);
}

function coversOptionalText(earlier: TextMatch | undefined, later: TextMatch | undefined): boolean {
  return earlier === undefined || (later !== undefined && coversText(earlier, later));
}

function coversSource(earlier: SourceIntent | undefined, later: SourceIntent | undefined): boolean {
  if (earlier?.namespace !== undefined && earlier.namespace !== later?.namespace) return false;
  return Object.entries(earlier?.labels ?? {}).every(([key, value]) => later?.labels?.[key] === value);
}

function coversList(
  earlier: readonly string[] | undefined,
  later: readonly string[] | undefined,
  under: (one: string, other: string) => boolean = (one, other) => one === other,
): boolean {
  if (earlier === undefined) return true;
  return later?.every((each) => earlier.some((other) => under(each, other))) ?? false;
}

/** The same for paths alone; no condition takes every path. */
export function coversPath(
  earlier: PathMatchIntent | undefined,
  later: PathMatchIntent | undefined,
): boolean {
  if (earlier === undefined || takesEveryPath(earlier)) return true;
  if (later === undefined) return false;
  // An expression is compared as it stands, whatever is said of letter case.
  if (earlier.match === "regex") return coversText(earlier, later) && !later.ignoreCase;
  if (later.match === "regex") return false;
  if (later.ignoreCase && !earlier.ignoreCase) return false;
  return coversText(fold(earlier), earlier.ignoreCase ? fold({ ...later, ignoreCase: true }) : later);
}

function takesEveryPath({ match, value }: PathMatchIntent): boolean {
  return match === "prefix" ? value === "/" : match === "regex" && /^\/?\.\*$/.test(value);
}

function fold(path: PathMatchIntent): TextMatch {
  return path.ignoreCase ? { ...path, value: path.value.toLowerCase() } : path;
}

function coversText(earlier: TextMatch, later: TextMatch): boolean {
  switch (earlier.match) {
    case "exact":
      return later.match === "exact" && later.value === earlier.value;
    case "prefix":
      return later.match !== "regex" && later.value.startsWith(earlier.value);
    case "regex":
      if (later.match === "exact") return RE2JS.compile(earlier.value).matches(later.value);
      return later.match === "regex" && later.value === earlier.value;
  }
}

function coversMethods(earlier: readonly string[], later: readonly string[]): boolean {
  return earlier.length === 0 || (later.length > 0 && later.every((each) => earlier.includes(each)));
}

function coversMethodPattern(
  earlier: TextMatch | undefined,
  { methods, methodPattern }: MatchIntent,
): boolean {
  if (earlier === undefined) return true;
  if (methodPattern !== undefined && coversText(earlier, methodPattern)) return true;
  return methods.length > 0 && methods.every((value) => coversText(earlier, { match: "exact", value }));
}

function coversValue(earlier: ValueMatchIntent, later: readonly ValueMatchIntent[]): boolean {
  const found = later.find(({ name }) => name === earlier.name);
  if (found === undefined) return false;
  if (earlier.match === "absent" || found.match === "absent") return earlier.match === found.match;
  if (earlier.match === "present") return true;
  return found.match !== "present" && coversText(earlier, found);
}
