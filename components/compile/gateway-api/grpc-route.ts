import type { MatchIntent, RouteIntent } from "../../intent/intent";
import type { Compiled } from "../compiled";
import type { Context } from "../context";
import type { GRPCRouteManifest, GRPCRouteRuleMatch, GRPCRouteRuleMatchMethod } from "../types/gateway-api";
import { backendRefs } from "./backends";
import { alternativesOf } from "./alternatives";
import { filters } from "./filters";
import { VERSION } from "./names";
import { inDeclaredOrder, lengthOf, PATH_RANK, type RankedMatch, type RuleMatch } from "./precedence";
import { Refusals } from "./refusals";
import { checkMatch, isAnyPath, valueMatches } from "./request-match";
import type { RouteSet } from "./route-set";

const SERVICE = /^\/(\.?[A-Za-z_][A-Za-z_0-9]*(?:\.[A-Za-z_][A-Za-z_0-9]*)*)\/$/;
const METHOD = /^(\/\.?[A-Za-z_][A-Za-z_0-9]*(?:\.[A-Za-z_][A-Za-z_0-9]*)*\/)([A-Za-z_][A-Za-z_0-9]*)$/;
const MOST = { rules: 16, matchesOfRule: 64, matches: 128, values: 16 } as const;
/** No condition on service or method. */
const ANY_CALL = "any";

interface Alternative extends RankedMatch {
  readonly said: GRPCRouteRuleMatch;
}

/**
 * The routes of one parent as a GRPCRoute, where it can say them: conditions on service, method (as paths) and headers.
 *
 * @returns `undefined` where it cannot; an HTTPRoute says more and holds for the same calls
 */
export function compileGrpcRoute(context: Context, set: RouteSet): Compiled<GRPCRouteManifest> | undefined {
  if (!set.routes.every(isWritten)) return undefined;
  // What is refused here is no problem yet: the same routes are tried as an HTTPRoute.
  const refusals = new Refusals();
  const pathOf = (rule: number): string => `${set.path}[${rule}]`;
  const declared = set.routes.flatMap((route, rule) =>
    alternativesOf(route).map((match) => ({ rule, match })),
  );
  const alternatives = inDeclaredOrder(declared, written, pathOf, refusals);
  for (const { rule, match } of declared) checkMatch(match, pathOf(rule), refusals);
  const rules = set.routes.map((route, index) => {
    const { matches: _, to: __, headers: ___, mirrors: ____, ...options } = route;
    refusals.unknown(pathOf(index), options);
    const changes = filters(context, route, set.namespace, pathOf(index), refusals);
    const matches = alternatives.filter(({ rule }) => rule === index).map(({ said }) => said);
    const everything = matches.some((match) => Object.keys(match).length === 0);
    return {
      ...(everything ? {} : { matches }),
      ...(changes.length > 0 && { filters: changes }),
      backendRefs: backendRefs(context, route, set.namespace, pathOf(index), refusals),
    };
  });
  const fits =
    rules.length <= MOST.rules &&
    alternatives.length <= MOST.matches &&
    rules.every(({ matches = [] }) => matches.length <= MOST.matchesOfRule) &&
    alternatives.every(({ said }) => (said.headers?.length ?? 0) <= MOST.values);
  if (!fits || refusals.problems.length > 0) return undefined;
  return {
    source: set.source,
    manifest: {
      apiVersion: VERSION,
      kind: "GRPCRoute",
      metadata: context.metadata(set.name, set.namespace),
      spec: {
        parentRefs: [set.parentRef],
        ...(set.hostnames.length > 0 && { hostnames: set.hostnames }),
        rules,
      },
    },
  };
}

/** A call's path is `/service/method`, always a POST: other conditions on a request are not ones on a call. */
function isWritten({ matches }: RouteIntent): boolean {
  return matches.every(
    (match) => match.methods.length === 0 && match.query.length === 0 && callMethod(match) !== undefined,
  );
}

/** Conditions as matches of a GRPCRoute; `undefined` for none of it is left to {@link isWritten}. */
function written(matches: readonly RuleMatch[]): readonly Alternative[] {
  return matches.map((each) => {
    const method = callMethod(each.match);
    const headers = valueMatches(each.match.headers);
    const said: GRPCRouteRuleMatch = {
      ...(method !== undefined && method !== ANY_CALL && { method }),
      ...(headers.length > 0 && { headers }),
    };
    return { ...each, said, rank: rankOf(said) };
  });
}

function callMethod(match: MatchIntent): GRPCRouteRuleMatchMethod | typeof ANY_CALL | undefined {
  if (match.path === undefined || isAnyPath(match)) return ANY_CALL;
  const { match: how, value, ignoreCase } = match.path;
  if (ignoreCase) return undefined;
  const [, service] = SERVICE.exec(value) ?? [];
  if (how === "prefix" && service !== undefined) return { type: "Exact", service };
  const [, ofService, method] = METHOD.exec(value) ?? [];
  if (how !== "exact" || ofService === undefined || method === undefined) return undefined;
  return { type: "Exact", service: ofService.slice(1, -1), method };
}

/** istiod reads a service as the prefix `/service/`, a method as an exact path, and puts calls without either last. */
function rankOf({ method: call, headers = [] }: GRPCRouteRuleMatch): readonly number[] {
  const { service, method } = call ?? {};
  const path = service === undefined ? -1 : PATH_RANK[method === undefined ? "PathPrefix" : "Exact"];
  return [path, service === undefined ? 0 : lengthOf(`/${service}/${method ?? ""}`), 0, headers.length, 0];
}
