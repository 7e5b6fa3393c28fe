import { writeBySubset, writeCanary, writeShare } from "./shares";

/** A route as it was written; see `Route` for what it should be. */
export interface WrittenRoute {
  readonly kind: "http" | "grpc" | "tcp" | "tls" | "any-protocol";
  readonly matches: readonly (readonly unknown[])[];
  readonly to: unknown;
  readonly action?: unknown;
  readonly options: unknown;
}

/** The four ways to end a route, over the one way to write it down. */
function ending(finish: (to: unknown) => WrittenRoute) {
  return {
    to: (destination: unknown) => finish([writeShare(destination, 100)]),
    canary: (rest: unknown, ...shares: unknown[]) => finish(writeCanary(rest, shares)),
    split: (shares: unknown) => finish(shares),
    bySubset: (service: unknown, weights: unknown) => finish(writeBySubset(service, weights)),
  };
}

/** The ways to end a route of requests without a destination. */
function acting(matches: WrittenRoute["matches"], options: unknown) {
  const finish = (action: object): WrittenRoute =>
    Object.freeze({ kind: "http", matches, to: [], action, options });
  const spread = (given: unknown): object =>
    typeof given === "object" && given !== null ? given : { given };
  return {
    redirect: (redirect: unknown) => finish({ kind: "redirect", ...spread(redirect) }),
    respond: (response: unknown) => finish({ kind: "direct-response", ...spread(response) }),
    delegate: (delegate: unknown) => finish({ kind: "delegate", delegate }),
  };
}

/** A route for the requests that meet one of `matches`, or for all where there is none. */
export function routeWhen(matches: WrittenRoute["matches"], options: unknown = {}): object {
  return Object.freeze({
    ...ending((to) => Object.freeze({ kind: "http", matches, to, options })),
    ...acting(matches, options),
    or: (...conditions: unknown[]) => routeWhen([...matches, conditions], options),
    with: (replaced: unknown) => routeWhen(matches, merge(options, replaced)),
  });
}

/** A route for gRPC requests. */
export function grpcRouteWhen(matches: WrittenRoute["matches"], options: unknown = {}): object {
  return Object.freeze({
    ...ending((to) => Object.freeze({ kind: "grpc", matches, to, options })),
    or: (...conditions: unknown[]) => grpcRouteWhen([...matches, conditions], options),
    with: (replaced: unknown) => grpcRouteWhen(matches, merge(options, replaced)),
  });
}

/** A route for connections. */
export function connectionRouteWhen(kind: "tcp" | "tls", matches: WrittenRoute["matches"]): object {
  return Object.freeze({
    ...ending((to) => Object.freeze({ kind, matches, to, options: {} })),
    or: (...conditions: unknown[]) => connectionRouteWhen(kind, [...matches, conditions]),
  });
}

/** A route for all traffic. */
export function plainRoute(): object {
  return Object.freeze({
    ...ending((to) => Object.freeze({ kind: "any-protocol", matches: [], to, options: {} })),
    ...acting([], {}),
    with: (options: unknown) => routeWhen([], options),
  });
}

/** Later options win; anything that is not an object is kept whole, for the check to report. */
function merge(earlier: unknown, later: unknown): unknown {
  const mergeable = [earlier, later].every((each) => typeof each === "object" && each !== null);
  return mergeable ? { ...(earlier as object), ...(later as object) } : later;
}
