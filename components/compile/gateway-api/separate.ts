import { both, INEXPRESSIBLE, NEVER } from "../../intent/conjunction";
import { covers } from "../../intent/cover";
import type { MatchIntent, RouteIntent } from "../../intent/intent";
import { show } from "../../intent/show";
import { alternativesOf } from "./alternatives";
import { dependsOnMatch, type PathChange, pathChange } from "./path-change";
import type { RuleMatch } from "./precedence";
import type { Refusals } from "./refusals";

/** A route, or the part of one that has a single condition. */
export interface SeparateRoute {
  readonly route: RouteIntent;
  readonly alternatives: readonly MatchIntent[];
  /** Where it was declared. */
  readonly path: string;
  readonly change?: PathChange;
}

/**
 * Routes as they are, but one for each condition where the new path depends on which one held. Tried in this order they
 * do what the declared ones do.
 */
export function separate(
  routes: readonly RouteIntent[],
  pathOf: (route: number) => string,
  refusals: Refusals,
): readonly SeparateRoute[] {
  return routes.flatMap((route, index): readonly SeparateRoute[] => {
    const path = pathOf(index);
    const alternatives = alternativesOf(route);
    const groups = dependsOnMatch(route) ? alternatives.map((each) => [each]) : [alternatives];
    return groups.map((group) => {
      const [first] = group;
      const change = first && pathChange(route, first, path, refusals);
      return { route, alternatives: group, path, ...(change && { change }) };
    });
  });
}

/** The prefixes that some route replaces, each with its slash: they are written as prefixes of the Gateway API. */
export function replacedPrefixes(routes: readonly SeparateRoute[]): ReadonlySet<string> {
  return new Set(routes.flatMap(({ change }) => change?.prefix ?? []));
}

/**
 * The conditions of all routes. `PathPrefix` takes `/a` along with all under `/a/`, and a route for the prefix `/a/` does
 * not: so every route that does take `/a` says it as an exact path too, which comes before all prefixes.
 */
export function declaredMatches(routes: readonly SeparateRoute[], refusals: Refusals): readonly RuleMatch[] {
  const own = routes.flatMap(({ alternatives }, rule) => alternatives.map((match) => ({ rule, match })));
  const besides = [...replacedPrefixes(routes)].flatMap((prefix) => {
    const surplus: MatchIntent = {
      path: { match: "exact", value: prefix.slice(0, -1), ignoreCase: false },
      methods: [],
      headers: [],
      query: [],
    };
    // Behind the route that takes all such requests, nobody is asked.
    const taking = own.findIndex(({ match }) => covers(match, surplus));
    const met = own.slice(0, taking + 1).flatMap(({ rule, match }) => {
      const overlap = isExact(match) ? NEVER : both(match, surplus);
      return overlap === NEVER ? [] : [{ rule, match: overlap }];
    });
    if (taking < 0 || met.some(({ match }) => match === INEXPRESSIBLE)) {
      reportUntaken(prefix, routes, refusals);
      return [];
    }
    return met.flatMap(({ rule, match }) => (match === INEXPRESSIBLE ? [] : [{ rule, match }]));
  });
  return [...own, ...besides];
}

/** Whether a condition is written as an exact path already. */
function isExact({ path }: MatchIntent): boolean {
  return path?.match === "exact" && !path.ignoreCase;
}

function reportUntaken(prefix: string, routes: readonly SeparateRoute[], refusals: Refusals): void {
  const place = routes.find(({ change }) => change?.prefix === prefix)?.change?.place ?? "";
  const exact = prefix.slice(0, -1);
  refusals.report(
    "path-rewrite",
    place,
    `replaces a prefix, and the Gateway API would do the same to requests for ${exact}, which no route takes`,
    {
      got: show(prefix),
      expected: `a route that takes ${exact}, too`,
      fix: `say where those go: .or(path.exact(${JSON.stringify(exact)})), or a route for everything else`,
    },
  );
}
