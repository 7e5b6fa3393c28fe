import { both, NEVER } from "../../intent/conjunction";
import { isDnsSubdomain } from "../../intent/dns";
import type { RouteIntent } from "../../intent/intent";
import { show } from "../../intent/show";
import type { Context } from "../context";
import type { Compiled } from "../compiled";
import type {
  HTTPRouteManifest,
  HTTPRouteRule,
  HTTPRouteRuleFilter,
  HTTPRouteRuleMatch,
  HTTPRouteRuleMatchPath,
} from "../types/gateway-api";
import { backendRefs } from "./backends";
import { corsFilter } from "./cors";
import { formatGatewayDuration, LONGEST_DURATION } from "./duration";
import { filters } from "./filters";
import { preciseHostname } from "./hostname";
import { VERSION } from "./names";
import { type PathModifier, pathModifier } from "./path-change";
import { inDeclaredOrder, lengthOf, PATH_RANK, type RankedMatch, type RuleMatch } from "./precedence";
import { redirectFilter } from "./redirect";
import type { Refusals } from "./refusals";
import { ANY_PATH, ANY_PATH_REGEX, checkMatch, requestMatch } from "./request-match";
import type { RouteSet } from "./route-set";
import { declaredMatches, replacedPrefixes, separate, type SeparateRoute } from "./separate";

/** What one HTTPRoute can hold. */
const MOST = { rules: 16, matchesOfRule: 64, matches: 128, values: 16 } as const;

/** A condition of a route, by itself: what the API calls a match. */
interface Alternative extends RankedMatch {
  readonly said: HTTPRouteRuleMatch;
}

/** The routes of one parent as an HTTPRoute, tried in the order in which they were declared. */
export function compileHttpRoute(
  context: Context,
  set: RouteSet,
  refusals: Refusals,
): Compiled<HTTPRouteManifest> {
  const routes = separate(set.routes, (route) => `${set.path}[${route}]`, refusals);
  const pathOf = (rule: number): string => routes[rule]?.path ?? set.path;
  const declared = declaredMatches(routes, refusals);
  const replaced = replacedPrefixes(routes);
  const alternatives = inDeclaredOrder(declared, (each) => written(each, replaced), pathOf, refusals);
  for (const { rule, match } of declared) checkMatch(match, pathOf(rule), refusals);
  for (const [index, route] of set.routes.entries()) checkRoute(route, `${set.path}[${index}]`, refusals);
  const rules = routes.flatMap((route, rule) =>
    byPath(
      route,
      alternatives.filter((each) => each.rule === rule),
    ).map((part) => ({ path: route.path, rule: ruleOf(context, set, route, part, refusals) })),
  );
  checkSize(rules, set.path, refusals);
  return {
    source: set.source,
    manifest: {
      apiVersion: VERSION,
      kind: "HTTPRoute",
      metadata: context.metadata(set.name, set.namespace),
      spec: {
        parentRefs: [set.parentRef],
        ...(set.hostnames.length > 0 && { hostnames: set.hostnames }),
        rules: rules.map(({ rule }) => rule),
      },
    },
  };
}

/** Conditions of a route whose requests get the same path. */
interface RulePart {
  readonly matches: readonly HTTPRouteRuleMatch[];
  readonly path?: PathModifier;
}

/** A rule has one new path, and one condition where that replaces a prefix. */
function byPath({ change }: SeparateRoute, alternatives: readonly Alternative[]): readonly RulePart[] {
  if (change === undefined) return [{ matches: alternatives.map(({ said }) => said) }];
  const parts = new Map<string, { readonly path: PathModifier; readonly matches: HTTPRouteRuleMatch[] }>();
  for (const { match, said } of alternatives) {
    const path = pathModifier(change, match);
    const key = path.type === "ReplacePrefixMatch" ? `${parts.size}` : JSON.stringify(path);
    const part = parts.get(key);
    if (part === undefined) parts.set(key, { path, matches: [said] });
    else part.matches.push(said);
  }
  return [...parts.values()];
}

function ruleOf(
  context: Context,
  set: RouteSet,
  { route, path }: SeparateRoute,
  part: RulePart,
  refusals: Refusals,
): HTTPRouteRule {
  const { action } = route;
  return {
    matches: part.matches,
    ...named(route),
    ...timeouts(route),
    ...changed([
      ...(route.corsPolicy ? [corsFilter(route.corsPolicy, `${path}.corsPolicy`, refusals)] : []),
      ...filters(context, route, set.namespace, path, refusals),
      ...rewritten(route, part, path, refusals),
      ...(action?.kind === "redirect"
        ? [redirectFilter(action, part.path, set.listener, path, refusals)]
        : []),
    ]),
    ...(action === undefined && { backendRefs: backendRefs(context, route, set.namespace, path, refusals) }),
  };
}

/** The request with another host, another path, or both. */
function rewritten(
  { rewrite }: RouteIntent,
  part: RulePart,
  path: string,
  refusals: Refusals,
): readonly HTTPRouteRuleFilter[] {
  if (rewrite === undefined) return [];
  const urlRewrite = {
    ...preciseHostname(rewrite.authority, `${path}.rewrite.authority`, refusals),
    ...(part.path && { path: part.path }),
  };
  return Object.keys(urlRewrite).length > 0 ? [{ type: "URLRewrite", urlRewrite }] : [];
}

