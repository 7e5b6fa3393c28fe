import { both, INEXPRESSIBLE, NEVER } from "./conjunction";
import { covers } from "./cover";
import type {
  DelegateIntent,
  DestinationIntent,
  ExposureIntent,
  ExternalRouteSetIntent,
  HeaderOperationsIntent,
  HeadersIntent,
  MatchIntent,
  MeshIntent,
  RouteIntent,
  RouteSetIntent,
  ShareIntent,
} from "./intent";
import type { InputProblem } from "./problem";

/** Routes as proxies need them: no destination is a service that would route the request further. */
export interface EffectiveRoutes {
  /** As `MeshIntent.routes`. */
  readonly services: readonly RouteSetIntent[];
  /** As `MeshIntent.externalRoutes`. */
  readonly externals: readonly ExternalRouteSetIntent[];
  /** As `MeshIntent.delegates`. */
  readonly delegates: readonly DelegateIntent[];
  /** By the gateway's name, as `GatewayIntent.exposures`. */
  readonly gateways: ReadonlyMap<string, readonly ExposureIntent[]>;
  readonly problems: readonly InputProblem[];
}

/**
 * Follows routes that lead to a service with routes of its own.
 *
 * Istio asks a destination's VirtualService for nothing: a gateway, or another service, that sends a request to
 * `reviews` reaches all of its workloads, whatever was said of its subsets. Here a service is always what its routes
 * make of it, so those are put in its place. Inside its own routes a service stands for all of its workloads.
 */
export function effectiveRoutes(
  intent: Pick<MeshIntent, "routes" | "externalRoutes" | "delegates" | "gateways">,
): EffectiveRoutes {
  const expansion = new Expansion(intent.routes);
  const services = intent.routes.map((set) => ({ ...set, routes: expansion.ofService(keyOf(set)) }));
  const gateways = new Map(
    intent.gateways.map(({ name, exposures }) => [
      name,
      exposures.map(({ routes, host, ...rest }) => ({
        ...rest,
        host,
        routes: expansion.of(routes, `gateways.${name}.expose[${JSON.stringify(host)}]`, []),
      })),
    ]),
  );
  const externals = intent.externalRoutes.map((set) => ({
    ...set,
    routes: expansion.of(set.routes, `routes.external.${set.external}`, []),
  }));
  const delegates = intent.delegates.map((delegate) => ({
    ...delegate,
    routes: expansion.of(delegate.routes, `delegates.${delegate.name}`, []),
  }));
  return { services, externals, delegates, gateways, problems: expansion.problems };
}

/**
 * The services that routes lead to, mirrors included, as `key:port`, in no particular order.
 *
 * @param delegates whose routes count where one of the routes leads to them
 */
export function servicesReached(
  routes: readonly RouteIntent[],
  delegates: readonly DelegateIntent[] = [],
): ReadonlySet<string> {
  const reached = routes.flatMap((route) =>
    destinationsOf(route).flatMap((to) =>
      to.kind === "service" ? [keyOf({ service: to.service, port: to.port })] : [],
    ),
  );
  const delegated = routes.flatMap(({ action }) =>
    action?.kind === "delegate"
      ? delegates.filter(({ name, namespace }) => name === action.name && namespace === action.namespace)
      : [],
  );
  return new Set([...reached, ...delegated.flatMap((each) => [...servicesReached(each.routes)])]);
}

/** Everything that a route sends requests to, copies included. */
export function destinationsOf({ to, mirrors = [] }: RouteIntent): readonly DestinationIntent[] {
  return [...to, ...mirrors].map((each) => each.to);
}

/** How a port of a service is indexed. Neither part can hold a colon. */
export function keyOf({ service, port }: { readonly service: string; readonly port: string }): string {
  return `${service}:${port}`;
}

class Expansion {
  readonly problems: InputProblem[] = [];
  readonly #sets: ReadonlyMap<string, RouteSetIntent>;
  readonly #done = new Map<string, readonly RouteIntent[]>();

  constructor(sets: readonly RouteSetIntent[]) {
    this.#sets = new Map(sets.map((set) => [keyOf(set), set]));
  }

  ofService(key: string, through: readonly string[] = []): readonly RouteIntent[] {
    const done = this.#done.get(key);
    if (done !== undefined) return done;
    const set = this.#sets.get(key);
    if (set === undefined) return [];
    const routes = this.of(set.routes, `routes.${set.service}`, [...through, key]);
    this.#done.set(key, routes);
    return routes;
  }

