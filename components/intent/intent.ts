import type { Duration } from "./duration";
import type { Protocol } from "./port";
import type { RateLimitUnit } from "./rate-limit";
import type { SloIntent } from "./slo";
import type { ProxyConfigIntent, SidecarIntent } from "./proxy-intent";
import type { ProviderIntent, TelemetryIntent } from "./telemetry-intent";
import type { ConnectionPoolSpec, OutlierDetectionSpec, SimpleLoadBalancer } from "./traffic-policy";
import type { RoutingApi } from "./routing-api";

/*
 * What a mesh means once it is checked: plain data without references, defaults filled in, sorted wherever order has
 * no meaning. `compile` reads this and nothing else.
 */

export interface PortIntent {
  readonly name: string;
  readonly number: number;
  readonly targetPort: number;
  readonly protocol: Protocol;
}

export interface SubsetIntent {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ServiceIntent {
  /** The key in the catalogue, by which all else refers to it. */
  readonly key: string;
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly PortIntent[];
  readonly subsets: readonly SubsetIntent[];
  /** Its proxies are told everything, whatever the scope of the mesh. @default - they are told what they call */
  readonly unscoped?: true;
  /** The Kubernetes Service is written, too. @default - somebody else brings it */
  readonly createService?: true;
  /** Machines outside Kubernetes, those of subsets among them; sorted. @default - none */
  readonly workloadEntries?: readonly WorkloadEntryIntent[];
  readonly workloadGroups?: readonly WorkloadGroupIntent[];
}

/** A machine outside Kubernetes, or many of one kind. */
interface WorkloadIntent {
  readonly name: string;
  /** Those of its service and of its subset included. */
  readonly labels: Readonly<Record<string, string>>;
  /** Port numbers by the names of the service's ports, where they are not the service's own. */
  readonly ports?: Readonly<Record<string, number>>;
  readonly network?: string;
  readonly locality?: string;
  readonly weight?: number;
}

export interface WorkloadEntryIntent extends WorkloadIntent {
  /** Absent where only the network is known: its gateway is the address. */
  readonly address?: string;
}

export interface WorkloadGroupIntent extends WorkloadIntent {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly probe?: ReadinessProbeIntent;
  /** What the machines connect from; absent where that is not known. */
  readonly addresses?: readonly string[];
}

/** How a machine's health is found out; fields as a WorkloadGroup has them. */
export interface ReadinessProbeIntent {
  readonly initialDelaySeconds?: number;
  readonly timeoutSeconds?: number;
  readonly periodSeconds?: number;
  readonly successThreshold?: number;
  readonly failureThreshold?: number;
  readonly httpGet?: {
    readonly path?: string;
    readonly port: number;
    readonly host?: string;
    readonly scheme?: "HTTP" | "HTTPS";
    readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
  };
  readonly tcpSocket?: { readonly port: number; readonly host?: string };
  readonly exec?: { readonly command: readonly string[] };
}

/** TLS that a proxy begins; fields as a DestinationRule has them. */
export interface TlsOriginationIntent {
  readonly mode: "simple" | "mutual";
  readonly sni?: string;
  readonly subjectAltNames?: readonly string[];
  readonly caCertificates?: string;
  readonly caCrl?: string;
  readonly credentialName?: string;
  readonly clientCertificate?: string;
  readonly privateKey?: string;
  readonly insecureSkipVerify?: boolean;
}

export interface ExternalPortIntent extends PortIntent {
  readonly tls?: TlsOriginationIntent;
}

/** One of the addresses behind a host. */
export interface EndpointIntent {
  /** Absent where only the network is known: its gateway is the address. */
  readonly address?: string;
  /** Port numbers by the names of the host's ports. */
  readonly ports?: Readonly<Record<string, number>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly network?: string;
  readonly locality?: string;
  readonly weight?: number;
  readonly serviceAccount?: string;
}

export interface ExternalIntent {
  readonly key: string;
  readonly host: string;
  readonly ports: readonly ExternalPortIntent[];
  readonly resolution: "dns" | "dns-round-robin" | "dynamic-dns" | "static" | "none";
  readonly location: "external" | "internal";
  readonly addresses: readonly string[];
  readonly endpoints: readonly EndpointIntent[];
  /** Labels of the workloads behind the host, in place of endpoints. */
  readonly workloadSelector?: Readonly<Record<string, string>>;
  readonly subjectAltNames?: readonly string[];
  readonly exportTo?: readonly string[];
  readonly subsets: readonly SubsetIntent[];
  /** Callers in the mesh reach it through the egress gateway. @default - directly */
  readonly via?: "egress";
}

/** Which host gets a request; fields as a DestinationRule has them. */
export interface LoadBalancerIntent {
  readonly simple?: SimpleLoadBalancer;
  readonly consistentHash?: {
    readonly httpHeaderName?: string;
    readonly httpCookie?: {
      readonly name: string;
      readonly ttl?: string;
      readonly path?: string;
      readonly attributes?: readonly { readonly name: string; readonly value?: string }[];
    };
    readonly useSourceIp?: true;
    readonly httpQueryParameterName?: string;
    readonly ringHash?: { readonly minimumRingSize?: number };
    readonly maglev?: { readonly tableSize: number };
  };
  readonly warmup?: {
    readonly duration: Duration;
    readonly minimumPercent?: number;
    readonly aggression?: number;
  };
  readonly localityLbSetting?: {
    readonly enabled?: boolean;
    readonly distribute?: readonly { readonly from: string; readonly to: Readonly<Record<string, number>> }[];
    readonly failover?: readonly { readonly from: string; readonly to: string }[];
    readonly failoverPriority?: readonly string[];
  };
  readonly zoneAwareLbSetting?: {
    readonly enabled?: boolean;
    readonly minClusterSize?: number;
    readonly failover?: readonly { readonly from: string; readonly to: string }[];
    readonly failoverPriority?: readonly string[];
  };
}

/** What may differ between the ports of a destination. */
export interface PortPolicyIntent {
  readonly loadBalancer?: LoadBalancerIntent;
  readonly connectionPool?: ConnectionPoolSpec;
  readonly outlierDetection?: OutlierDetectionSpec;
  /** Of externals alone: in the mesh, TLS is derived. */
  readonly tls?: TlsOriginationIntent;
}

export interface WholePolicyIntent extends PortPolicyIntent {
  readonly retryBudget?: {
    readonly percent?: number;
    readonly budgetInterval?: Duration;
    readonly minRetryConcurrency?: number;
  };
  readonly tunnel?: {
    readonly protocol?: "CONNECT" | "POST";
    readonly targetHost: string;
    readonly targetPort: number;
  };
  readonly proxyProtocol?: "V1" | "V2";
}

export interface PolicyWithPortsIntent extends WholePolicyIntent {
  /** By the name of the port. */
  readonly ports?: Readonly<Record<string, PortPolicyIntent>>;
}

/** What proxies are told of the mesh. */
export interface ScopeIntent {
  readonly per: "workload" | "namespace";
  /** As `namespace/host`, sorted. */
  readonly keep: readonly string[];
}

/** The proxies that some externals are reached through. */
export interface EgressGatewayIntent {
  readonly namespace: string;
  readonly service: string;
  readonly selector: Readonly<Record<string, string>>;
}

/** How many requests each workload of a service takes. */
export interface RateLimitIntent {
  readonly service: string;
  readonly requests: number;
  readonly per: Duration;
  readonly burst: number;
  /** Names of ports, sorted. */
  readonly ports: readonly string[];
  readonly status: number;
  /** 0 to 100. */
  readonly enforcedPercent: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
}

/** So many requests in a time. */
export interface RateIntent {
  readonly requests: number;
  readonly per: RateLimitUnit;
}

/** What requests are told apart by. */
export type RateLimitDescriptorIntent =
  | { readonly kind: "header" | "query" | "generic-key"; readonly name: string }
  | { readonly kind: "path" | "destination-cluster" }
  | { readonly kind: "remote-address"; readonly v4PrefixLength?: number; readonly v6PrefixLength?: number }
  | { readonly kind: "metadata"; readonly filter: string; readonly path: readonly string[] };

export interface GlobalRateLimitIntent extends RateIntent {
  readonly name: string;
  readonly when?: MatchIntent;
  readonly descriptors: readonly RateLimitDescriptorIntent[];
  /** By the value of the last descriptor, sorted. */
  readonly overrides: readonly { readonly value: string; readonly rate: RateIntent | "unlimited" }[];
  readonly shadow: boolean;
}

/** Limits that the rate-limit service counts. */
export interface GlobalRateLimitsIntent {
  readonly target: GuardedIntent;
  /** Names of the service's ports, or hosts of the gateway, sorted. */
  readonly at: readonly string[];
  /** Sorted by name. */
  readonly limits: readonly GlobalRateLimitIntent[];
}

/** Where the rate-limit service is, and how proxies ask it. */
export interface RateLimitServiceIntent {
  readonly domain: string;
  readonly service: string;
  readonly namespace: string;
  readonly port: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly timeout: Duration;
  readonly failureMode: "allow" | "deny";
  readonly status: number;
  readonly headers: boolean;
}

/** How callers treat a destination. */
export interface TrafficPolicyIntent {
  readonly target: { readonly kind: "service" | "external"; readonly key: string };
  /** The key of the only service whose calls this is for; absent for all callers. */
  readonly from?: string;
  readonly exportTo?: readonly string[];
  readonly policy: PolicyWithPortsIntent;
  /** By the name of the subset. */
  readonly subsets: Readonly<Record<string, PolicyWithPortsIntent>>;
}

/** A destination by name, its port found. */
export type DestinationIntent =
  | { readonly kind: "service"; readonly service: string; readonly subset?: string; readonly port: string }
  | { readonly kind: "external"; readonly external: string; readonly port: string };

export interface ShareIntent {
  readonly to: DestinationIntent;
  /** 0 to 100. */
  readonly weight: number;
  /** Of this share's requests alone. */
  readonly headers?: HeadersIntent;
}

export interface TextMatch {
  readonly match: "exact" | "prefix" | "regex";
  readonly value: string;
}

export interface PathMatchIntent extends TextMatch {
  readonly ignoreCase: boolean;
}

/** What holds for a header or a query parameter. */
export type ValueMatchIntent = { readonly name: string } & (
  TextMatch | { readonly match: "present" } | { readonly match: "absent" }
);

/** Who sends. */
export interface SourceIntent {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Conditions that hold together. Those of requests and those of connections never meet in one. */
export interface MatchIntent {
  readonly path?: PathMatchIntent;
  /** Any of them; empty for every method. */
  readonly methods: readonly string[];
  /** What the method must be, where it is not named. */
  readonly methodPattern?: TextMatch;
  /** A claim of a token is a header called `@request.auth.claims...`. */
  readonly headers: readonly ValueMatchIntent[];
  /** What headers must not be. @default - none */
  readonly withoutHeaders?: readonly ({ readonly name: string } & TextMatch)[];
  readonly query: readonly ValueMatchIntent[];
  readonly authority?: TextMatch;
  readonly scheme?: TextMatch;
  readonly source?: SourceIntent;
  /** Names of gateways, or `mesh`; any of them. */
  readonly gateways?: readonly string[];
  readonly port?: number;
  /** Any of them. */
  readonly destinationSubnets?: readonly string[];
  readonly sourceSubnet?: string;
  /** Any of them. */
  readonly sniHosts?: readonly string[];
  /** Excludes nothing: what the requests are called. */
  readonly name?: string;
  readonly statPrefix?: string;
}

export interface RetriesIntent {
  readonly attempts: number;
  /** Milliseconds. */
  readonly perTryTimeout?: number;
  readonly retryOn: readonly string[];
  readonly backoff?: Duration;
  readonly retryIgnorePreviousHosts?: boolean;
  readonly retryRemoteLocalities?: boolean;
}

export interface HeaderOperationsIntent {
  readonly set?: Readonly<Record<string, string>>;
  readonly add?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
}

export interface HeadersIntent {
  readonly request?: HeaderOperationsIntent;
  readonly response?: HeaderOperationsIntent;
}

export interface CorsPolicyIntent {
  readonly allowOrigins: readonly TextMatch[];
  readonly allowMethods?: readonly string[];
  readonly allowHeaders?: readonly string[];
  readonly exposeHeaders?: readonly string[];
  readonly maxAge?: Duration;
  readonly allowCredentials?: boolean;
  readonly unmatchedPreflights?: "FORWARD" | "IGNORE";
}

export interface FaultIntent {
  readonly delay?: { readonly fixedDelay: Duration; readonly percentage?: number };
  readonly abort?: {
    readonly httpStatus?: number;
    readonly grpcStatus?: string;
    readonly percentage?: number;
  };
}

export interface RewriteIntent {
  readonly uri?: string;
  readonly uriRegexRewrite?: { readonly match: string; readonly rewrite: string };
  readonly authority?: string;
}

export interface MirrorIntent {
  readonly to: DestinationIntent;
  readonly percentage?: number;
}

/** What becomes of requests that go to no destination. */
export type RouteActionIntent =
  | {
      readonly kind: "redirect";
      readonly uri?: string;
      readonly prefixRewrite?: string;
      readonly authority?: string;
      readonly scheme?: "http" | "https";
      readonly port?: number;
      readonly derivePort?: "FROM_PROTOCOL_DEFAULT" | "FROM_REQUEST_PORT";
      readonly redirectCode?: number;
    }
  | {
      readonly kind: "direct-response";
      readonly status: number;
      readonly body?: { readonly string?: string; readonly bytes?: string };
    }
  | { readonly kind: "delegate"; readonly name: string; readonly namespace: string };

/** What holds for a route's requests beside where they go. */
export interface RouteOptionsIntent {
  readonly name?: string;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly retries?: RetriesIntent;
  readonly fault?: FaultIntent;
  readonly mirrors?: readonly MirrorIntent[];
  readonly headers?: HeadersIntent;
  readonly rewrite?: RewriteIntent;
  readonly corsPolicy?: CorsPolicyIntent;
}

export interface RouteIntent extends RouteOptionsIntent {
  /** Alternatives; empty for all traffic. */
  readonly matches: readonly MatchIntent[];
  /** Empty where there is an action. */
  readonly to: readonly ShareIntent[];
  readonly action?: RouteActionIntent;
}

/** Routes that others lead to, in a VirtualService of their own. */
export interface DelegateIntent {
  readonly name: string;
  readonly namespace: string;
  readonly exportTo?: readonly string[];
  readonly routes: readonly RouteIntent[];
}

/** The routes of one port of a service, in the order in which they are tried. */
export interface RouteSetIntent {
  readonly service: string;
  readonly port: string;
  readonly routes: readonly RouteIntent[];
  readonly exportTo?: readonly string[];
}

/** The same for a host outside the mesh. */
export interface ExternalRouteSetIntent {
  readonly external: string;
  readonly port: string;
  readonly routes: readonly RouteIntent[];
  readonly exportTo?: readonly string[];
}

export interface GatewayTlsIntent {
  readonly credentialName: string;
  readonly mode: "simple" | "mutual" | "optional-mutual";
  readonly minProtocolVersion: "TLSV1_2" | "TLSV1_3";
  /** @default - the proxy's own */
  readonly cipherSuites?: readonly string[];
  /** Why some of them are weak, and until when. @default - none of them is */
  readonly exception?: { readonly reason: string; readonly until: string };
  /** Which certificates of callers are good, beside what the secret says. @default - all below its authority */
  readonly subjectAltNames?: readonly string[];
  readonly verifyCertificateSpki?: readonly string[];
  readonly verifyCertificateHash?: readonly string[];
}

/** Proxies that istiod runs for a gateway. */
export interface ManagedGatewayIntent {
  readonly serviceType?: "ClusterIP" | "NodePort" | "LoadBalancer";
  readonly address?: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ExposureIntent {
  readonly host: string;
  readonly routes: readonly RouteIntent[];
  /** The gateways, by name, that share this one's VirtualService; `mesh` for callers in the mesh. @default - none */
  readonly alsoAt?: readonly string[];
  readonly exportTo?: readonly string[];
  /** The gateway whose exposure this repeats, so that it has no VirtualService of its own. @default - none */
  readonly sharedWith?: string;
}

/** A further port of a gateway's proxies. */
export interface GatewayServerIntent {
  /** The gateway that it is a part of. */
  readonly of: string;
  /** `tls` is passed on, or where the gateway has `tls`, ended and passed on as TCP. */
  readonly protocol: "tcp" | "tls" | "https" | "http";
  readonly port: number;
  /** In the proxies' container. */
  readonly targetPort: number;
}

export interface GatewayIntent {
  readonly name: string;
  readonly namespace: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  readonly hosts: readonly string[];
  /** Absent for a plaintext gateway, and for one that passes TLS on. */
  readonly tls?: GatewayTlsIntent;
  /** TLS goes on unopened. @default - it is ended here, or there is none */
  readonly passthrough?: true;
  readonly httpsRedirect: boolean;
  /** Absent for the gateway's usual ports: 80 and 443. */
  readonly server?: GatewayServerIntent;
  /** Absent where the installation decides. */
  readonly api?: RoutingApi;
  /** The Service in front of its proxies; absent where it was not named. */
  readonly service?: string;
  /** Absent where its proxies run already. */
  readonly managed?: ManagedGatewayIntent;
  readonly exposures: readonly ExposureIntent[];
}

/** A service of the mesh, or the proxies of a gateway. */
export interface GuardedIntent {
  readonly kind: "service" | "gateway";
  readonly name: string;
}

/** Whoever a certificate proves to be. */
export type CallerIntent =
  | GuardedIntent
  | {
      readonly kind: "outsider";
      readonly namespace: string;
      readonly serviceAccount: string;
      readonly trustDomain?: string;
    }
  | { readonly kind: "namespace"; readonly namespace: string };

export interface ConditionIntent {
  readonly key: string;
  readonly values: readonly string[];
  readonly notValues: readonly string[];
}

/**
 * What is to become of some calls. Everything in it must hold, the elements of a list are alternatives, and an empty
 * list asks for nothing.
 */
export interface RuleIntent {
  readonly action: "allow" | "deny" | "audit" | "custom";
  /** The external authorizer, for `custom`. */
  readonly provider?: string;
  readonly dryRun: boolean;
  readonly to: GuardedIntent;
  readonly from: readonly CallerIntent[];
  readonly notFrom: readonly CallerIntent[];
  /** Names of ports; for `allow` always all that are meant. */
  readonly ports: readonly string[];
  readonly notPorts: readonly string[];
  readonly methods: readonly string[];
  readonly notMethods: readonly string[];
  readonly paths: readonly string[];
  readonly notPaths: readonly string[];
  readonly hosts: readonly string[];
  readonly notHosts: readonly string[];
  readonly ipBlocks: readonly string[];
  readonly notIpBlocks: readonly string[];
  readonly remoteIpBlocks: readonly string[];
  readonly notRemoteIpBlocks: readonly string[];
  /** As Istio's request principals: `issuer/subject`. */
  readonly tokens: readonly string[];
  readonly notTokens: readonly string[];
  readonly when: readonly ConditionIntent[];
}

/** Somebody who decides on requests from outside of the proxy. */
export interface ExtAuthzIntent {
  readonly name: string;
  readonly protocol: "grpc" | "http";
  /** The key of its service. */
  readonly service: string;
  readonly port: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly failOpen: boolean;
  readonly clearRouteCache: boolean;
  readonly statusOnError?: number;
  readonly includeRequestBodyInCheck?: {
    readonly maxRequestBytes: number;
    readonly allowPartialMessage: boolean;
  };
  /** For `http` alone. */
  readonly http?: {
    readonly pathPrefix?: string;
    readonly includeRequestHeadersInCheck: readonly string[];
    readonly includeAdditionalHeadersInCheck: Readonly<Record<string, string>>;
    readonly headersToUpstreamOnAllow: readonly string[];
    readonly headersToDownstreamOnDeny: readonly string[];
    readonly headersToDownstreamOnAllow: readonly string[];
  };
}

/** Tokens that are accepted. */
export interface JwtIntent {
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** A JSON Web Key Set of public keys, as JSON; or where it is fetched. */
  readonly jwks?: string;
  readonly jwksUri?: string;
  readonly fromHeaders: readonly { readonly name: string; readonly prefix?: string }[];
  readonly fromParams: readonly string[];
  readonly fromCookies: readonly string[];
  readonly forward: boolean;
  readonly claimToHeaders: readonly { readonly header: string; readonly claim: string }[];
  readonly payloadToHeader?: string;
}

/** Where which tokens are read. */
export interface AuthenticationIntent {
  readonly at: GuardedIntent;
  readonly jwt: readonly JwtIntent[];
}

/** What a part of the mesh demands of its callers' connections. */
export interface MtlsIntent {
  readonly for: { readonly kind: "service" | "namespace"; readonly name: string };
  /** Names of ports; empty for all. */
  readonly ports: readonly string[];
  readonly mode: "strict" | "permissive" | "disable";
  /** For all but `strict`. */
  readonly exception?: { readonly reason: string; readonly until: string };
}

/** A whole mesh. */
export interface MeshIntent {
  readonly name: string;
  readonly mtls: "strict" | "permissive";
  readonly defaultDeny: "mesh" | "namespaces" | "off";
  /** Whether the cluster's network refuses what is not declared, too. */
  readonly networkPolicies: "off" | "ingress" | "ingress-and-egress";
  /** Nothing is enforced yet. */
  readonly dryRun: boolean;
  readonly services: readonly ServiceIntent[];
  readonly externals: readonly ExternalIntent[];
  readonly routes: readonly RouteSetIntent[];
  readonly externalRoutes: readonly ExternalRouteSetIntent[];
  /** Of externals that are reached through the egress gateway; they lead to the external alone. */
  readonly egressRoutes: readonly ExternalRouteSetIntent[];
  readonly delegates: readonly DelegateIntent[];
  readonly trafficPolicies: readonly TrafficPolicyIntent[];
  readonly rateLimits: readonly RateLimitIntent[];
  readonly globalRateLimits: readonly GlobalRateLimitsIntent[];
  readonly rateLimitService: RateLimitServiceIntent;
  /** Absent where every proxy is told everything. */
  readonly scope?: ScopeIntent;
  readonly egressGateway: EgressGatewayIntent;
  readonly gateways: readonly GatewayIntent[];
  readonly providers: readonly ProviderIntent[];
  readonly telemetry: readonly TelemetryIntent[];
  readonly proxyConfigs: readonly ProxyConfigIntent[];
  readonly sidecars: readonly SidecarIntent[];
  readonly rules: readonly RuleIntent[];
  readonly extAuthz: readonly ExtAuthzIntent[];
  readonly authentications: readonly AuthenticationIntent[];
  readonly mtlsOf: readonly MtlsIntent[];
  readonly slos: readonly SloIntent[];
}
