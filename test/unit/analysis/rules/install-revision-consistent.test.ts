import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "install-revision-consistent";

describe("install-revision-consistent", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: v1, kind: Namespace, metadata: { name: a, labels: { istio.io/rev: canary } } }
---
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: istiod-canary, namespace: istio-system, labels: { app: istiod, istio.io/rev: canary } } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: v1, kind: Namespace, metadata: { name: a, labels: { istio.io/rev: old } } }
---
{ apiVersion: v1, kind: Namespace, metadata: { name: b, labels: { istio-injection: enabled, istio.io/dataplane-mode: ambient } } }
---
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: istiod, namespace: istio-system }, spec: { template: { spec: { containers: [{ image: "docker.io/istio/pilot:1.31.1" }] } } } }
---
{ apiVersion: apps/v1, kind: DaemonSet, metadata: { name: ztunnel, namespace: istio-system }, spec: { template: { spec: { containers: [{ image: "docker.io/istio/ztunnel:1.29.0" }] } } } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'Namespace a metadata.labels["istio.io/rev"]: namespace "a" asks for revision "old", which nothing here serves (there is "default"): its pods get no proxy',
      'Namespace b metadata.labels: namespace "b" carries istio-injection=enabled and istio.io/dataplane-mode=ambient, of which one is obeyed and the others are not',
      'DaemonSet istio-system/ztunnel spec.template.spec.containers[0].image: DaemonSet "istio-system/ztunnel" is of version 1.29, the control plane of 1.31: more than one minor apart is not supported',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), ["mandatory IST0102", "mandatory IST0123", "mandatory"]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: v1, kind: Namespace, metadata: { name: a, labels: { istio.io/rev: UNKNOWN } } }
---
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: istiod, namespace: istio-system } }
`,
      ),
      ['metadata.labels["istio.io/rev"]'],
    );
  });
});
