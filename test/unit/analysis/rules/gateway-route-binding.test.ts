import assert from "node:assert/strict";
import { codes, findings, waits } from "../support";

const RULE = "gateway-route-binding";

describe("gateway-route-binding", () => {
  it("passes what is as it should be", () => {
    assert.deepEqual(
      findings(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: Gateway, metadata: { name: g }, spec: { servers: [{ hosts: ["*.example.com"] }] } }
---
{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: v }, spec: { hosts: [a.example.com], gateways: [g] } }
`,
      ),
      [],
    );
  });

  const violation = `
{ apiVersion: networking.istio.io/v1, kind: Gateway, metadata: { name: g }, spec: { servers: [{ hosts: ["./a.example.com"] }] } }
---
{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: v }, spec: { hosts: [a.example.com, b.example.com], gateways: [g] } }
---
{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: w, namespace: other }, spec: { hosts: [a.example.com], gateways: [default/g, nope] } }
---
{ apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: { name: k }, spec: { gatewayClassName: istio, listeners: [{ name: web, port: 80, protocol: HTTP, hostname: "*.example.com" }] } }
---
{ apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: { name: r, namespace: other }, spec: { parentRefs: [{ name: k, namespace: default }], rules: [{ backendRefs: [{ name: svc, port: 81 }, { name: none, namespace: default, port: 80 }] }] } }
---
{ apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: { name: s }, spec: { parentRefs: [{ name: k, sectionName: nope }, { name: k }], hostnames: [a.org] } }
---
{ apiVersion: v1, kind: Service, metadata: { name: svc, namespace: other }, spec: { ports: [{ port: 80 }] } }
`;

  it("says what is wrong, where and why", () => {
    assert.deepEqual(findings(RULE, violation), [
      'HTTPRoute default/s spec.parentRefs[0]: Gateway "default/k" has no listener named "nope"',
      'HTTPRoute default/s spec.parentRefs[1]: Gateway "default/k" takes "*.example.com" there, and none of the route\'s hostnames ("a.org")',
      'VirtualService default/v spec.hosts[1]: host "b.example.com" is taken by none of its gateways ("default/g")',
      'HTTPRoute other/r spec.parentRefs[0]: Gateway "default/k" takes no routes of namespace "other" (allowedRoutes.namespaces): by itself it takes those of its own namespace only',
      'HTTPRoute other/r spec.rules[0].backendRefs[0].port: Service "other/svc" does not open port 81, but 80',
      'HTTPRoute other/r spec.rules[0].backendRefs[1]: Service "default/none" is in another namespace, and no ReferenceGrant there lets a HTTPRoute of "other" use it',
      'HTTPRoute other/r spec.rules[0].backendRefs[1].name: no Service "default/none" exists',
      'VirtualService other/w spec.gateways[0]: none of its hosts ("a.example.com") is taken by Gateway "default/g", which takes none for this namespace',
      'VirtualService other/w spec.gateways[1]: no Gateway "other/nope" exists',
    ]);
  });

  it("names the codes that other tools give the same things, and caps the level of what the set cannot settle", () => {
    assert.deepEqual(codes(RULE, violation), [
      "mandatory KIA1401",
      "mandatory KIA1401",
      "mandatory",
      "mandatory KIA1401",
      "mandatory KIA1402",
      "mandatory KIA1402",
      "mandatory KIA1402",
      "mandatory IST0132",
      "mandatory IST0101 IST0132 KIA1102",
    ]);
  });

  it("waits for what is not known before deployment", () => {
    assert.deepEqual(
      waits(
        RULE,
        `
{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: v }, spec: { hosts: [a], gateways: [UNKNOWN] } }
`,
      ),
      ["spec.gateways[0]"],
    );
  });
});
