import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "authz-references-exist";

describe("authz-references-exist", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: v1, kind: Namespace, metadata: { name: shop } }
---
{ apiVersion: v1, kind: ServiceAccount, metadata: { name: web, namespace: shop } }
---
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: a }, spec: { rules: [{ from: [{ source: { namespaces: ["sh*"], principals: [cluster.local/ns/shop/sa/web] } }] }] } }
`,
      ),
      [],
    );
  });

  it("knows the account of machines from their WorkloadEntry, and from the template of their WorkloadGroup", () => {
    const machines = `
{ apiVersion: networking.istio.io/v1, kind: WorkloadEntry, metadata: { name: a, namespace: shop }, spec: { address: 10.0.0.1, serviceAccount: till } }
---
{ apiVersion: networking.istio.io/v1, kind: WorkloadGroup, metadata: { name: b, namespace: shop }, spec: { template: { serviceAccount: ledger } } }
---
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: a, namespace: shop }, spec: { rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/till, cluster.local/ns/shop/sa/ledger, cluster.local/ns/shop/sa/tills] } }] }] } }
`;
    assert.deepEqual(findings(RULE, machines), [
      'AuthorizationPolicy shop/a spec.rules[0].from[0].source.principals[2]: namespace "shop" has no service account "tills"; did you mean "till"?',
    ]);
  });

  const violation = `
{ apiVersion: v1, kind: ConfigMap, metadata: { name: istio, namespace: istio-system }, data: { mesh: "trustDomain: example.com" } }
---
{ apiVersion: v1, kind: Namespace, metadata: { name: shop } }
---
{ apiVersion: v1, kind: ServiceAccount, metadata: { name: web, namespace: shop } }
---
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: a, namespace: shop }, spec: { rules: [{ from: [{ source: { namespaces: [shopp] } }, { source: { principals: [other.org/ns/shop/sa/web, example.com/ns/shop/sa/weeb] } }], to: [{ operation: { hosts: [nowhere] } }] }] } }
---
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: b, namespace: shop }, spec: { action: CUSTOM, provider: { name: opa }, rules: [{}] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'AuthorizationPolicy shop/a spec.rules[0].from[0].source.namespaces[0]: no namespace "shopp" exists; did you mean "shop"?',
      'AuthorizationPolicy shop/a spec.rules[0].from[1].source.principals[0]: trust domain "other.org" is not one of this mesh: it has "example.com"',
      'AuthorizationPolicy shop/a spec.rules[0].from[1].source.principals[1]: namespace "shop" has no service account "weeb"; did you mean "web"?',
      'AuthorizationPolicy shop/a spec.rules[0].to[0].operation.hosts[0]: no Service "nowhere" exists in namespace "shop", so no request is for this host',
      'AuthorizationPolicy shop/b spec.provider.name: the mesh configuration has no extension provider "opa", so every request to these workloads is denied',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), [
      "mandatory IST0101 KIA0101",
      "mandatory KIA0108",
      "mandatory KIA0106",
      "mandatory KIA0104",
      "mandatory",
    ]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: a }, spec: { rules: [{ from: [{ source: { namespaces: [UNKNOWN], principals: [UNKNOWN] } }] }] } }
`,
      ),
      ["spec.rules[0].from[0].source.namespaces[0]", "spec.rules[0].from[0].source.principals[0]"],
    );
  });
});
