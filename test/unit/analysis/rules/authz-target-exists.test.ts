import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "authz-target-exists";

describe("authz-target-exists", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: v1, kind: Namespace, metadata: { name: shop, labels: { istio-injection: enabled } } }
---
{ apiVersion: apps/v1, kind: DaemonSet, metadata: { name: a, namespace: shop }, spec: { template: { metadata: { labels: { app: a } } } } }
---
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: a, namespace: shop }, spec: { selector: { matchLabels: { app: a } } } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { metadata: { labels: { app: a } } } } }
---
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: a }, spec: { selector: { matchLabels: { app: b } } } }
---
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: b }, spec: { targetRefs: [{ kind: Service, name: none }] } }
---
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: c, namespace: empty }, spec: {} }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'AuthorizationPolicy default/a spec.selector.matchLabels: no workload of namespace "default" has app=b, so the AuthorizationPolicy holds for nothing',
      'AuthorizationPolicy default/b spec.targetRefs[0].name: no Service "default/none" exists, so the AuthorizationPolicy holds for nothing',
      'AuthorizationPolicy empty/c metadata.namespace: namespace "empty" has no workload of the mesh in this set, so the policy holds for nothing',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), [
      "mandatory IST0127 KIA0004",
      "advisory IST0127",
      "advisory IST0127",
    ]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: a }, spec: { selector: { matchLabels: { app: UNKNOWN } } } }
`,
      ),
      ["spec.selector"],
    );
  });
});
