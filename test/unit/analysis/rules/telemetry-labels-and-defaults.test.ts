import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "telemetry-labels-and-defaults";

describe("telemetry-labels-and-defaults", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { metadata: { labels: { sidecar.istio.io/inject: "true", app: a, version: v1 } } } } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { metadata: { labels: { sidecar.istio.io/inject: "true", app: a } } } } }
---
{ apiVersion: v1, kind: ConfigMap, metadata: { name: istio, namespace: istio-system }, data: { mesh: "accessLogFile: /dev/stdout" } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'Deployment default/a spec.template.metadata: Deployment "default/a" has no label "version" (nor app.kubernetes.io/version), which metrics and traces are told apart by',
      "ConfigMap istio-system/istio data.mesh: no Telemetry of the root namespace and no default of the mesh traces requests",
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), ["advisory", "advisory"]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { metadata: { labels: { sidecar.istio.io/inject: "true", app: UNKNOWN } } } } }
`,
      ),
      ["spec.template.metadata.labels"],
    );
  });
});
