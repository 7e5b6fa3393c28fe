import type { Service } from "./destination";
import type { Duration } from "./duration";
import type { TlsOriginationSpec } from "./external";
import type { Locality } from "./locality";
import type { HttpProtocol, PortMap } from "./port";

/**
 * How callers treat the hosts behind a destination.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/
 */
export interface PortTrafficPolicySpec {
  /** @default - least request, in the caller's locality first where the mesh says so */
  readonly loadBalancer?: LoadBalancerSpec;
  /** @default - Envoy's limits, which are practically none */
  readonly connectionPool?: ConnectionPoolSpec;
  /** @default - no host is ejected */
  readonly outlierDetection?: OutlierDetectionSpec;
}

/** What holds for all ports of a destination, beside what one port can have. */
export interface WholeTrafficPolicySpec extends PortTrafficPolicySpec {
  /** Retries that may be under way, as a share of the requests. @default - at most 3 at a time */
  readonly retryBudget?: RetryBudgetSpec;
  /** Reach the host through an HTTP CONNECT proxy. Not together with `proxyProtocol`. */
  readonly tunnel?: TunnelSpec;
  /** Begin connections with the PROXY protocol. Not together with `tunnel`. */
  readonly proxyProtocol?: "V1" | "V2";
}

/** A policy, and what differs on some ports. */
export interface TrafficPolicyWithPorts<Ports extends PortMap> extends WholeTrafficPolicySpec {
  /** By the name of the port; what is left out there is as for the whole destination. */
  readonly ports?: { readonly [K in keyof Ports & string]?: PortTrafficPolicySpec };
}

/** The policy for a service, and what differs for some of its subsets. */
export interface TrafficPolicySpec<
  Sub extends string = string,
  Ports extends PortMap = PortMap,
> extends TrafficPolicyWithPorts<Ports> {
  /** By the name of the subset. */
  readonly subsets?: { readonly [K in Sub]?: TrafficPolicyWithPorts<Ports> };
}

interface OriginatesTls {
  /** TLS that the caller's proxy begins. A service of the mesh has no such field: its TLS is derived. */
  readonly tls?: TlsOriginationSpec;
}

interface ExternalPolicyWithPorts extends WholeTrafficPolicySpec, OriginatesTls {
  /** By the name of the port; what is left out there is as for the whole destination. */
  readonly ports?: Readonly<Record<string, PortTrafficPolicySpec & OriginatesTls>>;
}

/** The policy for a host outside the mesh. */
export interface ExternalTrafficPolicySpec extends ExternalPolicyWithPorts {
  /** By the name of the subset. */
  readonly subsets?: Readonly<Record<string, ExternalPolicyWithPorts>>;
}

/** What cannot be said of connections, whose requests no proxy sees. The name of the property is the compiler's message. */
interface OfConnections<Ports extends PortMap> {
  readonly connectionPool?: {
    readonly http?: { readonly "needs a port of protocol http, http2 or grpc, not": Ports[keyof Ports] };
  };
  readonly loadBalancer?: { readonly consistentHash?: { readonly useSourceIp: true } };
}

/** The policy that a destination can have: of its own ports and subsets, with TLS where it is outside the mesh. */
export type TrafficPolicyFor<T> =
  T extends Service<string, infer Sub, infer Ports>
    ? [Extract<Ports[keyof Ports], HttpProtocol>] extends [never]
      ? TrafficPolicySpec<Sub, Ports> & OfConnections<Ports>
      : TrafficPolicySpec<Sub, Ports>
    : ExternalTrafficPolicySpec;

/** Whom a policy is for. */
export interface TrafficPolicyOptions<M extends string> {
  /** The only service whose calls it is for; it is in force beside the policy for all others. @default - every caller */
  readonly from?: Service<M>;
  /** Namespaces that see it: names, `["."]` for the destination's own, `["*"]` for all. @default ["*"] */
  readonly exportTo?: readonly string[];
}

