import type * as pulumi from "@pulumi/pulumi";

/** What proxies do with traffic to hosts that the mesh does not know. */
export const OutboundTrafficMode = {
  /** Let it through, unseen by policy. */
  AllowAny: "ALLOW_ANY",
  /** Refuse it: every outside host needs a ServiceEntry. */
  RegistryOnly: "REGISTRY_ONLY",
} as const;
export type OutboundTrafficMode = (typeof OutboundTrafficMode)[keyof typeof OutboundTrafficMode];

/** Form of the access log. */
export const AccessLogEncoding = { Text: "TEXT", Json: "JSON" } as const;
export type AccessLogEncoding = (typeof AccessLogEncoding)[keyof typeof AccessLogEncoding];

/** Lowest TLS version between workloads. */
export const TlsVersion = { Tls12: "TLSV1_2", Tls13: "TLSV1_3" } as const;
export type TlsVersion = (typeof TlsVersion)[keyof typeof TlsVersion];

/** How paths are normalised before policies and routes look at them. */
export const PathNormalization = {
  None: "NONE",
  Base: "BASE",
  MergeSlashes: "MERGE_SLASHES",
  DecodeAndMergeSlashes: "DECODE_AND_MERGE_SLASHES",
} as const;
export type PathNormalization = (typeof PathNormalization)[keyof typeof PathNormalization];

/** Providers that are used where no Telemetry object names one. */
export interface DefaultProvidersArgs {
  /** @default ["prometheus"] */
  metrics?: string[];
  /** @default none */
  tracing?: string[];
  /** @default none */
  accessLogging?: string[];
}

/** Settings of every proxy, which a ProxyConfig object or an annotation may change. */
export interface ProxyDefaultsArgs {
  /** Holds the application back until its proxy is ready. @default false */
  holdApplicationUntilProxyStarts?: boolean;
  /** Worker threads of Envoy; 0 means one per CPU. @default from the CPU limit */
  concurrency?: number;
  /** Time that connections get to end when a pod stops, for example `"5s"`. @default "5s" */
  terminationDrainDuration?: string;
  /** Environment of the proxy, by name. @default none */
  proxyMetadata?: Record<string, string>;
  /** Prefixes of statistics that Envoy keeps beside the usual ones. @default none */
  statsInclusionPrefixes?: string[];
}

/**
 * Mesh configuration: the fields that installations set, typed, and `extra` for every other one.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/
 */
export interface MeshConfigArgs {
  /** Trust domain of the mesh: the first part of every workload's identity. @default "cluster.local" */
  trustDomain?: string;
  /** Former trust domains whose identities are still accepted. @default none */
  trustDomainAliases?: string[];
  /** File to which proxies log requests; `"/dev/stdout"` for the container's log, `""` for none. @default the profile's */
  accessLogFile?: string;
  /** @default "TEXT" */
  accessLogEncoding?: AccessLogEncoding;
  /** Format of a line, in Envoy's command operators. @default Istio's */
  accessLogFormat?: string;
  /** @default "ALLOW_ANY" */
  outboundTrafficPolicy?: OutboundTrafficMode;
  /** Traces requests with the default tracing provider. @default false */
  enableTracing?: boolean;
  /** Lets clients use mutual TLS wherever the server takes it. @default true */
  enableAutoMtls?: boolean;
  /** Merges the application's own metrics with the proxy's on port 15020. @default true */
  enablePrometheusMerge?: boolean;
  /** Lowest TLS version between workloads. @default "TLSV1_2" */
  minTlsVersion?: TlsVersion;
  /** @default "BASE" */
  pathNormalization?: PathNormalization;
  defaultProviders?: DefaultProvidersArgs;
  defaultConfig?: ProxyDefaultsArgs;
  /** Tracing, logging, metrics and authorisation providers, in the form of Istio's reference. @default the profile's */
  extensionProviders?: pulumi.Inputs[];
  /** Any further field of Istio's mesh configuration, laid over the ones above key by key. @default none */
  extra?: pulumi.Inputs;
}