  /** @param through the services whose routes lead here; the last is the one whose routes these are */
  of(routes: readonly RouteIntent[], path: string, through: readonly string[]): readonly RouteIntent[] {
    if (!routes.some((route) => route.to.some((share) => this.#leadsOn(share.to, through)))) return routes;
    return prune(routes.flatMap((route, index) => this.#follow(route, `${path}[${index}]`, through)));
  }

  #leadsOn(to: DestinationIntent, through: readonly string[]): string | undefined {
    if (to.kind === "external" || to.subset !== undefined) return undefined;
    const key = keyOf(to);
    return this.#sets.has(key) && key !== through.at(-1) ? key : undefined;
  }

  #follow(route: RouteIntent, path: string, through: readonly string[]): readonly RouteIntent[] {
    const [only] = route.to;
    const whole = route.to.length === 1 && only !== undefined ? this.#leadsOn(only.to, through) : undefined;
    if (whole !== undefined) {
      const inner = this.#enter(whole, path, through);
      return inner.flatMap((each) => this.#combine(route, each, whole, path));
    }
    const to = route.to.map((share) => this.#substitute(share, path, through));
    return [{ ...route, to: mergeShares(to) }];
  }

  #enter(key: string, path: string, through: readonly string[]): readonly RouteIntent[] {
    if (!through.includes(key)) return this.ofService(key, through);
    const names = [...through.slice(through.indexOf(key)), key].map(serviceOf);
    this.problems.push({
      id: "intent/route-loop",
      path,
      message: "the routes lead in a circle",
      got: names.join(" → "),
      expected: "routes that end at a subset, or at the service that they are for",
      fix: `let the routes of ${serviceOf(key)} end at subsets or at the service itself`,
    });
    return [];
  }

  /** A share of the traffic can follow a service's routes only where they are one route to one destination. */
  #substitute(share: ShareIntent, path: string, through: readonly string[]): ShareIntent {
    const key = this.#leadsOn(share.to, through);
    if (key === undefined) return share;
    const inner = this.#enter(key, path, through);
    const [route] = inner;
    const [target] = route?.to ?? [];
    if (inner.length === 1 && route?.to.length === 1 && target !== undefined && !hasOptions(route)) {
      return { ...share, to: target.to };
    }
    if (inner.length > 0) {
      const service = serviceOf(key);
      this.#report(
        path,
        `a share of the traffic cannot follow the routes of ${service}`,
        `${share.weight} percent for ${service}, which has ${inner.length === 1 ? "a route that is split or has options" : `${inner.length} routes`}`,
        "shares of services whose routes are one, to one destination and without options",
        `send the shares to subsets of ${service}, or send all traffic of this route to it`,
      );
    }
    return share;
  }

  #combine(outer: RouteIntent, inner: RouteIntent, key: string, path: string): readonly RouteIntent[] {
    const { uri, uriRegexRewrite } = outer.rewrite ?? {};
    if ((uri ?? uriRegexRewrite) !== undefined && inner.matches.some((each) => each.path !== undefined)) {
      const service = serviceOf(key);
      this.#report(
        path,
        `the route rewrites the path, and the routes of ${service} ask for one`,
        `rewrite to ${JSON.stringify(uri ?? uriRegexRewrite?.rewrite)}, and a path condition of ${service}`,
        "one of the two, because Istio compares before it rewrites",
        `send this route to a subset of ${service}, or rewrite in the routes of ${service}`,
      );
      return [];
    }
    const matches = this.#combineMatches(outer.matches, inner.matches, key, path);
    if (matches === undefined) return [];
    return [{ ...combineOptions(outer, inner), matches, to: inner.to }];
  }

  /** @returns `undefined` where no request meets both */
  #combineMatches(
    outer: readonly MatchIntent[],
    inner: readonly MatchIntent[],
    key: string,
    path: string,
  ): readonly MatchIntent[] | undefined {
    if (outer.length === 0 || inner.length === 0) return outer.length === 0 ? inner : outer;
    const combined = outer.flatMap((a) => inner.map((b) => both(a, b)));
    if (combined.includes(INEXPRESSIBLE)) {
      const service = serviceOf(key);
      this.#report(
        path,
        `no single match can say this condition and one of the routes of ${service} together`,
        `both ask for ${partsOfBoth(outer, inner)}`,
        "one condition on each part of a request, which is what a match holds",
        `send this route to a subset of ${service}, or use conditions of which one contains the other`,
      );
    }
    const possible = combined.filter((each) => each !== NEVER && each !== INEXPRESSIBLE);
    return possible.length === 0 ? undefined : possible;
  }

  #report(path: string, message: string, got: string, expected: string, fix: string): void {
    this.problems.push({ id: "intent/routes-do-not-compose", path, message, got, expected, fix });
  }
}