/** Conditions as matches of an HTTPRoute. */
function written(matches: readonly RuleMatch[], replaced: ReadonlySet<string>): readonly Alternative[] {
  const said = matches.map(({ rule, match }) => ({ rule, match, said: requestMatch(match, replaced) }));
  return said.map((each): Alternative => {
    const path = each.said.path ?? anyPath(each, said);
    return { ...each, said: { path, ...each.said }, rank: rankOf(path, each.said) };
  });
}

/**
 * The path of a condition that asks nothing of it. The API would take the prefix "/", which ranks above every expression
 * and so takes the requests of routes that were declared before it: behind such a route it is an expression.
 */
function anyPath(
  { rule, match }: RuleMatch,
  all: readonly (RuleMatch & { readonly said: HTTPRouteRuleMatch })[],
): HTTPRouteRuleMatchPath {
  const behindExpression = all.some(
    (other) =>
      other.rule < rule &&
      other.said.path?.type === "RegularExpression" &&
      both(other.match, match) !== NEVER,
  );
  return behindExpression ? ANY_PATH_REGEX : ANY_PATH;
}

function rankOf({ type, value }: HTTPRouteRuleMatchPath, said: HTTPRouteRuleMatch): readonly number[] {
  return [
    PATH_RANK[type ?? "PathPrefix"],
    lengthOf(value ?? ""),
    said.method === undefined ? 0 : 1,
    said.headers?.length ?? 0,
    said.queryParams?.length ?? 0,
  ];
}

/** A rule may have a name, where it is one that Kubernetes takes. */
function named({ name }: RouteIntent): Pick<HTTPRouteRule, "name"> {
  return name !== undefined && isDnsSubdomain(name) ? { name } : {};
}

function changed(said: readonly HTTPRouteRuleFilter[]): Pick<HTTPRouteRule, "filters"> {
  return said.length > 0 ? { filters: said } : {};
}

function timeouts({ timeout }: RouteIntent): Pick<HTTPRouteRule, "timeouts"> {
  return timeout === undefined || timeout > LONGEST_DURATION
    ? {}
    : { timeouts: { request: formatGatewayDuration(timeout) } };
}

/** Refuses what a route says beside its conditions and a rule of the API cannot. */
function checkRoute(route: RouteIntent, path: string, refusals: Refusals): void {
  const {
    matches: _,
    to: __,
    headers: ___,
    mirrors: ____,
    corsPolicy: _____,
    rewrite = {},
    name,
    timeout,
    retries,
    action,
    ...rest
  } = route;
  refusals.unknown(path, rest);
  const { uri: ______, authority: _______, ...otherwise } = rewrite;
  refusals.unknown(`${path}.rewrite`, otherwise);
  if (action !== undefined && action.kind !== "redirect") {
    refusals.report("action", path, "is written for Istio's own API alone", {
      got: `a ${action.kind}`,
      expected: "destinations or a redirect",
    });
  }
  if (retries !== undefined) {
    refusals.report("retries", `${path}.retries`, "retries are not in the Gateway API's standard channel", {
      got: show(retries),
      expected: "a route without retries of its own",
      fix: "set meshConfig.defaultHttpRetryPolicy for the whole mesh",
    });
  }
  if (name !== undefined && !isDnsSubdomain(name)) {
    refusals.report("route-name", `${path}.name`, "is no name that a rule takes", {
      got: show(name),
      expected: "a DNS name",
      fix: "write it in lower case, with digits, '-' and '.'",
    });
  }
  if (timeout !== undefined && timeout > LONGEST_DURATION) {
    refusals.report("duration", `${path}.timeout`, "is longer than the Gateway API can say", {
      got: `${timeout} ms`,
      expected: `${LONGEST_DURATION} ms at most`,
      fix: "shorten it",
    });
  }
}

function checkSize(
  rules: readonly { readonly path: string; readonly rule: HTTPRouteRule }[],
  place: string,
  refusals: Refusals,
): void {
  const tooMany = (what: string, count: number, most: number, path: string): void => {
    if (count <= most) return;
    refusals.report("too-many", path, `has more ${what}, as the Gateway API counts them, than that takes`, {
      got: `${count} ${what}`,
      expected: `${most} at most`,
    });
  };
  const conditions = rules.reduce((sum, { rule }) => sum + (rule.matches?.length ?? 0), 0);
  tooMany("routes", rules.length, MOST.rules, place);
  tooMany("conditions", conditions, MOST.matches, place);
  for (const { rule, path } of rules) {
    tooMany("conditions", rule.matches?.length ?? 0, MOST.matchesOfRule, path);
    for (const said of rule.matches ?? []) {
      tooMany("headers", said.headers?.length ?? 0, MOST.values, path);
      tooMany("query parameters", said.queryParams?.length ?? 0, MOST.values, path);
    }
  }
}
