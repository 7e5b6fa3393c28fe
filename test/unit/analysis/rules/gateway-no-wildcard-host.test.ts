import assert from "node:assert/strict";
import { findings, waits } from "../support";

const RULE = "gateway-no-wildcard-host";
const object = (apiVersion: string, kind: string, spec: string): string => `
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: o, namespace: edge }
spec: ${spec}
---
`;
const gateway = (hosts: string): string =>
  object("networking.istio.io/v1", "Gateway", `{ servers: [{ hosts: ${hosts} }] }`);
const listener = (text: string): string =>
  object("gateway.networking.k8s.io/v1", "Gateway", `{ listeners: [${text}] }`);
const route = (spec: string, kind = "HTTPRoute"): string =>
  object("gateway.networking.k8s.io/v1", kind, spec);

describe("gateway-no-wildcard-host", () => {
  it("passes hosts with a name in them", () => {
    for (const hosts of [
      "[shop.example.com]",
      '["*.example.com"]',
      '["shop/*.example.com"]',
      "[./shop.example.com]",
    ]) {
      assert.deepEqual(findings(RULE, gateway(hosts)), [], hosts);
    }
  });

  it("reports a Gateway's server for every host, of any namespace", () => {
    for (const host of ["*", "*/*", "shop/*", "./*"]) {
      assert.deepEqual(findings(RULE, gateway(`[a.example.com, "${host}"]`)), [
        `Gateway edge/o spec.servers[0].hosts[1]: host "${host}" takes every host`,
      ]);
    }
  });

  it("reports a VirtualService for every host", () => {
    const vs = (host: string): string =>
      object("networking.istio.io/v1alpha3", "VirtualService", `{ hosts: ["${host}"] }`);
    assert.deepEqual(findings(RULE, vs("*")), [
      'VirtualService edge/o spec.hosts[0]: host "*" takes every host',
    ]);
    assert.deepEqual(findings(RULE, vs("*.example.com")), []);
  });

  it("passes the way of other clusters and machines to istiod, and nothing else that is passed on for every host", () => {
    const server = (port: number, mode = "PASSTHROUGH"): string =>
      object(
        "networking.istio.io/v1",
        "Gateway",
        `{ servers: [{ port: { number: ${port}, name: a, protocol: TLS }, tls: { mode: ${mode} }, hosts: ["*"] }] }`,
      );
    const routes = (...ports: number[]): string =>
      object(
        "networking.istio.io/v1",
        "VirtualService",
        `{ hosts: ["*"], tls: [${ports.map((port) => `{ match: [{ port: ${port}, sniHosts: ["*"] }] }`).join(", ")}] }`,
      );
    for (const passes of [server(15012), server(15017), routes(15012, 15017)]) {
      assert.deepEqual(findings(RULE, passes), [], passes);
    }
    for (const reported of [server(443), server(15012, "SIMPLE"), routes(15012, 443)]) {
      assert.equal(findings(RULE, reported).length, 1, reported);
    }
  });

  it("reports a listener without a hostname", () => {
    const message =
      'Gateway edge/o spec.listeners[0].hostname: listener "web" names no hostname, so it takes every host';
    for (const protocol of ["HTTP", "HTTPS", "TLS"]) {
      assert.deepEqual(findings(RULE, listener(`{ name: web, protocol: ${protocol} }`)), [message]);
      assert.deepEqual(findings(RULE, listener(`{ name: web, protocol: ${protocol}, hostname: "" }`)), [
        message,
      ]);
      assert.deepEqual(
        findings(RULE, listener(`{ name: web, protocol: ${protocol}, hostname: a.example.com }`)),
        [],
      );
    }
  });

  it("passes listeners whose protocol has no hosts", () => {
    for (const protocol of ["HBONE", "TCP", "UDP"])
      assert.deepEqual(findings(RULE, listener(`{ name: l, protocol: ${protocol} }`)), []);
  });

  it("reports a route of a gateway without hostnames, but not a route of a service", () => {
    const message = "spec.hostnames: the route names no hostname, so it takes every host of its gateway";
    for (const kind of ["HTTPRoute", "GRPCRoute", "TLSRoute"]) {
      assert.deepEqual(findings(RULE, route("{ parentRefs: [{ name: gw }] }", kind)), [
        `${kind} edge/o ${message}`,
      ]);
      assert.deepEqual(
        findings(RULE, route("{ parentRefs: [{ name: gw }], hostnames: [a.example.com] }", kind)),
        [],
      );
      assert.deepEqual(
        findings(RULE, route("{ parentRefs: [{ kind: Service, group: '', name: a }] }", kind)),
        [],
      );
    }
  });

  it("leaves out connections, of which nothing says which host is meant", () => {
    const tcp = `
{ apiVersion: networking.istio.io/v1, kind: Gateway, metadata: { name: o, namespace: edge }, spec: { servers: [{ port: { number: 5432, protocol: TCP }, hosts: ["*"] }] } }
---
{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: o, namespace: edge }, spec: { hosts: ["*"], tcp: [{ route: [{ destination: { host: db } }] }] } }
`;
    assert.deepEqual(findings(RULE, tcp), []);
    const both = tcp.replace("tcp: [", "http: [{ route: [{ destination: { host: web } }] }], tcp: [");
    assert.equal(findings(RULE, both).length, 1);
    assert.equal(findings(RULE, tcp.replace("protocol: TCP", "protocol: TLS")).length, 1);
  });

  it("leaves out objects that are allowed by name", () => {
    const options = { options: { [RULE]: { allowed: ["edge/o"] } } };
    assert.deepEqual(findings(RULE, gateway('["*"]'), options), []);
  });

  it("waits for hosts that are not known", () => {
    assert.deepEqual(waits(RULE, gateway("[UNKNOWN]")), ["spec.servers[0].hosts[0]"]);
    assert.deepEqual(waits(RULE, gateway("UNKNOWN")), ["spec.servers[0].hosts"]);
    assert.deepEqual(waits(RULE, listener("{ name: l, protocol: HTTP, hostname: UNKNOWN }")), [
      "spec.listeners[0].hostname",
    ]);
    assert.deepEqual(waits(RULE, route("{ parentRefs: [{ name: gw }], hostnames: UNKNOWN }")), [
      "spec.hostnames",
    ]);
  });
});
