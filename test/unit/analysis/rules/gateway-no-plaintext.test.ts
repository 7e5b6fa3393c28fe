import assert from "node:assert/strict";
import { findings, waits } from "../support";

const RULE = "gateway-no-plaintext";
const server = (protocol: string, more = "", port = 80): string => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: gw, namespace: edge }
spec: { servers: [{ port: { number: ${port}, protocol: ${protocol} }${more} }] }
`;
const listener = (text: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: gw, namespace: edge }
spec: { listeners: [${text}] }
---
`;
const route = (spec: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: r, namespace: edge }
spec: ${spec}
---
`;
const REDIRECT = "rules: [{ filters: [{ type: RequestRedirect, requestRedirect: { scheme: https } }] }]";

describe("gateway-no-plaintext: Istio's Gateway", () => {
  it("passes TLS, and HTTP that only redirects", () => {
    for (const yaml of [
      server("HTTPS", ", tls: { mode: SIMPLE, credentialName: c }", 443),
      server("https", ", tls: { mode: ISTIO_MUTUAL }", 443),
      server("TLS", ", tls: { mode: PASSTHROUGH }", 443),
      server("TCP", ", tls: { mode: SIMPLE }", 9000),
      server("HTTP", ", tls: { mode: ISTIO_MUTUAL }"),
      server("HTTP", ", tls: { httpsRedirect: true }"),
      server("HTTP2", ", tls: { httpsRedirect: true }"),
    ]) {
      assert.deepEqual(findings(RULE, yaml), [], yaml);
    }
  });

  it("reports HTTP that does not redirect", () => {
    for (const protocol of ["HTTP", "http", "HTTP2", "GRPC", "GRPC-Web"]) {
      for (const more of ["", ", tls: { httpsRedirect: false }", ", tls: {}"]) {
        assert.deepEqual(findings(RULE, server(protocol, more)), [
          `Gateway edge/gw spec.servers[0]: port 80 serves plaintext ${protocol.toUpperCase()} without tls.httpsRedirect`,
        ]);
      }
    }
  });

  it("reports plain TCP and its kin", () => {
    for (const protocol of ["TCP", "MONGO", "MYSQL"]) {
      assert.deepEqual(findings(RULE, server(protocol, "", 9000)), [
        `Gateway edge/gw spec.servers[0]: port 9000 serves plaintext ${protocol} without TLS`,
      ]);
    }
  });

  it("leaves allowed ports out", () => {
    assert.deepEqual(findings(RULE, server("HTTP"), { options: { [RULE]: { allowedPorts: [80] } } }), []);
  });

  it("waits for a protocol and a redirect that are not known", () => {
    assert.deepEqual(waits(RULE, server("UNKNOWN")), ["spec.servers[0].port.protocol"]);
    assert.deepEqual(waits(RULE, server("HTTP", ", tls: { httpsRedirect: UNKNOWN }")), [
      "spec.servers[0].tls",
    ]);
    assert.deepEqual(waits(RULE, server("HTTP", ", tls: UNKNOWN")), ["spec.servers[0].tls"]);
  });
});

describe("gateway-no-plaintext: the Gateway API", () => {
  const HTTP = listener(
    "{ name: http, port: 80, protocol: HTTP }, { name: https, port: 443, protocol: HTTPS }",
  );

  it("passes encrypted listeners and the tunnel of a waypoint", () => {
    for (const protocol of ["HTTPS", "TLS", "HBONE", "UDP"]) {
      assert.deepEqual(findings(RULE, listener(`{ name: l, port: 1, protocol: ${protocol} }`)), []);
    }
  });

  it("passes an HTTP listener whose routes all redirect", () => {
    const serving = route("{ parentRefs: [{ name: gw, sectionName: https }], rules: [{}] }").replace(
      "name: r,",
      "name: s,",
    );
    const yaml = HTTP + serving + route(`{ parentRefs: [{ name: gw, sectionName: http }], ${REDIRECT} }`);
    assert.deepEqual(findings(RULE, yaml), []);
  });

  it("reports an HTTP listener without routes, or with one that serves", () => {
    const start = 'Gateway edge/gw spec.listeners[0]: listener "http" opens port 80 for plaintext HTTP';
    assert.deepEqual(findings(RULE, HTTP), [`${start}, and no route of it redirects to HTTPS`]);
    assert.deepEqual(findings(RULE, HTTP + route("{ parentRefs: [{ name: gw }], rules: [{}] }")), [
      `${start}, and "edge/r" serves requests there instead of redirecting`,
    ]);
    const elsewhere = route(`{ parentRefs: [{ name: gw, namespace: other }], ${REDIRECT} }`);
    assert.equal(findings(RULE, HTTP + elsewhere).length, 1);
  });

  it("reports a plain TCP listener", () => {
    assert.deepEqual(findings(RULE, listener("{ name: db, port: 5432, protocol: TCP }")), [
      'Gateway edge/gw spec.listeners[0]: listener "db" opens port 5432 for plaintext TCP',
    ]);
  });

  it("waits for a protocol that is not known", () => {
    assert.deepEqual(waits(RULE, listener("{ name: l, port: 1, protocol: UNKNOWN }")), [
      "spec.listeners[0].protocol",
    ]);
  });
});
