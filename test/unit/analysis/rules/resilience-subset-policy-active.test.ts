import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "resilience-subset-policy-active";

describe("resilience-subset-policy-active", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: d }, spec: { host: a, subsets: [{ name: v1, trafficPolicy: { loadBalancer: { simple: RANDOM } } }] } }
---
{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: v }, spec: { hosts: [a], http: [{ route: [{ destination: { host: a, subset: v1 } }] }] } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: d }, spec: { host: a, subsets: [{ name: v1 }, { name: v2, trafficPolicy: { loadBalancer: { simple: RANDOM } } }] } }
---
{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: v }, spec: { hosts: [a], http: [{ route: [{ destination: { host: a, subset: v1 } }] }] } }
---
{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: g }, spec: { hosts: [x.example.com], gateways: [edge], http: [{ route: [{ destination: { host: a } }] }] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'DestinationRule default/d spec.subsets[1].trafficPolicy: no route sends to subset "v2" of "a.default.svc.cluster.local", so this policy is never applied',
      'VirtualService default/g spec.http[0].route[0].destination: the gateway sends to "a.default.svc.cluster.local" as a whole: the subsets that VirtualService "default/v" chooses there do not apply to its requests',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), ["advisory", "advisory IST0140"]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: d }, spec: { host: a, subsets: [{ name: v1, trafficPolicy: {} }] } }
---
{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: v }, spec: { hosts: [a], http: [{ route: [{ destination: { host: UNKNOWN } }] }] } }
`,
      ),
      ["spec.subsets[0].trafficPolicy"],
    );
  });
});
