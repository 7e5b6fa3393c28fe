import { writeBySubset, writeCanary, writeShare } from "./shares";

/** A route as it was written; see `HttpRoute` and `PlainRoute` for what it should be. */
export interface WrittenRoute {
  readonly kind: "http" | "any-protocol";
  readonly matches: readonly (readonly unknown[])[];
  readonly to: unknown;
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

/** A route for the requests that meet one of `matches`, or for all where there is none. */
export function routeWhen(matches: readonly (readonly unknown[])[], options: unknown = {}): object {
  return Object.freeze({
    ...ending((to) => Object.freeze({ kind: "http", matches, to, options })),
    or: (...conditions: unknown[]) => routeWhen([...matches, conditions], options),
    with: (replaced: unknown) => routeWhen(matches, merge(options, replaced)),
  });
}

/** A route for all traffic. */
export function plainRoute(): object {
  return Object.freeze({
    ...ending((to) => Object.freeze({ kind: "any-protocol", matches: [], to, options: {} })),
    with: (options: unknown) => routeWhen([], options),
  });
}

/** Later options win; anything that is not an object is kept whole, for the check to report. */
function merge(earlier: unknown, later: unknown): unknown {
  const mergeable = [earlier, later].every((each) => typeof each === "object" && each !== null);
  return mergeable ? { ...(earlier as object), ...(later as object) } : later;
}
