import assert from "node:assert/strict";
import { codes, findings } from "../support";

const RULE = "policy-attachment-effective";

describe("policy-attachment-effective", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: { name: g }, spec: { gatewayClassName: istio } }
---
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: a }, spec: { targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: g }] } }
`,
      ),
      [],
    );
  });

  it("passes a namespace whose revision injects sidecars, which ambient mode leaves alone", () => {
    const sidecar = (labels: string): string => `
{ apiVersion: v1, kind: Namespace, metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient, ${labels} } } }
---
{ apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: { name: s, namespace: shop }, spec: {} }
`;
    assert.equal(findings(RULE, sidecar("a: b")).length, 1);
    for (const labels of ["istio.io/rev: canary", "istio-injection: enabled"])
      assert.deepEqual(findings(RULE, sidecar(labels)), [], labels);
  });

  const violation = `
{ apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: { name: g }, spec: { gatewayClassName: istio } }
---
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: a }, spec: { selector: { matchLabels: { gateway.networking.k8s.io/gateway-name: g } } } }
---
{ apiVersion: v1, kind: Namespace, metadata: { name: amb, labels: { istio.io/dataplane-mode: ambient } } }
---
{ apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: { name: b, namespace: amb }, spec: { rules: [{ to: [{ operation: { methods: [GET] } }] }] } }
---
{ apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: { name: s, namespace: amb }, spec: { egress: [{ hosts: ["./*"] }] } }
---
{ apiVersion: v1, kind: Service, metadata: { name: web, namespace: amb }, spec: { ports: [{ port: 80 }] } }
---
{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: v, namespace: amb }, spec: { hosts: [web], http: [{ route: [{ destination: { host: web } }] }] } }
---
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: d, namespace: amb }, spec: { host: web, trafficPolicy: { loadBalancer: { simple: RANDOM } } } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'AuthorizationPolicy amb/b spec.rules[0].to[0].operation.methods: namespace "amb" is ambient and uses no waypoint, and ztunnel does not read HTTP: its HTTP conditions deny or never match',
      'DestinationRule amb/d spec.trafficPolicy.loadBalancer: "web.amb.svc.cluster.local" is in ambient mode and uses no waypoint: ztunnel does not do what this asks for',
      "Sidecar amb/s metadata.namespace: what the Sidecar speaks of is in ambient mode and has no sidecar: it has no effect",
      'VirtualService amb/v spec.hosts[0]: "web.amb.svc.cluster.local" is in ambient mode and uses no waypoint, so nobody reads this route',
      'AuthorizationPolicy default/a spec.selector: the selector picks the pods of Gateway "default/g", which obey targetRefs only: the AuthorizationPolicy has no effect there',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), [
      "mandatory KIA0109 KIA1317",
      "mandatory KIA0210",
      "mandatory IST0167",
      "mandatory KIA1109 KIA1113",
      "mandatory IST0166",
    ]);
  });

  it("says nothing of selectors, targets and modes that are not known before deployment", () => {
    assert.deepEqual(
      findings(
        RULE,
        violation
          .replace("gateway-name: g }", "gateway-name: UNKNOWN }")
          .replace("dataplane-mode: ambient", "dataplane-mode: UNKNOWN"),
      ),
      [],
    );
  });
});