/** The ways to choose a host that ask nothing of the request. */
export type SimpleLoadBalancer = "LEAST_REQUEST" | "ROUND_ROBIN" | "RANDOM" | "PASSTHROUGH";

/** What a load balancer does beside choosing. */
interface LoadBalancerSettings {
  /** Traffic by locality: weights, or where to fail over. Failover needs `outlierDetection`. Not with `zoneAwareLbSetting`. */
  readonly localityLbSetting?: LocalityLoadBalancerSpec;
  /** Envoy's zone-aware routing. Not together with `localityLbSetting`. */
  readonly zoneAwareLbSetting?: ZoneAwareLoadBalancerSpec;
}

/** How a host is chosen for a request. */
export type LoadBalancerSpec =
  | (LoadBalancerSettings & {
      /** @default "LEAST_REQUEST" */
      readonly simple?: SimpleLoadBalancer;
      readonly consistentHash?: never;
      /** Slow start: a new host gets its share of the requests bit by bit. With least request and round robin. */
      readonly warmup?: WarmupSpec;
    })
  | (LoadBalancerSettings & {
      readonly simple?: never;
      /** The same host for requests that have something in common. */
      readonly consistentHash: ConsistentHashSpec;
      readonly warmup?: never;
    });

/** Slow start. */
export interface WarmupSpec {
  /** How long a host is new. */
  readonly duration: Duration;
  /** The least share, in percent of a host's full share, that a new host gets. @default 10 */
  readonly minimumPercent?: number;
  /** How steeply the share grows; 1 is linear, more grows faster at first. @default 1 */
  readonly aggression?: number;
}

type HashSource =
  | {
      readonly httpHeaderName: string;
      readonly httpCookie?: never;
      readonly useSourceIp?: never;
      readonly httpQueryParameterName?: never;
    }
  | {
      readonly httpCookie: HttpCookieSpec;
      readonly httpHeaderName?: never;
      readonly useSourceIp?: never;
      readonly httpQueryParameterName?: never;
    }
  | {
      readonly useSourceIp: true;
      readonly httpHeaderName?: never;
      readonly httpCookie?: never;
      readonly httpQueryParameterName?: never;
    }
  | {
      readonly httpQueryParameterName: string;
      readonly httpHeaderName?: never;
      readonly httpCookie?: never;
      readonly useSourceIp?: never;
    };

type HashAlgorithm =
  | { readonly ringHash?: { readonly minimumRingSize?: number }; readonly maglev?: never }
  | {
      /** `tableSize` is a prime below 5000011. */
      readonly maglev?: { readonly tableSize: number };
      readonly ringHash?: never;
    };

/** What requests have in common, and how that becomes a host: a hash ring (the default) or Maglev's table. */
export type ConsistentHashSpec = HashSource & HashAlgorithm;

/** A cookie to tell callers by; the proxy sets it where it is missing and `ttl` is given. */
export interface HttpCookieSpec {
  readonly name: string;
  /** `"0s"` makes a session cookie. @default - the proxy sets no cookie */
  readonly ttl?: Duration;
  readonly path?: string;
  /** Further attributes of a cookie that the proxy sets, such as `SameSite`. */
  readonly attributes?: readonly { readonly name: string; readonly value?: string }[];
}

/** Traffic by locality. One of `distribute`, `failover` and `failoverPriority`. */
export interface LocalityLoadBalancerSpec {
  /** @default - as the mesh says */
  readonly enabled?: boolean;
  /** Where the traffic from a locality goes, in percent that add up to 100. */
  readonly distribute?: readonly {
    readonly from: Locality;
    readonly to: Readonly<Record<string, number>>;
  }[];
  /** From which region traffic moves to which, when the first has no healthy host. */
  readonly failover?: readonly { readonly from: string; readonly to: string }[];
  /** Labels in the order in which they must agree with the caller's, for example `topology.istio.io/network`. */
  readonly failoverPriority?: readonly string[];
}

