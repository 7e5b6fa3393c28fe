import assert from "node:assert/strict";
import { codes, findings } from "../support";

const RULE = "traffic-service-ports";

describe("traffic-service-ports", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { metadata: { labels: { app: a } }, spec: { containers: [{ ports: [{ name: web, containerPort: 8080 }] }] } } } }
---
{ apiVersion: v1, kind: Service, metadata: { name: a }, spec: { selector: { app: a }, ports: [{ port: 80, targetPort: web }] } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { metadata: { labels: { app: a, sidecar.istio.io/inject: "true" } }, spec: { containers: [{ ports: [{ name: web, containerPort: 8080 }] }] } } } }
---
{ apiVersion: v1, kind: Service, metadata: { name: a }, spec: { selector: { app: a }, ports: [{ port: 80, targetPort: 8080 }, { port: 90, targetPort: admin }] } }
---
{ apiVersion: v1, kind: Service, metadata: { name: b }, spec: { selector: { app: a }, ports: [{ port: 81, targetPort: 8080 }, { port: 90, targetPort: 9090, protocol: UDP }] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'Deployment default/a metadata.name: several Service ports lead to port 8080 of Deployment "default/a": "default/a" port 80 and "default/b" port 81; the proxy serves the settings of one of them',
      'Deployment default/a metadata.name: the Services of Deployment "default/a" give port 90 different protocols: "default/a" TCP and "default/b" UDP',
      'Service default/a spec.ports[1]: port 90 leads to port "admin" of Deployment "default/a", which no container of it has',
      'Service default/b spec.ports[1]: port 90 leads to port 9090 of Deployment "default/a", which its containers do not declare',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), [
      "mandatory IST0137",
      "mandatory IST0116",
      "mandatory KIA0701",
      "advisory KIA0701",
    ]);
  });

  it("says nothing of ports that are not known before deployment", () => {
    assert.deepEqual(
      findings(
        RULE,
        violation
          .replaceAll("targetPort: 8080", "targetPort: UNKNOWN")
          .replace("targetPort: admin", "targetPort: UNKNOWN")
          .replace("targetPort: 9090, protocol: UDP", "targetPort: UNKNOWN, protocol: UNKNOWN"),
      ),
      [],
    );
  });
});
