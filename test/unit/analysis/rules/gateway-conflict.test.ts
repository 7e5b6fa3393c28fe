import assert from "node:assert/strict";
import { codes, findings } from "../support";

const RULE = "gateway-conflict";

describe("gateway-conflict", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: Gateway, metadata: { name: a }, spec: { selector: { app: edge }, servers: [{ port: { number: 443 }, hosts: [a.example.com], tls: { credentialName: a } }] } }
---
{ apiVersion: networking.istio.io/v1, kind: Gateway, metadata: { name: b }, spec: { selector: { app: other }, servers: [{ port: { number: 443 }, hosts: [a.example.com], tls: { credentialName: a } }] } }
`,
      ),
      [],
    );
  });

  it("lets one certificate serve two ports, whose connections are never shared", () => {
    const server = (name: string, number: number): string =>
      `{ apiVersion: networking.istio.io/v1, kind: Gateway, metadata: { name: ${name} }, spec: { selector: { app: edge }, servers: [{ port: { number: ${number} }, hosts: [${name}.example.com], tls: { credentialName: a } }] } }`;
    assert.deepEqual(findings(RULE, `${server("a", 443)}\n---\n${server("b", 8443)}\n`), []);
    assert.equal(findings(RULE, `${server("a", 443)}\n---\n${server("b", 443)}\n`).length, 2);
  });

  const violation = `
{ apiVersion: networking.istio.io/v1, kind: Gateway, metadata: { name: a }, spec: { selector: { app: edge }, servers: [{ port: { number: 443 }, hosts: [a.example.com], tls: { mode: MUTUAL, credentialName: a } }] } }
---
{ apiVersion: networking.istio.io/v1, kind: Gateway, metadata: { name: b }, spec: { selector: { app: edge }, servers: [{ port: { number: 443 }, hosts: ["./a.example.com", "*.example.com"], tls: { mode: SIMPLE, credentialName: a } }] } }
---
{ apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: { name: k }, spec: { gatewayClassName: istio, listeners: [{ port: 80, protocol: HTTP }, { port: 80, protocol: HTTP }] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'Gateway default/a spec.servers[0].hosts[0]: Gateway "default/b" opens port 443 for "a.example.com" on pods with app=edge too: which of them serves it is not defined',
      'Gateway default/a spec.servers[0].tls: Gateway "default/b" shows the same certificate on the same pods: a browser uses its open connection for both, and gets a 404 from one',
      'Gateway default/b spec.servers[0].hosts[0]: Gateway "default/a" opens port 443 for "a.example.com" on pods with app=edge too: which of them serves it is not defined',
      'Gateway default/b spec.servers[0].tls: Gateway "default/a" shows the same certificate on the same pods: a browser uses its open connection for both, and gets a 404 from one',
      "Gateway default/k spec.listeners[1]: another listener of this Gateway has the same port, protocol and hostname",
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), [
      "mandatory IST0145 KIA0301",
      "mandatory IST0138",
      "mandatory IST0145 KIA0301",
      "mandatory IST0138",
      "mandatory KIA1503",
    ]);
  });

  it("says nothing of hosts, ports and selectors that are not known before deployment", () => {
    assert.deepEqual(
      findings(
        RULE,
        violation
          .replace("hosts: [a.example.com]", "hosts: [UNKNOWN]")
          .replaceAll("credentialName: a", "credentialName: UNKNOWN")
          .replaceAll("port: 80", "port: UNKNOWN"),
      ),
      [],
    );
  });
});
