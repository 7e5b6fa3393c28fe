import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "egress-serviceentry-consistent";

describe("egress-serviceentry-consistent", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: { name: a }, spec: { hosts: [a.example.com], ports: [{ number: 443, protocol: TLS }] } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: { name: a }, spec: { hosts: [a.example.com], ports: [{ number: 443, protocol: TLS }, { number: 80, protocol: HTTP }] } }
---
{ apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: { name: b }, spec: { hosts: [a.example.com], ports: [{ number: 443, protocol: HTTPS }, { number: 80, protocol: HTTP }] } }
---
{ apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: { name: c }, spec: { hosts: ["*.db.example.com"], ports: [{ number: 5432, protocol: TCP }] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'ServiceEntry default/a spec.ports[0]: port 443 of "a.example.com" has protocol TLS here, and HTTPS in ServiceEntry "default/b"',
      'ServiceEntry default/a spec.ports[1]: port 80 of "a.example.com" is declared by ServiceEntry "default/b" too',
      'ServiceEntry default/b spec.ports[0]: port 443 of "a.example.com" has protocol HTTPS here, and TLS in ServiceEntry "default/a"',
      'ServiceEntry default/b spec.ports[1]: port 80 of "a.example.com" is declared by ServiceEntry "default/a" too',
      "ServiceEntry default/c spec.ports[0]: port 5432 is TCP and the host has no addresses: the proxy cannot tell its calls from those to any other host on this port",
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), [
      "mandatory IST0177 KIA1211 KIA1212",
      "advisory KIA1211",
      "mandatory IST0177 KIA1211 KIA1212",
      "advisory KIA1211",
      "mandatory IST0134",
    ]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: { name: a }, spec: { hosts: [a.example.com], addresses: [1.1.1.1], ports: [{ number: 443, protocol: UNKNOWN }] } }
`,
      ),
      ["spec.ports[0].protocol"],
    );
  });
});
