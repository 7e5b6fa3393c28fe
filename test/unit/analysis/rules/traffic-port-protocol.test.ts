import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "traffic-port-protocol";

describe("traffic-port-protocol", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: v1, kind: Service, metadata: { name: a }, spec: { ports: [{ port: 80, name: http-web }, { port: 3306, name: db }, { port: 1, appProtocol: kubernetes.io/h2c }] } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: v1, kind: Service, metadata: { name: a }, spec: { ports: [{ port: 80 }, { port: 81, name: web }, { port: 82, appProtocol: soap }] } }
---
{ apiVersion: v1, kind: Service, metadata: { name: b }, spec: { type: ExternalName, ports: [{ port: 80, name: tcp }] } }
---
{ apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: { name: c }, spec: { ports: [{ number: 80, protocol: SOAP }, { number: 81 }] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'Service default/a spec.ports[0]: port 80 of Service "default/a" has neither a name nor appProtocol',
      'Service default/a spec.ports[1]: port 81 of Service "default/a" has the name "web", which begins with no protocol',
      'Service default/a spec.ports[2]: port 82 of Service "default/a" has appProtocol "soap", which Istio does not know',
      'Service default/b spec.ports[0]: port 80 of the ExternalName Service "default/b" has the name "tcp": a listener for any address opens there, and catches calls to other hosts',
      'ServiceEntry default/c spec.ports[0].protocol: "SOAP" is no protocol that Istio knows',
      "ServiceEntry default/c spec.ports[1]: port 81 declares no protocol",
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), [
      "mandatory IST0118 KIA0601",
      "mandatory IST0118 KIA0601",
      "mandatory IST0118 KIA0602",
      "mandatory IST0150",
      "mandatory KIA0601",
      "mandatory",
    ]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: v1, kind: Service, metadata: { name: a }, spec: { ports: [{ port: 80, name: UNKNOWN }] } }
`,
      ),
      ["spec.ports[0]"],
    );
  });
});
