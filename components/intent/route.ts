import type { Destination, Service } from "./destination";
import type { HttpCondition } from "./match";
import type { HttpPortsOf, PortMap } from "./port";
import type { HttpRouteOptions } from "./resilience";
import type { AddsUpTo100, Share } from "./shares";

/** At least one condition; all of them must hold. */
export type Conditions = readonly [HttpCondition, ...HttpCondition[]];

/** Requests that match, or all of them, and where they go. Needs a port whose protocol a proxy can read. */
export interface HttpRoute<M extends string> {
  readonly kind: "http";
  /** Alternatives, each a list of conditions that hold together; empty for every request. */
  readonly matches: readonly Conditions[];
  readonly to: readonly Share<M>[];
  readonly options: HttpRouteOptions;
}

/** All traffic, and where it goes: says nothing of HTTP, so it fits a tcp port too. */
export interface PlainRoute<M extends string> {
  readonly kind: "any-protocol";
  readonly to: readonly Share<M>[];
}

export type Route<M extends string> = HttpRoute<M> | PlainRoute<M>;

/** The routes that a service with these ports can have. */
export type RouteFor<M extends string, Ports extends PortMap> = [HttpPortsOf<Ports>] extends [never]
  ? PlainRoute<M>
  : Route<M>;

/** Where requests go: the last word of a route. */
export interface RouteTo<M extends string, R> {
  /** All of them to one destination. */
  to(destination: Destination<M>): R;
  /**
   * Each share to its destination, and what they leave over to `rest`.
   *
   * @example shop.otherwise().canary(reviews.subsets.v1, shop.share(reviews.subsets.v2, 10))
   */
  canary(rest: Destination<M>, ...shares: readonly Share<M>[]): R;
  /** Shares spelled out. The compiler adds literal weights up; computed ones are added up by `validate`. */
  split<const T extends readonly Share<M>[]>(shares: T & AddsUpTo100<T>): R;
  /** A weight for every subset of the service: 0 is allowed, absence is not. */
  bySubset<Sub extends string>(
    service: Service<M, Sub>,
    weights: { readonly [K in NoInfer<Sub>]: number },
  ): R;
}

/** A route for some requests, not finished yet. Each word gives a new one and leaves this as it was. */
export interface HttpRouteBuilder<M extends string> extends RouteTo<M, HttpRoute<M>> {
  /** Requests that meet these conditions as well. */
  or(...conditions: Conditions): HttpRouteBuilder<M>;
  /** Timeout and retries; a later word replaces an earlier one. */
  with(options: HttpRouteOptions): HttpRouteBuilder<M>;
}

/** A route for all traffic, not finished yet. With HTTP options it becomes an HTTP route. */
export interface PlainRouteBuilder<M extends string> extends RouteTo<M, PlainRoute<M>> {
  with(options: HttpRouteOptions): HttpRouteBuilder<M>;
}

/** What holds for all routes of one `route` call. */
export interface RouteOptions<Ports extends PortMap = PortMap> {
  /** The service's port that these routes are for. Needed where it opens several. @default - its only one */
  readonly port?: keyof Ports & string;
}