/** What is asked by both, of which no single match could hold the two. */
function partsOfBoth(outer: readonly MatchIntent[], inner: readonly MatchIntent[]): string {
  const asked = (matches: readonly MatchIntent[]): string[] =>
    matches.flatMap((match) =>
      Object.entries(match).flatMap(([part, value]) =>
        value === undefined || (Array.isArray(value) && value.length === 0) ? [] : [part],
      ),
    );
  const also = new Set(asked(inner));
  return [...new Set(asked(outer).filter((part) => also.has(part)))].join(", ");
}

function serviceOf(key: string): string {
  return key.slice(0, key.lastIndexOf(":"));
}

function hasOptions({ matches: _, to: __, ...options }: RouteIntent): boolean {
  return Object.keys(options).length > 0;
}

/**
 * What becomes of a request that two routes say something of: the one that is nearer to the caller decides. Both may
 * change headers.
 */
function combineOptions(
  { matches: _, to: __, action: ___, ...outer }: RouteIntent,
  { matches: ____, to: _____, timeout, retries, ...inner }: RouteIntent,
): Omit<RouteIntent, "matches" | "to"> {
  // One of the two decides on timeout and retries, so that retries of one never meet the timeout of the other.
  const timed = outer.timeout !== undefined || outer.retries !== undefined;
  const timing = timed ? {} : { ...(timeout !== undefined && { timeout }), ...(retries && { retries }) };
  const headers = mergeHeaders(outer.headers, inner.headers);
  const combined = { ...timing, ...inner, ...outer, ...(headers && { headers }) };
  if (inner.action === undefined || inner.action.kind === "delegate") return combined;
  // Requests that are answered on the spot have no use for the rest, and Istio refuses it beside them.
  const { action, name, corsPolicy } = combined;
  return {
    ...(action && { action }),
    ...(name !== undefined && { name }),
    ...(headers && { headers }),
    ...(corsPolicy && { corsPolicy }),
  };
}

/** What both do to headers; where both set one, the outer decides. */
function mergeHeaders(
  outer: HeadersIntent | undefined,
  inner: HeadersIntent | undefined,
): HeadersIntent | undefined {
  if (outer === undefined || inner === undefined) return outer ?? inner;
  const merge = (a: HeaderOperationsIntent = {}, b: HeaderOperationsIntent = {}): HeaderOperationsIntent => ({
    ...((a.set ?? b.set) && { set: { ...b.set, ...a.set } }),
    ...((a.add ?? b.add) && { add: { ...b.add, ...a.add } }),
    ...((a.remove ?? b.remove) && {
      remove: [...new Set([...(a.remove ?? []), ...(b.remove ?? [])])].sort(),
    }),
  });
  return {
    ...((outer.request ?? inner.request) && { request: merge(outer.request, inner.request) }),
    ...((outer.response ?? inner.response) && { response: merge(outer.response, inner.response) }),
  };
}

/** Two shares that turned out to go to one place are one. */
function mergeShares(shares: readonly ShareIntent[]): readonly ShareIntent[] {
  const merged = new Map<string, ShareIntent>();
  for (const share of shares) {
    const key = JSON.stringify([share.to, share.headers]);
    merged.set(key, { ...share, weight: share.weight + (merged.get(key)?.weight ?? 0) });
  }
  return [...merged.values()];
}

/** Leaves out what an earlier route takes, which putting routes into one another brings about. */
function prune(routes: readonly RouteIntent[]): readonly RouteIntent[] {
  const kept: RouteIntent[] = [];
  for (const route of routes) {
    if (kept.some((earlier) => earlier.matches.length === 0)) break;
    if (route.matches.length === 0) {
      kept.push(route);
      continue;
    }
    const matches = route.matches.filter(
      (match) => !kept.some((earlier) => earlier.matches.some((each) => covers(each, match))),
    );
    if (matches.length > 0) kept.push({ ...route, matches });
  }
  return kept;
}
