import type { CoveredKind } from "./measure";

/** Fields that no word sets on purpose, by how their paths end, and why. */
export const SUPERSEDED: Readonly<Partial<Record<CoveredKind, readonly (readonly [string, string])[]>>> = {
  DestinationRule: [
    ["consistentHash.minimumRingSize", "Istio deprecates it; `ringHash.minimumRingSize` is typed"],
    ["warmupDurationSecs", "Istio deprecates it; `warmup.duration` is typed"],
    [
      "outlierDetection.consecutiveErrors",
      "Istio deprecates it; `consecutive5xxErrors` and `consecutiveGatewayErrors` are typed",
    ],
  ],
};
