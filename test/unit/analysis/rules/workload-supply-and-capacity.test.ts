import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "workload-supply-and-capacity";

describe("workload-supply-and-capacity", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { spec: { containers: [{ name: a, image: "x:1" }] } } } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { replicas: 2, template: { metadata: { labels: { app: a, sidecar.istio.io/inject: "true" } }, spec: { containers: [{ name: a, image: "x:1" }] } } } }
---
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: b }, spec: { template: { metadata: { labels: { app: b, sidecar.istio.io/inject: "true" } }, spec: { serviceAccountName: b, containers: [] } } } }
---
{ apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: a }, spec: { maxUnavailable: 0, selector: { matchLabels: { app: b } } } }
---
{ apiVersion: v1, kind: ServiceAccount, metadata: { name: b } }
---
{ apiVersion: networking.istio.io/v1, kind: WorkloadGroup, metadata: { name: w }, spec: { metadata: { labels: { app: w } }, template: { serviceAccount: none } } }
---
{ apiVersion: networking.istio.io/v1, kind: WorkloadGroup, metadata: { name: x }, spec: { metadata: { labels: { app: w } }, template: {} } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'Deployment default/a metadata.name: no PodDisruptionBudget holds for Deployment "default/a"',
      'Deployment default/a spec.template.spec: Deployment "default/a" has no service account of its own: to policies it is whatever else runs as "default"',
      'Deployment default/a spec.template.spec.containers[0]: container "a" has no readinessProbe: it gets requests before it can answer',
      'Deployment default/a spec.template.spec.containers[0]: container "a" states no requests.cpu, requests.memory, limits.memory',
      'Deployment default/a spec.template.spec.containers[0].image: container "a" has image x:1 without a digest: what runs can change without a deployment',
      'Deployment default/b spec: Deployment "default/b" runs one replica: it is gone while its node is drained',
      'PodDisruptionBudget default/a spec: it never lets a pod of Deployment "default/b" go, so its nodes cannot be drained',
      "WorkloadGroup default/w spec.metadata.labels: another WorkloadGroup has the same labels (app=w): services cannot tell their machines apart",
      'WorkloadGroup default/w spec.template.serviceAccount: no ServiceAccount "default/none" exists',
      "WorkloadGroup default/x spec.metadata.labels: another WorkloadGroup has the same labels (app=w): services cannot tell their machines apart",
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), [
      "advisory",
      "advisory",
      "advisory",
      "advisory",
      "advisory",
      "advisory",
      "advisory",
      "advisory KIA1702",
      "advisory KIA1701",
      "advisory KIA1702",
    ]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: b }, spec: { replicas: UNKNOWN, template: { metadata: { labels: { sidecar.istio.io/inject: "true" } }, spec: { serviceAccountName: UNKNOWN, containers: [{ image: UNKNOWN, resources: UNKNOWN }] } } } }
`,
      ),
      [
        "spec.replicas",
        "spec.template.spec.containers[0].image",
        "spec.template.spec.containers[0].resources",
        "spec.template.spec.serviceAccountName",
      ],
    );
  });
});
