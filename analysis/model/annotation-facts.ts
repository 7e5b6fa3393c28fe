/** An annotation that Istio reads or writes: how settled it is, and on which kinds it means anything. */
export interface AnnotationFact {
  readonly status: "alpha" | "beta" | "stable";
  readonly deprecated?: true;
  /** `Any` stands for every kind. */
  readonly kinds: readonly string[];
}

/**
 * Every annotation of Istio, as its API declares them.
 *
 * @see https://istio.io/latest/docs/reference/config/annotations/
 */
export const annotationFacts: ReadonlyMap<string, AnnotationFact> = new Map([
  ["alpha.istio.io/canonical-serviceaccounts", { status: "alpha", deprecated: true, kinds: ["Service"] }],
  ["alpha.istio.io/kubernetes-serviceaccounts", { status: "alpha", deprecated: true, kinds: ["Service"] }],
  ["ambient.istio.io/bypass-inbound-capture", { status: "alpha", kinds: ["Pod"] }],
  ["ambient.istio.io/dns-capture", { status: "alpha", kinds: ["Pod"] }],
  ["ambient.istio.io/redirection", { status: "beta", kinds: ["Pod"] }],
  ["ambient.istio.io/waypoint-inbound-binding", { status: "alpha", kinds: ["GatewayClass", "Gateway"] }],
  ["galley.istio.io/analyze-suppress", { status: "alpha", kinds: ["Any"] }],
  ["gateway.istio.io/controller-version", { status: "alpha", kinds: ["Any"] }],
  ["gateway.istio.io/name-override", { status: "alpha", kinds: ["Gateway"] }],
  ["gateway.istio.io/service-account", { status: "alpha", kinds: ["Gateway"] }],
  ["inject.istio.io/templates", { status: "alpha", kinds: ["Pod"] }],
  ["istio.io/autoRegistrationGroup", { status: "alpha", kinds: ["WorkloadEntry"] }],
  ["istio.io/connectedAt", { status: "alpha", kinds: ["WorkloadEntry"] }],
  ["istio.io/disconnectedAt", { status: "alpha", kinds: ["WorkloadEntry"] }],
  ["istio.io/dry-run", { status: "alpha", kinds: ["AuthorizationPolicy"] }],
  ["istio.io/reroute-virtual-interfaces", { status: "alpha", kinds: ["Pod"] }],
  ["istio.io/rev", { status: "alpha", kinds: ["Pod"] }],
  [
    "istio.io/use-waypoint-canary-weight",
    { status: "alpha", kinds: ["Service", "ServiceEntry", "Namespace"] },
  ],
  ["istio.io/workloadController", { status: "alpha", kinds: ["WorkloadEntry"] }],
  ["kubernetes.io/ingress.class", { status: "stable", kinds: ["Ingress"] }],
  ["networking.istio.io/exportTo", { status: "alpha", kinds: ["Service"] }],
  ["networking.istio.io/service-type", { status: "alpha", kinds: ["Gateway"] }],
  [
    "networking.istio.io/traffic-distribution",
    { status: "alpha", kinds: ["Namespace", "Service", "ServiceEntry"] },
  ],
  ["prometheus.istio.io/merge-metrics", { status: "alpha", kinds: ["Pod"] }],
  ["proxy.istio.io/config", { status: "beta", kinds: ["Pod"] }],
  ["proxy.istio.io/overrides", { status: "alpha", kinds: ["Pod"] }],
  ["readiness.status.sidecar.istio.io/applicationPorts", { status: "alpha", kinds: ["Pod"] }],
  ["readiness.status.sidecar.istio.io/failureThreshold", { status: "alpha", kinds: ["Pod"] }],
  ["readiness.status.sidecar.istio.io/initialDelaySeconds", { status: "alpha", kinds: ["Pod"] }],
  ["readiness.status.sidecar.istio.io/periodSeconds", { status: "alpha", kinds: ["Pod"] }],
  ["sidecar.istio.io/agentLogLevel", { status: "alpha", kinds: ["Pod"] }],
  ["sidecar.istio.io/bootstrapOverride", { status: "alpha", kinds: ["Pod"] }],
  ["sidecar.istio.io/componentLogLevel", { status: "alpha", kinds: ["Pod"] }],
  ["sidecar.istio.io/discoveryAddress", { status: "alpha", deprecated: true, kinds: ["Pod"] }],
  ["sidecar.istio.io/extraStatTags", { status: "alpha", deprecated: true, kinds: ["Pod"] }],
  ["sidecar.istio.io/inject", { status: "beta", deprecated: true, kinds: ["Pod"] }],
  ["sidecar.istio.io/interceptionMode", { status: "alpha", kinds: ["Pod"] }],
  ["sidecar.istio.io/logLevel", { status: "alpha", kinds: ["Pod"] }],
  ["sidecar.istio.io/nativeSidecar", { status: "alpha", kinds: ["Pod"] }],
  ["sidecar.istio.io/proxyCPU", { status: "alpha", kinds: ["Pod"] }],
  ["sidecar.istio.io/proxyCPULimit", { status: "alpha", kinds: ["Pod"] }],
  ["sidecar.istio.io/proxyImage", { status: "alpha", kinds: ["Pod"] }],
  ["sidecar.istio.io/proxyImageType", { status: "alpha", kinds: ["Pod"] }],
  ["sidecar.istio.io/proxyMemory", { status: "alpha", kinds: ["Pod"] }],
  ["sidecar.istio.io/proxyMemoryLimit", { status: "alpha", kinds: ["Pod"] }],
  ["sidecar.istio.io/rewriteAppHTTPProbers", { status: "alpha", kinds: ["Pod"] }],
  ["sidecar.istio.io/statsCompression", { status: "alpha", deprecated: true, kinds: ["Pod"] }],
  ["sidecar.istio.io/statsEvictionInterval", { status: "alpha", kinds: ["Pod"] }],
  ["sidecar.istio.io/statsFlushInterval", { status: "alpha", kinds: ["Pod"] }],
  ["sidecar.istio.io/statsHistogramBins", { status: "alpha", kinds: ["Pod"] }],
  ["sidecar.istio.io/statsHistogramBuckets", { status: "alpha", kinds: ["Pod"] }],
  ["sidecar.istio.io/statsInclusionPrefixes", { status: "alpha", deprecated: true, kinds: ["Pod"] }],
  ["sidecar.istio.io/statsInclusionRegexps", { status: "alpha", deprecated: true, kinds: ["Pod"] }],
  ["sidecar.istio.io/statsInclusionSuffixes", { status: "alpha", deprecated: true, kinds: ["Pod"] }],
  ["sidecar.istio.io/status", { status: "alpha", kinds: ["Pod"] }],
  ["sidecar.istio.io/userVolume", { status: "alpha", kinds: ["Pod"] }],
  ["sidecar.istio.io/userVolumeMount", { status: "alpha", kinds: ["Pod"] }],
  ["status.sidecar.istio.io/port", { status: "alpha", kinds: ["Pod"] }],
  ["topology.istio.io/controlPlaneClusters", { status: "alpha", kinds: ["Namespace"] }],
  ["traffic.istio.io/nodeSelector", { status: "stable", kinds: ["Service"] }],
  ["traffic.sidecar.istio.io/excludeInboundPorts", { status: "alpha", kinds: ["Pod"] }],
  ["traffic.sidecar.istio.io/excludeInterfaces", { status: "alpha", kinds: ["Pod"] }],
  ["traffic.sidecar.istio.io/excludeOutboundIPRanges", { status: "alpha", kinds: ["Pod"] }],
  ["traffic.sidecar.istio.io/excludeOutboundPorts", { status: "alpha", kinds: ["Pod"] }],
  ["traffic.sidecar.istio.io/includeInboundPorts", { status: "alpha", kinds: ["Pod"] }],
  ["traffic.sidecar.istio.io/includeOutboundIPRanges", { status: "alpha", kinds: ["Pod"] }],
  ["traffic.sidecar.istio.io/includeOutboundPorts", { status: "alpha", kinds: ["Pod"] }],
  ["traffic.sidecar.istio.io/kubevirtInterfaces", { status: "alpha", deprecated: true, kinds: ["Pod"] }],
]);
