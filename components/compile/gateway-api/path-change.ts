import type { MatchIntent, PathMatchIntent, RouteIntent } from "../../intent/intent";
import { show } from "../../intent/show";
import type { HTTPRouteRuleFilter } from "../types/gateway-api";
import type { Refusals, Refused } from "./refusals";
import { isAnyPath, isPlainPath } from "./request-match";

/** The new path in a filter. */
export type PathModifier = NonNullable<NonNullable<HTTPRouteRuleFilter["urlRewrite"]>["path"]>;

const LONGEST = 1024;

/** What a route puts in place of the path that its condition matched. */
export interface PathChange {
  readonly kind: "rewrite" | "redirect";
  /** The prefix that is replaced, with its slash; absent where the whole path is. */
  readonly prefix?: string;
  readonly by: string;
  /** Where it was said. */
  readonly place: string;
}

/** The text in place of the path, and whether it depends on the condition what it replaces. */
function said({
  rewrite,
  action,
}: RouteIntent): (Pick<PathChange, "kind" | "by"> & { readonly field: string }) | undefined {
  if (rewrite?.uri !== undefined) return { kind: "rewrite", by: rewrite.uri, field: "rewrite.uri" };
  if (action?.kind !== "redirect") return undefined;
  const { uri, prefixRewrite } = action;
  if (prefixRewrite !== undefined) return { kind: "redirect", by: prefixRewrite, field: "prefixRewrite" };
  return uri === undefined || uri === "" ? undefined : { kind: "redirect", by: uri, field: "uri" };
}

/** Whether what a route does to the path depends on what it matched. */
export function dependsOnMatch(route: RouteIntent): boolean {
  return said(route) !== undefined && said(route)?.field !== "uri";
}

/**
 * What a route does to the path of the requests that meet its condition.
 *
 * Istio replaces a prefix letter by letter, the Gateway API by whole segments: `/a/` by `/b/` is the same in both, `/a` by
 * `/b` is not, because it also makes `/bc` of `/ac`. So a prefix that is replaced ends with a slash, and what replaces it
 * does. An exact path and one that meets an expression are replaced as a whole in both.
 */
export function pathChange(
  route: RouteIntent,
  match: MatchIntent,
  path: string,
  refusals: Refusals,
): PathChange | undefined {
  const change = said(route);
  if (change === undefined) return undefined;
  const { kind, by, field } = change;
  const place = `${path}.${field}`;
  if (by.length > LONGEST) {
    refusals.report("too-long", place, "is longer than a filter of the Gateway API takes", {
      got: `${by.length} characters`,
      expected: `${LONGEST} at most`,
      fix: "shorten it",
    });
  }
  if (kind === "rewrite" && by.includes("\\")) {
    refusals.report("path-rewrite", place, "holds a backslash, which istiod reads as part of an expression", {
      got: show(by),
      expected: "a path without a backslash",
    });
  }
  if (field === "uri" || !replacesPrefix(match.path)) return { kind, by, place };
  // Every path begins with a slash: this changes nothing.
  if (isAnyPath(match) && by === "/") return undefined;
  const prefix = match.path?.value ?? "/";
  const problem = unlike(match.path, prefix, by, kind);
  if (problem !== undefined) {
    const [message, refused] = problem;
    refusals.report("path-rewrite", place, message, {
      got: `${show(prefix)} replaced by ${show(by)}`,
      ...refused,
    });
    return undefined;
  }
  return { kind, prefix, by, place };
}

function replacesPrefix(path: PathMatchIntent | undefined): boolean {
  return path === undefined || path.match === "prefix";
}

/** How replacing a prefix differs between the two APIs, and what to write for it. */
function unlike(
  path: PathMatchIntent | undefined,
  prefix: string,
  by: string,
  kind: PathChange["kind"],
): readonly [message: string, refused: Omit<Refused, "got">] | undefined {
  if (path === undefined || prefix === "/") {
    return [
      "puts a text before every path, which the Gateway API does by whole segments",
      { expected: "a prefix that is replaced", fix: "match a path.prefix that ends with a slash" },
    ];
  }
  if (path.ignoreCase)
    return [
      "replaces a prefix in any case of letters, and the Gateway API minds the case",
      { expected: "a prefix as it is written" },
    ];
  if (!prefix.endsWith("/")) {
    return [
      `replaces the prefix ${prefix} letter by letter, and the Gateway API does so by whole segments`,
      {
        expected: "a prefix that ends with a slash",
        fix: `write two routes: one for path.exact(${JSON.stringify(prefix)}), and one for path.prefix(${JSON.stringify(`${prefix}/`)}) that puts a text with a slash at its end in its place`,
      },
    ];
  }
  if (!isPlainPath(prefix))
    return [
      "replaces a prefix that the Gateway API does not take",
      { expected: "a prefix without dot segments, empty segments and escaped slashes" },
    ];
  if (!by.endsWith("/")) {
    return [
      "has no slash at its end, and the Gateway API keeps the one between what replaces a prefix and the rest",
      { expected: "a slash at the end of both", fix: `write ${JSON.stringify(`${by}/`)}` },
    ];
  }
  if (kind === "redirect" && by === "/") {
    return [
      "removes a prefix, and istiod keeps the path of such a redirect as it was",
      { expected: "a path in its place", fix: "name what replaces it" },
    ];
  }
  return undefined;
}

/** The field of a filter for the requests that meet a condition of the route; the condition may be narrower than its own. */
export function pathModifier(change: PathChange, { path }: MatchIntent): PathModifier {
  const { prefix, by } = change;
  if (prefix === undefined) return { type: "ReplaceFullPath", replaceFullPath: by };
  const rest = path?.value.slice(prefix.length) ?? "";
  if (path?.match === "exact") return { type: "ReplaceFullPath", replaceFullPath: `${by}${rest}` };
  // A redirect by istiod keeps a slash at the end, and then has two.
  const text = `${by}${rest}`;
  return { type: "ReplacePrefixMatch", replacePrefixMatch: text === "/" ? text : text.replace(/\/$/, "") };
}
