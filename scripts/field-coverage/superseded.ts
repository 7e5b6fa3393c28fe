import type { CoveredKind } from "./measure";

/** Fields that no word sets on purpose, by how their paths end, and why. */
export const SUPERSEDED: Readonly<Partial<Record<CoveredKind, readonly (readonly [string, string])[]>>> = {
  VirtualService: [
    ["corsPolicy.allowOrigin", "Istio deprecates it; `allowOrigins` is typed"],
    ["fault.abort.http2Error", "Istio refuses it as not supported yet"],
    ["fault.delay.exponentialDelay", "Istio refuses it as not supported yet"],
    ["fault.delay.percent", "Istio deprecates it; `percentage` is typed"],
    ["mirror_percent", "Istio deprecates it; `mirrorPercentage` is typed"],
    ["mirrorPercent", "Istio deprecates it; `mirrorPercentage` is typed"],
  ],
  DestinationRule: [
    ["consistentHash.minimumRingSize", "Istio deprecates it; `ringHash.minimumRingSize` is typed"],
    ["warmupDurationSecs", "Istio deprecates it; `warmup.duration` is typed"],
    [
      "outlierDetection.consecutiveErrors",
      "Istio deprecates it; `consecutive5xxErrors` and `consecutiveGatewayErrors` are typed",
    ],
  ],
  WorkloadGroup: [
    ["template.address", "istiod replaces it with the address that a machine registers with"],
    ["template.labels", "Istio wants labels in `metadata.labels`, which is typed"],
    ["probe.grpc", "the webhook of istiod refuses it up to 1.31; `exec` is typed"],
    ["grpc.port", "the webhook of istiod refuses it up to 1.31; `exec` is typed"],
    ["grpc.service", "the webhook of istiod refuses it up to 1.31; `exec` is typed"],
  ],
};
