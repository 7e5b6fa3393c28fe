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
};
