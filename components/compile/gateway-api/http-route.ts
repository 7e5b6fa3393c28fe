import { both, NEVER } from "../../intent/conjunction";
import { isDnsSubdomain } from "../../intent/dns";
import type { MatchIntent, RouteIntent } from "../../intent/intent";
import type { Context } from "../context";
import type { Compiled } from "../compiled";
import type {
  HTTPRouteManifest,
  HTTPRouteRule,
  HTTPRouteRuleMatch,
  HTTPRouteRuleMatchPath,
} from "../types/gateway-api";
import { backendRefs } from "./backends";
import { formatGatewayDuration, LONGEST_DURATION } from "./duration";
import { filters, type RouteFilter } from "./filters";
import { VERSION } from "./names";
import { inDeclaredOrder, lengthOf, PATH_RANK, type RankedMatch, type RuleMatch } from "./precedence";
import type { Refusals } from "./refusals";
import { ANY_PATH, ANY_PATH_REGEX, checkMatch, requestMatch } from "./request-match";
import type { RouteSet } from "./route-set";

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
  const pathOf = (rule: number): string => `${set.path}[${rule}]`;
  const declared = set.routes.flatMap((route, rule) =>
    alternativesOf(route).map((match) => ({ rule, match })),
  );
  const alternatives = inDeclaredOrder(declared, written, pathOf, refusals);
  for (const { rule, match } of declared) checkMatch(match, pathOf(rule), refusals);
  checkSize(alternatives, set, refusals);
  return {
    source: set.source,
    manifest: {
      apiVersion: VERSION,
      kind: "HTTPRoute",
      metadata: context.metadata(set.name, set.namespace),
      spec: {
        parentRefs: [set.parentRef],
        ...(set.hostnames.length > 0 && { hostnames: set.hostnames }),
        rules: set.routes.map((route, index) => {
          const path = pathOf(index);
          return {
            matches: alternatives.filter(({ rule }) => rule === index).map(({ said }) => said),
            ...named(route, path, refusals),
            ...timeouts(route, path, refusals),
            ...changed(filters(context, route, set.namespace, path, refusals)),
            backendRefs: backendRefs(context, route, set.namespace, path, refusals),
          };
        }),
      },
    },
  };
}

/** The conditions of a route one by one, each with one method at most. */
export function alternativesOf({ matches }: RouteIntent): readonly MatchIntent[] {
  if (matches.length === 0) return [{ methods: [], headers: [], query: [] }];
  return matches.flatMap((match) =>
    match.methods.length === 0 ? [match] : match.methods.map((method) => ({ ...match, methods: [method] })),
  );
}

/** Conditions as matches of an HTTPRoute. */
function written(matches: readonly RuleMatch[]): readonly Alternative[] {
  const said = matches.map(({ rule, match }) => ({ rule, match, said: requestMatch(match) }));
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
function named({ name }: RouteIntent, path: string, refusals: Refusals): Pick<HTTPRouteRule, "name"> {
  if (name === undefined) return {};
  if (isDnsSubdomain(name)) return { name };
  refusals.report(
    "route-name",
    `${path}.name`,
    "is no name that a rule takes",
    "write it as a DNS name",
    name,
  );
  return {};
}

function changed(said: readonly RouteFilter[]): Pick<HTTPRouteRule, "filters"> {
  return said.length > 0 ? { filters: said } : {};
}

function timeouts(route: RouteIntent, path: string, refusals: Refusals): Pick<HTTPRouteRule, "timeouts"> {
  const {
    matches: _,
    to: __,
    name: ___,
    headers: ____,
    mirrors: _____,
    timeout,
    retries,
    action,
    ...rest
  } = route;
  refusals.unknown(path, rest);
  if (action !== undefined) {
    refusals.report("action", path, `is a ${action.kind}, which is written for Istio's own API alone`);
  }
  if (retries !== undefined) {
    refusals.report(
      "retries",
      `${path}.retries`,
      "retries are not in the Gateway API's standard channel",
      "set meshConfig.defaultHttpRetryPolicy for the whole mesh",
    );
  }
  if (timeout === undefined) return {};
  if (timeout > LONGEST_DURATION) {
    refusals.report("duration", `${path}.timeout`, "is longer than the Gateway API can say", "shorten it");
    return {};
  }
  return { timeouts: { request: formatGatewayDuration(timeout) } };
}

function checkSize(alternatives: readonly Alternative[], set: RouteSet, refusals: Refusals): void {
  const tooMany = (what: string, count: number, most: number, path = set.path): void => {
    if (count <= most) return;
    refusals.report(
      "too-many",
      path,
      `has ${count} ${what} as the Gateway API counts them, and it takes ${most}`,
    );
  };
  tooMany("routes", set.routes.length, MOST.rules);
  tooMany("conditions", alternatives.length, MOST.matches);
  set.routes.forEach((_, rule) => {
    const ofRule = alternatives.filter((each) => each.rule === rule);
    tooMany("conditions", ofRule.length, MOST.matchesOfRule, `${set.path}[${rule}]`);
    for (const { said } of ofRule) {
      tooMany("headers", said.headers?.length ?? 0, MOST.values, `${set.path}[${rule}]`);
      tooMany("query parameters", said.queryParams?.length ?? 0, MOST.values, `${set.path}[${rule}]`);
    }
  });
}
