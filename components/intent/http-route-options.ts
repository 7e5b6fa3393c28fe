import type { Destination } from "./destination";
import type { Duration } from "./duration";
import type { HttpMethod } from "./match";
import type { GrpcRetriesSpec, RetriesSpec } from "./resilience";

/** What is done to headers on their way. */
export interface HeaderOperationsSpec {
  /** Replaces a header, or adds it. */
  readonly set?: Readonly<Record<string, string>>;
  /** Adds a value to a header. */
  readonly add?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
}

/** What is done to the headers of requests and of their answers. */
export interface HeadersSpec {
  readonly request?: HeaderOperationsSpec;
  readonly response?: HeaderOperationsSpec;
}

/** A text to compare with, exactly where it is a string. */
export type TextMatchSpec =
  | string
  | { readonly exact: string; readonly prefix?: never; readonly regex?: never }
  | { readonly prefix: string; readonly exact?: never; readonly regex?: never }
  | { readonly regex: string; readonly exact?: never; readonly prefix?: never };

/**
 * Which pages of other origins may call.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#CorsPolicy
 */
export interface CorsPolicySpec {
  readonly allowOrigins: readonly TextMatchSpec[];
  readonly allowMethods?: readonly HttpMethod[];
  readonly allowHeaders?: readonly string[];
  /** Headers of the answer that the page may read. */
  readonly exposeHeaders?: readonly string[];
  /** How long the browser may remember the answer, in whole seconds. */
  readonly maxAge?: Duration;
  readonly allowCredentials?: boolean;
  /** Whether preflight requests of other origins reach the service. @default "FORWARD" */
  readonly unmatchedPreflights?: "FORWARD" | "IGNORE";
}

/** The request before it is passed on: a new path, a new host, or both. */
export type RewriteSpec = { readonly authority?: string } & (
  | {
      /** In place of the path, or of the prefix that was matched. */
      readonly uri?: string;
      readonly uriRegexRewrite?: never;
    }
  | {
      /** In place of the part of the path that an RE2 expression matches; `\\1` stands for its first group. */
      readonly uriRegexRewrite: { readonly match: string; readonly rewrite: string };
      readonly uri?: never;
    }
);

/** Percent of the requests, 0 to 100, with decimals. */
export type Percentage = number;

/** Requests that are held up. */
export interface DelaySpec {
  readonly fixedDelay: Duration;
  /** @default 100 */
  readonly percentage?: Percentage;
}

/** Requests that are answered with an error in place of the service. */
export type HttpAbortSpec = { readonly percentage?: Percentage } & (
  | { readonly httpStatus: number; readonly grpcStatus?: never }
  | { readonly grpcStatus: GrpcStatus; readonly httpStatus?: never }
);

/** The same in gRPC's own words. */
export interface GrpcAbortSpec {
  readonly grpcStatus: GrpcStatus;
  readonly percentage?: Percentage;
}

/** Faults that are put in on purpose, to see what callers make of them. `compileMesh` can refuse them. */
export interface FaultSpec<A = HttpAbortSpec> {
  readonly delay?: DelaySpec;
  readonly abort?: A;
}

/** Why a gRPC call failed. */
export type GrpcStatus =
  | "CANCELLED"
  | "UNKNOWN"
  | "INVALID_ARGUMENT"
  | "DEADLINE_EXCEEDED"
  | "NOT_FOUND"
  | "ALREADY_EXISTS"
  | "PERMISSION_DENIED"
  | "RESOURCE_EXHAUSTED"
  | "FAILED_PRECONDITION"
  | "ABORTED"
  | "OUT_OF_RANGE"
  | "UNIMPLEMENTED"
  | "INTERNAL"
  | "UNAVAILABLE"
  | "DATA_LOSS"
  | "UNAUTHENTICATED";

/** A copy of the requests that is sent somewhere else; the answers are thrown away. */
export interface MirrorSpec<M extends string> {
  readonly to: Destination<M>;
  /** How much is copied. @default 100 */
  readonly percentage?: Percentage;
}

interface CommonOptions<M extends string> {
  /** What the route is called in access logs. @default - nothing */
  readonly name?: string;
  /** The longest that a request may take, retries included. @default - no limit */
  readonly timeout?: Duration;
  readonly mirrors?: readonly MirrorSpec<M>[];
  readonly headers?: HeadersSpec;
}

/** What holds for a route's requests beside their destination. */
export interface HttpRouteOptions<M extends string = string> extends CommonOptions<M> {
  /** @default - the mesh's default policy: 2 retries */
  readonly retries?: RetriesSpec;
  readonly rewrite?: RewriteSpec;
  readonly corsPolicy?: CorsPolicySpec;
  readonly fault?: FaultSpec;
}

/** What holds for a route's gRPC requests beside their destination. */
export interface GrpcRouteOptions<M extends string = string> extends CommonOptions<M> {
  /** @default - the mesh's default policy: 2 retries */
  readonly retries?: GrpcRetriesSpec;
  /** The host alone: the path of a gRPC request is its method. */
  readonly rewrite?: { readonly authority: string };
  readonly fault?: FaultSpec<GrpcAbortSpec>;
}
