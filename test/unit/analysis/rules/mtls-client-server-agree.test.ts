import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "mtls-client-server-agree";

describe("mtls-client-server-agree", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: { name: d, namespace: istio-system }, spec: { mtls: { mode: STRICT } } }
---
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: a }, spec: { host: "*.local", trafficPolicy: { tls: { mode: ISTIO_MUTUAL } } } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: { name: d, namespace: istio-system }, spec: { mtls: { mode: STRICT } } }
---
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: a, namespace: shop }, spec: { host: a, trafficPolicy: { tls: { mode: SIMPLE } } } }
---
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: all, namespace: istio-system }, spec: { host: "*.local", trafficPolicy: { tls: { mode: DISABLE } } } }
---
{ apiVersion: v1, kind: Service, metadata: { name: a, namespace: shop }, spec: { selector: { app: a }, ports: [{ port: 80, targetPort: 8080 }] } }
---
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a, namespace: shop }, spec: { template: { metadata: { labels: { app: a } } } } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'DestinationRule istio-system/all spec.trafficPolicy.tls.mode: mode DISABLE for "*.local" does not fit STRICT (PeerAuthentication "istio-system/d", spec.mtls.mode): clients send plaintext, which the servers refuse',
      'DestinationRule shop/a spec.trafficPolicy.tls.mode: mode SIMPLE for "a.shop.svc.cluster.local" (every port) does not fit Deployment "shop/a", which has STRICT (PeerAuthentication "istio-system/d", spec.mtls.mode): clients use TLS of their own, but the servers demand the certificates of the mesh',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), ["mandatory KIA0208", "mandatory"]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: a }, spec: { host: a, trafficPolicy: { tls: { mode: UNKNOWN } } } }
`,
      ),
      ["spec.trafficPolicy.tls.mode"],
    );
  });
});
