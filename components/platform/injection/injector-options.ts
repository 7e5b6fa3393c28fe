/** CPU and memory as Kubernetes writes them, `"100m"` or `"128Mi"`. */
export interface ResourceAmounts {
  readonly cpu?: string;
  readonly memory?: string;
}

/** What a container asks for and what it may use at most. */
export interface ResourceRequirements {
  readonly requests?: ResourceAmounts;
  readonly limits?: ResourceAmounts;
}

/** A Kubernetes label selector, for the pods that are injected always or never. */
export interface InjectionSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly InjectionSelectorExpression[];
}

/** One expression of an {@link InjectionSelector}. */
export interface InjectionSelectorExpression {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  readonly values?: readonly string[];
}

/** The startup probe of a sidecar. */
export interface StartupProbeOptions {
  /** @default true */
  readonly enabled?: boolean;
  /** Probes, one a second, before the kubelet gives up. @default 600 */
  readonly failureThreshold?: number;
}

/** The proxy that is injected: sidecars, and gateways where they share a value. */
export interface InjectedProxyOptions {
  /** Image name below the hub, or a whole image reference when it holds a slash. @default "proxyv2" */
  readonly image?: string;
  /** Envoy's log level. @default "warning" */
  readonly logLevel?: string;
  /** Envoy's log levels per component. @default "misc:error" */
  readonly componentLogLevel?: string;
  /** Cluster DNS domain. @default "cluster.local" */
  readonly clusterDomain?: string;
  /** Requests and limits; given ones replace the default ones as a whole. @default 100m and 128Mi, up to 2 CPU and 1Gi */
  readonly resources?: ResourceRequirements;
  /** Runs the proxy privileged, for debugging. @default false */
  readonly privileged?: boolean;
  /** Port of the agent's status server; 0 leaves the probes out. @default 15020 */
  readonly statusPort?: number;
  /** @default 0 */
  readonly readinessInitialDelaySeconds?: number;
  /** @default 15 */
  readonly readinessPeriodSeconds?: number;
  /** @default 4 */
  readonly readinessFailureThreshold?: number;
  /** @default enabled, 600 tries */
  readonly startupProbe?: StartupProbeOptions;
  /** Comma separated CIDRs whose outbound traffic is captured, `"*"` for all. @default "*" */
  readonly includeIPRanges?: string;
  /** Comma separated CIDRs whose outbound traffic is left alone. @default none */
  readonly excludeIPRanges?: string;
  /** Comma separated inbound ports that are captured, `"*"` for all. @default "*" */
  readonly includeInboundPorts?: string;
  /** Comma separated inbound ports that are left alone. @default none */
  readonly excludeInboundPorts?: string;
  /** Comma separated outbound ports that are captured whatever their address. @default none */
  readonly includeOutboundPorts?: string;
  /** Comma separated outbound ports that are left alone. @default none */
  readonly excludeOutboundPorts?: string;
  /** File to which Envoy logs outlier ejections. @default none */
  readonly outlierLogPath?: string;
  /** Seccomp profile of the proxy container. @default the runtime's */
  readonly seccompProfile?: SeccompProfile;
  /** Lifecycle hooks of the proxy container; they replace the ones that the template sets. @default the template's */
  readonly lifecycle?: Readonly<Record<string, unknown>>;
  /** Tracer whose environment the sidecar needs. @default "none" */
  readonly tracer?: string;
}

/** A Kubernetes seccomp profile. */
export interface SeccompProfile {
  readonly type?: "RuntimeDefault" | "Localhost" | "Unconfined";
  readonly localhostProfile?: string;
}

/** The init container that sets up traffic capture. */
export interface InjectedInitOptions {
  /** Image name below the hub, or a whole image reference. @default "proxyv2" */
  readonly image?: string;
  /** Applies the iptables rules even where some exist. @default false */
  readonly forceApplyIptables?: boolean;
}

/** Whether a CNI plugin captures the traffic, so that pods need no privileged init container. */
export interface InjectedCniOptions {
  /** @default false */
  readonly enabled?: boolean;
  /** `"multus"` where Multus chains the plugin, so that pods name its network. @default "default" */
  readonly provider?: "default" | "multus";
  /** The node agent also serves ambient pods. @default false */
  readonly ambient?: boolean;
}

/** Placement and size of waypoints. */
export interface WaypointOptions {
  /** @default 100m and 128Mi, up to 2 CPU and 1Gi */
  readonly resources?: ResourceRequirements;
  readonly affinity?: Readonly<Record<string, unknown>>;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly Readonly<Record<string, unknown>>[];
  readonly topologySpreadConstraints?: readonly Readonly<Record<string, unknown>>[];
}

