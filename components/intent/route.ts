import type { Destination, Service } from "./destination";
import type { GrpcRouteOptions, HttpRouteOptions } from "./http-route-options";
import type { GrpcCondition, HttpCondition, TcpCondition, TlsCondition } from "./match";
import type { PortMap, Protocol } from "./port";
import type { Delegate, DirectResponseSpec, RedirectSpec } from "./route-action";
import type { AddsUpTo100, Share } from "./shares";

/** At least one condition; all of them must hold. */
export type AllOf<C> = readonly [C, ...C[]];

/** Conditions on a request. */
export type Conditions = AllOf<HttpCondition>;

/** What becomes of the requests of a route that goes to no destination. */
export type RouteAction<M extends string> =
  | ({ readonly kind: "redirect" } & RedirectSpec)
  | ({ readonly kind: "direct-response" } & DirectResponseSpec)
  | { readonly kind: "delegate"; readonly delegate: Delegate<M> };

/** Requests that match, or all of them, and where they go. Needs a port whose protocol a proxy can read. */
export interface HttpRoute<M extends string> {
  readonly kind: "http";
  /** Alternatives, each a list of conditions that hold together; empty for every request. */
  readonly matches: readonly Conditions[];
  /** Empty where there is an action. */
  readonly to: readonly Share<M>[];
  readonly action?: RouteAction<M>;
  readonly options: HttpRouteOptions<M>;
}

/** gRPC requests that match, and where they go. Needs a port of protocol grpc or http2. */
export interface GrpcRoute<M extends string> {
  readonly kind: "grpc";
  readonly matches: readonly AllOf<GrpcCondition>[];
  readonly to: readonly Share<M>[];
  readonly options: GrpcRouteOptions<M>;
}

/** TCP connections that match, and where they go. Needs a port of protocol tcp. */
export interface TcpRoute<M extends string> {
  readonly kind: "tcp";
  readonly matches: readonly AllOf<TcpCondition>[];
  readonly to: readonly Share<M>[];
}

/** TLS connections by what they ask for, and where they go, unopened. Needs a port of protocol tls or https. */
export interface TlsRoute<M extends string> {
  readonly kind: "tls";
  readonly matches: readonly AllOf<TlsCondition>[];
  readonly to: readonly Share<M>[];
}

/** All traffic, and where it goes: says nothing of HTTP, so it fits every port. */
export interface PlainRoute<M extends string> {
  readonly kind: "any-protocol";
  readonly to: readonly Share<M>[];
}

/** One way that traffic goes, told apart by `kind`. */
export type Route<M extends string> = HttpRoute<M> | GrpcRoute<M> | TcpRoute<M> | TlsRoute<M> | PlainRoute<M>;

/** A route whose requests a proxy reads, or that reads nothing. */
export type HttpLayerRoute<M extends string> = HttpRoute<M> | GrpcRoute<M> | PlainRoute<M>;

/** The routes that traffic of a protocol can have. */
type RouteOver<M extends string, P extends Protocol> = P extends "http"
  ? HttpRoute<M>
  : P extends "http2" | "grpc"
    ? HttpRoute<M> | GrpcRoute<M>
    : P extends "tcp"
      ? TcpRoute<M>
      : TlsRoute<M>;

/** The routes that a service with these ports can have. */
export type RouteFor<M extends string, Ports extends PortMap> =
  PlainRoute<M> | RouteOver<M, Ports[keyof Ports & string]>;

/** Where traffic goes: the last word of a route. */
export interface RouteTo<M extends string, R> {
  /** All of it to one destination. */
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

/** What a request can get in place of a destination. */
export interface RouteActions<M extends string, R> {
  /** Sends the caller somewhere else. */
  redirect(redirect: RedirectSpec): R;
  /** Answers without any service. */
  respond(response: DirectResponseSpec): R;
  /** Leaves the decision to routes that were declared apart. */
  delegate(delegate: Delegate<M>): R;
}

/** A route for some requests, not finished yet. Each word gives a new one and leaves this as it was. */
export interface HttpRouteBuilder<M extends string>
  extends RouteTo<M, HttpRoute<M>>, RouteActions<M, HttpRoute<M>> {
  /** Requests that meet these conditions as well. */
  or(...conditions: Conditions): HttpRouteBuilder<M>;
  /** Timeout, retries and all else that holds for the requests; a later word replaces an earlier one. */
  with(options: HttpRouteOptions<M>): HttpRouteBuilder<M>;
}

/** A route for some gRPC requests, not finished yet. */
export interface GrpcRouteBuilder<M extends string> extends RouteTo<M, GrpcRoute<M>> {
  or(...conditions: AllOf<GrpcCondition>): GrpcRouteBuilder<M>;
  with(options: GrpcRouteOptions<M>): GrpcRouteBuilder<M>;
}

/** A route for some connections, not finished yet. */
export interface ConnectionRouteBuilder<M extends string, C, R> extends RouteTo<M, R> {
  or(...conditions: AllOf<C>): ConnectionRouteBuilder<M, C, R>;
}

/** A route for all traffic, not finished yet. With HTTP options or an action it becomes an HTTP route. */
export interface PlainRouteBuilder<M extends string>
  extends RouteTo<M, PlainRoute<M>>, RouteActions<M, HttpRoute<M>> {
  with(options: HttpRouteOptions<M>): HttpRouteBuilder<M>;
}

/** What holds for all routes of one `route` call. */
export interface RouteOptions<Ports extends PortMap = PortMap> {
  /** The port that these routes are for. Needed where there are several. @default - the only one */
  readonly port?: keyof Ports & string;
  /** Namespaces whose callers they are for: names, `["."]` for the service's own, `["*"]` for all. @default - all */
  readonly exportTo?: readonly string[];
}