/** Zone-aware routing. */
export interface ZoneAwareLoadBalancerSpec {
  readonly enabled?: boolean;
  /** Fewer hosts than this, and zones are disregarded. @default 6 */
  readonly minClusterSize?: number;
  readonly failover?: readonly { readonly from: string; readonly to: string }[];
  readonly failoverPriority?: readonly string[];
}

/** Limits of connections and requests: what is beyond them is refused at once, which breaks the circuit. */
export interface ConnectionPoolSpec {
  readonly tcp?: TcpConnectionPoolSpec;
  readonly http?: HttpConnectionPoolSpec;
}

/** Limits of connections. */
export interface TcpConnectionPoolSpec {
  /** @default 4294967295 */
  readonly maxConnections?: number;
  /** @default "10s" */
  readonly connectTimeout?: Duration;
  readonly tcpKeepalive?: {
    readonly probes?: number;
    readonly time?: Duration;
    readonly interval?: Duration;
  };
  readonly maxConnectionDuration?: Duration;
  /** @default "1h" */
  readonly idleTimeout?: Duration;
}

/** Limits of requests. */
export interface HttpConnectionPoolSpec {
  /** Requests that wait for a connection. @default 4294967295 */
  readonly http1MaxPendingRequests?: number;
  /** Requests under way. @default 4294967295 */
  readonly http2MaxRequests?: number;
  /** 1 switches keep-alive off. @default - no limit */
  readonly maxRequestsPerConnection?: number;
  /** Retries under way, to all hosts together. @default 4294967295 */
  readonly maxRetries?: number;
  /** @default "1h" */
  readonly idleTimeout?: Duration;
  readonly h2UpgradePolicy?: "DEFAULT" | "DO_NOT_UPGRADE" | "UPGRADE";
  /** Speak to the host what the caller spoke. Not together with `h2UpgradePolicy: "UPGRADE"`. */
  readonly useClientProtocol?: boolean;
  readonly maxConcurrentStreams?: number;
  readonly http2KeepAlive?: { readonly interval: Duration; readonly timeout: Duration };
}

/**
 * When a host is ejected from the load balancing, and how it comes back.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection
 */
export interface OutlierDetectionSpec {
  /** Errors of status 502, 503 and 504 in a row; 0 switches this off. @default 0 */
  readonly consecutiveGatewayErrors?: number;
  /** Errors of status 5xx in a row; 0 switches this off. @default 5 */
  readonly consecutive5xxErrors?: number;
  /** Failures before an answer in a row. Needs `splitExternalLocalOriginErrors`. @default 5 */
  readonly consecutiveLocalOriginFailures?: number;
  /** Count failures to connect apart from error statuses. @default false */
  readonly splitExternalLocalOriginErrors?: boolean;
  /** Which statuses count as errors, in place of 5xx. */
  readonly outlierDetectionHttpErrorCodes?: readonly number[];
  /** Time between two looks. @default "10s" */
  readonly interval?: Duration;
  /** The first ejection lasts so long, the n-th n times that. @default "30s" */
  readonly baseEjectionTime?: Duration;
  /** The most hosts that may be ejected, in percent. @default 10 */
  readonly maxEjectionPercent?: number;
  /** With fewer healthy hosts than this percentage, ejection is switched off. @default 0 */
  readonly minHealthPercent?: number;
}

/** How many retries may be under way. */
export interface RetryBudgetSpec {
  /** In percent of the requests under way. @default 20 */
  readonly percent?: number;
  /** Requests of this long count. @default - those under way */
  readonly budgetInterval?: Duration;
  /** Retries that are allowed in any case. @default 3 */
  readonly minRetryConcurrency?: number;
}

/** An HTTP proxy between caller and host. */
export interface TunnelSpec {
  /** @default "CONNECT" */
  readonly protocol?: "CONNECT" | "POST";
  readonly targetHost: string;
  readonly targetPort: number;
}
