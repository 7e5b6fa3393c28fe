import type { Duration } from "./duration";
import type {
  AuthorityCondition,
  HeaderCondition,
  MethodCondition,
  PathCondition,
  QueryCondition,
} from "./match";
import type { HttpPortsOf, PortMap } from "./port";

/**
 * How many requests one workload takes, counted by its own proxy.
 *
 * @see https://istio.io/latest/docs/tasks/policy-enforcement/rate-limit/#local-rate-limit
 */
export interface LocalRateLimitSpec<Ports extends PortMap = PortMap> {
  /** How many, on average, in each `per`. */
  readonly requests: number;
  /** At least 50ms, which is as often as Envoy counts. */
  readonly per: Duration;
  /** How many at once, after a time with fewer. @default - as many as `requests` */
  readonly burst?: number;
  /** Ports, by name. @default - every port whose requests a proxy reads */
  readonly ports?: readonly HttpPortsOf<Ports>[];
  /** What a request beyond the limit is answered with, 400 to 599. @default 429 */
  readonly status?: number;
  /** How many requests beyond the limit are really refused, in whole percent; 0 only counts them. @default 100 */
  readonly enforcedPercent?: number;
  /** Headers of the refusal. @default { "x-local-rate-limit": "true" } */
  readonly responseHeaders?: Readonly<Record<string, string>>;
  /** These are for limits that all workloads share, which are declared in a call of their own. */
  readonly global?: never;
}

/** The times for which the rate-limit service counts. */
export type RateLimitUnit = "second" | "minute" | "hour" | "day" | "week" | "month" | "year";

/** So many requests in a time. */
export interface RateSpec {
  /** From 0, which refuses every one, to 4294967295. */
  readonly requests: number;
  readonly per: RateLimitUnit;
}

/**
 * What requests are told apart by, so that each value is counted for itself. A request that has no such thing is not
 * counted.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto#config-route-v3-ratelimit-action
 */
export type RateLimitDescriptor =
  /** The value of a header, by its name in lower case. */
  | { readonly header: string }
  /** The path that was asked for, with its query. For a path of a known form, `when` is meant. */
  | { readonly path: true }
  /** The value of a query parameter. */
  | { readonly query: string }
  /**
   * The address of the client, as far as the proxies in front are trusted (`gatewayTopology` of the proxy); or its
   * network, by the lengths of the prefixes.
   */
  | {
      readonly remoteAddress: true | { readonly v4PrefixLength?: number; readonly v6PrefixLength?: number };
    }
  /**
   * A claim of the caller's token, which `authenticate` has read at the same place; `realm.name` for a nested one. Only
   * texts can be counted: a token whose claim is a list is not.
   */
  | { readonly claim: string }
  /** What a filter of the proxy found out about the request, by the path to it. Only texts can be counted. */
  | { readonly metadata: { readonly filter: string; readonly path: readonly [string, ...string[]] } }
  /** The cluster of Envoy that the request goes to. */
  | { readonly destinationCluster: true }
  /** A fixed text, for a rate-limit service that reads it. */
  | { readonly genericKey: string };

/** What must hold of a request for it to be counted. */
export type RateLimitCondition =
  PathCondition | HeaderCondition | QueryCondition | MethodCondition | AuthorityCondition;

/** One limit that all workloads of a service, or all proxies of a gateway, share. */
export interface GlobalRateLimitSpec extends RateSpec {
  /** Which requests are counted: all of these hold. @default - every one */
  readonly when?: readonly [RateLimitCondition, ...RateLimitCondition[]];
  /**
   * What they are told apart by, in this order.
   *
   * @default - nothing: all requests are counted together
   * @example [{ header: "x-tenant" }, { remoteAddress: true }]
   */
  readonly descriptors?: readonly [RateLimitDescriptor, ...RateLimitDescriptor[]];
  /**
   * Other limits for some values of the last descriptor.
   *
   * @default - none
   * @example { partner: { requests: 1000, per: "minute" }, monitoring: "unlimited" }
   */
  readonly overrides?: Readonly<Record<string, RateSpec | "unlimited">>;
  /** Counts, and never refuses. @default false */
  readonly shadow?: boolean;
}

/** Limits by name; a request must keep within each that counts it. */
export type GlobalRateLimits = Readonly<Record<string, GlobalRateLimitSpec>>;

/**
 * Limits of a service that the rate-limit service counts, for all of its workloads together.
 *
 * @see https://istio.io/latest/docs/tasks/policy-enforcement/rate-limit/#global-rate-limit
 */
export interface ServiceRateLimitsSpec<Ports extends PortMap = PortMap> {
  readonly global: GlobalRateLimits;
  /** Ports, by name. @default - every port whose requests a proxy reads */
  readonly ports?: readonly HttpPortsOf<Ports>[];
}

/** Limits of a gateway that the rate-limit service counts, for all of its proxies together. */
export interface GatewayRateLimitsSpec<H extends string = string> {
  readonly global: GlobalRateLimits;
  /** Which of its exposed hosts. @default - every one */
  readonly hosts?: readonly H[];
}

/**
 * The rate-limit service that the proxies ask, https://github.com/envoyproxy/ratelimit: what `RateLimitService` of the
 * platform runs, or one that runs already.
 */
export interface RateLimitServiceSpec {
  /** What its counters are kept under. @default the name of the mesh */
  readonly domain?: string;
  /** The name of its Service. @default "ratelimit" */
  readonly service?: string;
  /** Where it runs. @default "rate-limit" */
  readonly namespace?: string;
  /** Where it answers gRPC. @default 8081 */
  readonly port?: number;
  /** The labels of its pods. @default { app: <service> } */
  readonly labels?: Readonly<Record<string, string>>;
  /** How long a proxy waits for its answer. @default "20ms" */
  readonly timeout?: Duration;
  /** What becomes of a request when there is no answer. `"deny"` answers it with 500. @default "allow" */
  readonly failureMode?: "allow" | "deny";
  /** What a request beyond a limit is answered with, 400 to 599. @default 429 */
  readonly status?: number;
  /** Tells callers what is left to them, in the headers `x-ratelimit-*`. @default false */
  readonly headers?: boolean;
}
