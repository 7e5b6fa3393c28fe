import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "resilience-failover-outlier";

describe("resilience-failover-outlier", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: d }, spec: { host: a, trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5 }, loadBalancer: { localityLbSetting: { failover: [{ from: a, to: b }] } } } } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: d }, spec: { host: a, trafficPolicy: { loadBalancer: { localityLbSetting: { failoverPriority: [topology.istio.io/network] } } }, subsets: [{ name: v1, trafficPolicy: { outlierDetection: { consecutiveErrors: 3, maxEjectionPercent: 100 } } }] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      "DestinationRule default/d spec.subsets[0].trafficPolicy.outlierDetection.consecutiveErrors: consecutiveErrors is deprecated and ignored",
      "DestinationRule default/d spec.subsets[0].trafficPolicy.outlierDetection.maxEjectionPercent: maxEjectionPercent is 100: a fault that all endpoints share takes away every one of them",
      "DestinationRule default/d spec.trafficPolicy.loadBalancer.localityLbSetting.failoverPriority: failoverPriority is set without outlierDetection: the proxy never finds an endpoint bad, and does not fail over",
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), ["mandatory IST0133", "advisory", "mandatory IST0133"]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: d }, spec: { host: a, trafficPolicy: { loadBalancer: { localityLbSetting: { failover: UNKNOWN } } } } }
`,
      ),
      ["spec.trafficPolicy.loadBalancer.localityLbSetting.failover"],
    );
  });
});
