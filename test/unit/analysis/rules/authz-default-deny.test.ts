import assert from "node:assert/strict";
import { findings, run, waits } from "../support";

const RULE = "authz-default-deny";
const namespace = (name: string, labels: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: ${name}, labels: ${labels} }
---
`;
const policy = (where: string, spec: string): string => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: p, namespace: ${where} }
spec: ${spec}
---
`;
const workload = (where: string, labels: string): string => `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: ${where} }
spec: { template: { metadata: { labels: ${labels} }, spec: { containers: [{ name: c }] } } }
---
`;
const SHOP = namespace("shop", "{ istio-injection: enabled }");
const message = (place: string): string =>
  `${place}: namespace "shop" has no AuthorizationPolicy that denies by default, and the root namespace "istio-system" has none: a workload that no policy selects accepts every call`;

describe("authz-default-deny", () => {
  it("reports an enrolled namespace without a policy, however it is enrolled", () => {
    for (const labels of [
      "{ istio-injection: enabled }",
      "{ istio.io/rev: canary }",
      "{ istio.io/dataplane-mode: ambient }",
    ]) {
      assert.deepEqual(
        findings(RULE, namespace("shop", labels)),
        [message("Namespace shop metadata.name")],
        labels,
      );
    }
  });

  it("passes namespaces that are not in the mesh", () => {
    for (const labels of ["{}", "{ istio-injection: disabled }", "{ istio.io/dataplane-mode: none }"]) {
      assert.deepEqual(findings(RULE, namespace("shop", labels)), [], labels);
    }
  });

  it("passes a namespace-wide policy of its own or of the root namespace", () => {
    for (const where of ["shop", "istio-system"]) {
      for (const spec of [
        "{}",
        "{ rules: [{ from: [{ source: { namespaces: [shop] } }] }] }",
        "{ action: DENY, rules: [{}] }",
      ]) {
        assert.deepEqual(findings(RULE, SHOP + policy(where, spec)), [], `${where} ${spec}`);
      }
    }
  });

  it("does not count policies that allow everything, select workloads, or deny a part", () => {
    for (const spec of [
      "{ rules: [{}] }",
      "{ selector: { matchLabels: { app: a } } }",
      "{ targetRefs: [{ kind: Service, group: '', name: a }] }",
      "{ action: DENY, rules: [{ to: [{ operation: { methods: [DELETE] } }] }] }",
      "{ action: CUSTOM, provider: { name: x }, rules: [{}] }",
    ]) {
      assert.deepEqual(
        findings(RULE, SHOP + policy("shop", spec)),
        [message("Namespace shop metadata.name")],
        spec,
      );
    }
  });

  it("judges a namespace by its workloads where the set does not hold the namespace itself", () => {
    assert.deepEqual(findings(RULE, workload("shop", '{ "sidecar.istio.io/inject": "true" }')), [
      message("StatefulSet shop/db metadata.namespace"),
    ]);
    assert.deepEqual(findings(RULE, workload("shop", "{ app: db }")), []);
  });

  it("leaves the root namespace and excluded namespaces alone", () => {
    assert.deepEqual(findings(RULE, namespace("istio-system", "{ istio-injection: enabled }")), []);
    const options = { options: { [RULE]: { excludeNamespaces: ["shop"] } } };
    assert.deepEqual(findings(RULE, SHOP, options), []);
  });

  it("is advisory in the baseline pack and mandatory in the strict one", () => {
    assert.equal(run(RULE, SHOP).findings[0]?.level, "advisory");
    assert.equal(run(RULE, SHOP, { pack: "strict" }).findings[0]?.level, "mandatory");
    assert.equal(run(RULE, SHOP, { pack: "strict", levels: { [RULE]: "off" } }).findings.length, 0);
  });

  it("waits for a policy that might deny by default", () => {
    for (const spec of ["{ action: UNKNOWN }", "{ rules: UNKNOWN }", "{ selector: UNKNOWN }"]) {
      const yaml = SHOP + policy("shop", spec);
      assert.deepEqual([findings(RULE, yaml), waits(RULE, yaml)], [[], ["spec"]], spec);
    }
  });
});
