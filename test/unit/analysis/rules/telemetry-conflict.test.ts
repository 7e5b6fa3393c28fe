import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "telemetry-conflict";

describe("telemetry-conflict", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: telemetry.istio.io/v1, kind: Telemetry, metadata: { name: a }, spec: {} }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: telemetry.istio.io/v1, kind: Telemetry, metadata: { name: a }, spec: {} }
---
{ apiVersion: telemetry.istio.io/v1, kind: Telemetry, metadata: { name: b }, spec: {} }
---
{ apiVersion: telemetry.istio.io/v1, kind: Telemetry, metadata: { name: c }, spec: { selector: { matchLabels: { app: x } } } }
---
{ apiVersion: telemetry.istio.io/v1, kind: Telemetry, metadata: { name: d }, spec: { selector: { matchLabels: { version: v1 } } } }
---
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: x }, spec: { template: { metadata: { labels: { app: x, version: v1 } } } } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'Telemetry default/a metadata.namespace: namespace "default" has 2 Telemetries without selector: "a", "b"; one of them takes effect, and which is not defined',
      'Telemetry default/b metadata.namespace: namespace "default" has 2 Telemetries without selector: "a", "b"; one of them takes effect, and which is not defined',
      'Telemetry default/c spec.selector.matchLabels: Deployment "default/x" has 2 Telemetries: "c", "d"; one of them takes effect, and which is not defined',
      'Telemetry default/d spec.selector.matchLabels: Deployment "default/x" has 2 Telemetries: "c", "d"; one of them takes effect, and which is not defined',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), [
      "mandatory IST0160",
      "mandatory IST0160",
      "mandatory IST0159",
      "mandatory IST0159",
    ]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: telemetry.istio.io/v1, kind: Telemetry, metadata: { name: c }, spec: { selector: { matchLabels: { app: UNKNOWN } } } }
`,
      ),
      ["spec.selector.matchLabels"],
    );
  });
});
