import type { MatchIntent, PathMatchIntent, TextMatch, ValueMatchIntent } from "../../intent/intent";
import { show } from "../../intent/show";
import type {
  HTTPRouteRuleMatch,
  HTTPRouteRuleMatchHeader,
  HTTPRouteRuleMatchPath,
} from "../types/gateway-api";
import type { Refusals } from "./refusals";

/** The longest texts that the API takes. */
const LONGEST = { path: 1024, query: 1024, headers: 4096 } as const;
const QUERY_NAME = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]{1,256}$/;

/** What Istio calls a claim of a token, among headers. */
const CLAIM = "@request.auth.claims";

/** Every path, as a prefix; and as an expression, which ranks below every prefix. */
export const ANY_PATH: HTTPRouteRuleMatchPath = { type: "PathPrefix", value: "/" };
export const ANY_PATH_REGEX: HTTPRouteRuleMatchPath = { type: "RegularExpression", value: ".*" };

const NONE: ReadonlySet<string> = new Set();

/** Whether a match asks nothing of the path. */
export function isAnyPath({ path }: MatchIntent): boolean {
  return path === undefined || (path.match === "prefix" && path.value === "/");
}

/**
 * A condition as a match of an HTTPRoute; without a path where it asks nothing of that. See {@link checkMatch}.
 *
 * @param replaced prefixes, each with its slash, that are prefixes of the Gateway API, so that they can be replaced
 */
export function requestMatch(match: MatchIntent, replaced: ReadonlySet<string> = NONE): HTTPRouteRuleMatch {
  const [method] = match.methods as readonly NonNullable<HTTPRouteRuleMatch["method"]>[];
  const headers = valueMatches(match.headers);
  const queryParams = valueMatches(match.query);
  return {
    ...(match.path && !isAnyPath(match) && { path: pathMatch(match.path, replaced) }),
    ...(headers.length > 0 && { headers }),
    ...(method !== undefined && { method }),
    ...(queryParams.length > 0 && { queryParams }),
  };
}

/**
 * A prefix of ours is compared letter by letter, one of the Gateway API by whole segments; so it becomes an expression,
 * and so does whatever ignores case.
 */
function pathMatch(
  { match, value, ignoreCase }: PathMatchIntent,
  replaced: ReadonlySet<string>,
): HTTPRouteRuleMatchPath {
  if (match === "regex") return { type: "RegularExpression", value };
  if (match === "prefix" && !ignoreCase && replaced.has(value)) {
    return { type: "PathPrefix", value: value.slice(0, -1) };
  }
  if (match === "exact" && !ignoreCase && isPlainPath(value)) return { type: "Exact", value };
  const fold = ignoreCase ? "(?i)" : "";
  const rest = match === "prefix" ? ".*" : "";
  return { type: "RegularExpression", value: `${fold}${quoted(value)}${rest}` };
}

/** What headers or query parameters must be; presence and prefixes become expressions. */
export function valueMatches(values: readonly ValueMatchIntent[]): readonly HTTPRouteRuleMatchHeader[] {
  return values.flatMap((each) =>
    each.match === "absent" ? [] : [{ name: each.name, ...valueMatch(each) }],
  );
}

function valueMatch(
  value: TextMatch | { readonly match: "present" },
): Omit<HTTPRouteRuleMatchHeader, "name"> {
  switch (value.match) {
    case "present":
      return { type: "RegularExpression", value: ".*" };
    case "exact":
      // An empty value is one that the API does not take.
      return value.value === ""
        ? { type: "RegularExpression", value: "^$" }
        : { type: "Exact", value: value.value };
    case "prefix":
      return { type: "RegularExpression", value: `${quoted(value.value)}.*` };
    case "regex":
      return { type: "RegularExpression", value: value.value };
  }
}

/** Refuses what a condition says and a match of the API cannot. */
export function checkMatch(match: MatchIntent, path: string, refusals: Refusals): void {
  const { path: _, methods: __, headers, query, ...rest } = match;
  refusals.unknown(path, rest);
  for (const { name } of headers.filter((each) => each.name.startsWith(CLAIM))) {
    refusals.report("jwt-claim", `${path}.headers`, "the Gateway API routes by no claims of a token", {
      got: show(name),
      expected: "a header that requests come with",
      fix: "let a RequestAuthentication copy the claim to a header, and route by that",
    });
  }
  for (const { name } of headers.filter((each) => each.match === "absent")) {
    refusals.report(
      "absent-header",
      `${path}.headers.${name}`,
      "the Gateway API cannot ask that a header be absent",
      {
        got: `${show(name)}, absent`,
        expected: "a header with a value",
        fix: "put a route for requests that have the header before this one, and drop the condition here",
      },
    );
  }
  for (const { name } of query) {
    if (QUERY_NAME.test(name)) continue;
    refusals.report(
      "query-name",
      `${path}.query`,
      "the Gateway API names a query parameter with the letters of a header name only",
      { got: show(name), expected: "letters, digits and the signs of a header's name" },
    );
  }
  const said = requestMatch(match);
  const texts = [
    ["path", said.path?.value ?? "", LONGEST.path] as const,
    ...(said.headers ?? []).map(({ name, value }) => [`headers.${name}`, value, LONGEST.headers] as const),
    ...(said.queryParams ?? []).map(({ name, value }) => [`query.${name}`, value, LONGEST.query] as const),
  ];
  for (const [field, text, longest] of texts) {
    if (text.length <= longest) continue;
    refusals.report(
      "too-long",
      `${path}.${field}`,
      "is longer, as the Gateway API writes it, than that takes",
      { got: `${text.length} characters`, expected: `${longest} at most`, fix: "shorten it" },
    );
  }
}

/** Whether the API takes a path as it is: its rules refuse dot segments, empty ones and escaped slashes. */
export function isPlainPath(value: string): boolean {
  return (
    /^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+$/.test(value) &&
    !/\/\/|\/\.\.?\/|\/\.\.?$|%2[fF]/.test(value)
  );
}

/** A text as an RE2 expression that matches it alone. */
function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