/** Security of gateways. */
export interface InjectedGatewayOptions {
  /** Security context of a gateway's pod. @default ports from 0 may be bound without a capability */
  readonly securityContext?: Readonly<Record<string, unknown>>;
  /** Of managed gateways and waypoints; an injected gateway has its deployment's. @default the runtime's */
  readonly seccompProfile?: SeccompProfile;
}

/** What the injector's webhook and its configuration do beyond the templates. */
export interface InjectionPolicyOptions {
  /** `"disabled"` injects only pods that ask for it. @default "enabled" */
  readonly autoInject?: "enabled" | "disabled";
  /** Templates for pods that name none. @default ["sidecar"] */
  readonly defaultTemplates?: readonly string[];
  /** Further templates by name; one with a name of ours replaces it. @default none */
  readonly templates?: Readonly<Record<string, string>>;
  /** @default none */
  readonly alwaysInjectSelector?: readonly InjectionSelector[];
  /** Wins over `alwaysInjectSelector`. @default none */
  readonly neverInjectSelector?: readonly InjectionSelector[];
  /** Annotations that every injected pod gets. @default none */
  readonly injectedAnnotations?: Readonly<Record<string, string>>;
  /** Injects every namespace that does not opt out. @default false */
  readonly enableNamespacesByDefault?: boolean;
  /** Sends the application's own probes through the agent, so that they work under strict mTLS. @default true */
  readonly rewriteAppHTTPProbe?: boolean;
  /** @default "Never" */
  readonly reinvocationPolicy?: "Never" | "IfNeeded";
}

/**
 * Everything that the injection templates depend on. Absent options mean what the official `default` profile means.
 *
 * @see https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/
 */
export interface InjectorOptions {
  /** Registry and path of the images. @default "registry.istio.io/release" */
  readonly hub?: string;
  /** Version of the images. @default "1.31.1" */
  readonly tag?: string;
  /** `"distroless"` or `"debug"` images. @default the plain ones */
  readonly variant?: string;
  /** Revision of the control plane; it becomes part of istiod's address. @default the unnamed one */
  readonly revision?: string;
  /** Root namespace. @default "istio-system" */
  readonly istioNamespace?: string;
  /** @default the cluster's */
  readonly imagePullPolicy?: "" | "Always" | "IfNotPresent" | "Never";
  /** Names of pull secrets that are added to every injected pod. @default none */
  readonly imagePullSecrets?: readonly string[];
  /** Identity of the mesh. @default the trust domain */
  readonly meshId?: string;
  /** This cluster's name in a mesh of several. @default "Kubernetes" */
  readonly clusterName?: string;
  /** This cluster's network in a mesh of several. @default none */
  readonly network?: string;
  /** Networks of the mesh, as `values.global.meshNetworks`. @default none */
  readonly meshNetworks?: Readonly<Record<string, unknown>>;
  /** Address of the certificate authority. @default istiod, port 15012 */
  readonly caAddress?: string;
  /** Name of an external certificate authority. @default none */
  readonly caName?: string;
  /** ConfigMap with the root certificate, for control planes that share namespaces. @default "istio-ca-root-cert" */
  readonly trustBundleName?: string;
  /** Who signs istiod's own certificate. @default "istiod" */
  readonly pilotCertProvider?: string;
  /** Log levels of the agent, `scope:level` with commas. @default "default:info" */
  readonly agentLogLevel?: string;
  /** @default false */
  readonly logAsJson?: boolean;
  /** Mounts the certificates of a secret `istio.<service account>`. @default false */
  readonly mountMtlsCerts?: boolean;
  /** Capture traffic with nftables. @default false */
  readonly nativeNftables?: boolean;
  /** Port of the security token service; 0 is none. @default 0 */
  readonly stsPort?: number;
  /** Audience of the service account tokens. @default "istio-ca" */
  readonly tokenAudience?: string;
  /** Platform, where it needs its own settings, for example `"openshift"`. @default none */
  readonly platform?: string;
  /** Environment of istiod that templates look at. @default none */
  readonly pilotEnv?: Readonly<Record<string, string>>;
  readonly proxy?: InjectedProxyOptions;
  readonly proxyInit?: InjectedInitOptions;
  readonly cni?: InjectedCniOptions;
  readonly waypoint?: WaypointOptions;
  readonly gateways?: InjectedGatewayOptions;
  readonly injection?: InjectionPolicyOptions;
  /** Laid over the values that follow from the options above, key by key, for values that have no option. @default none */
  readonly values?: Readonly<Record<string, unknown>>;
}
