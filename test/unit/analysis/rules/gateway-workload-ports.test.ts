import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "gateway-workload-ports";

describe("gateway-workload-ports", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: Gateway, metadata: { name: g }, spec: { selector: { istio: ingressgateway }, servers: [{ port: { number: 443 } }] } }
`,
      ),
      [],
    );
  });

  it("advises of a port that Istio's own gateway opens only where its installation adds it", () => {
    const gateway = (selector: string): string => `
{ apiVersion: networking.istio.io/v1, kind: Gateway, metadata: { name: g }, spec: { selector: ${selector}, servers: [{ port: { number: 8004 } }, { port: { number: 80 } }] } }
`;
    assert.deepEqual(findings(RULE, gateway("{ istio: ingressgateway }")), [
      "Gateway default/g spec.servers[0].port.number: Istio's own ingress gateway does not open port 8004 unless its installation adds it",
    ]);
    assert.deepEqual(codes(RULE, gateway("{ istio: ingressgateway }")), ["advisory IST0162"]);
    assert.deepEqual(findings(RULE, gateway("{ istio: egressgateway }")), []);
  });

  const violation = `
{ apiVersion: networking.istio.io/v1, kind: Gateway, metadata: { name: g }, spec: { selector: { app: edge }, servers: [{ port: { number: 443 } }, { port: { number: 8443 } }] } }
---
{ apiVersion: networking.istio.io/v1, kind: Gateway, metadata: { name: h }, spec: { selector: { app: none } } }
---
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: edge }, spec: { template: { metadata: { labels: { app: edge } } } } }
---
{ apiVersion: v1, kind: Service, metadata: { name: edge }, spec: { selector: { app: edge }, ports: [{ port: 80, targetPort: 8443 }] } }
---
{ apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: { name: k }, spec: { gatewayClassName: istoi } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'Gateway default/g spec.servers[0].port.number: no Service of Deployment "default/edge" opens port 443',
      "Gateway default/h spec.selector: no pod has app=none, so nothing runs this Gateway",
      'Gateway default/k spec.gatewayClassName: no GatewayClass "istoi" exists in this set',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), [
      "mandatory IST0162",
      "mandatory IST0101 KIA0302",
      "advisory KIA1504",
    ]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: Gateway, metadata: { name: g }, spec: { selector: { app: UNKNOWN, a: b } } }
`,
      ),
      ["spec.selector"],
    );
  });
});
