import assert from "node:assert/strict";
import { analyse } from "../../../analysis";
import type { ObjectLike } from "../../../analysis/kubernetes-object";
import { compileMesh, type SidecarManifest } from "../../../components/compile";
import { type AnyMesh, defineMesh, type ScopeSpec } from "../../../components/intent";

const ports = {
  http: { number: 80, protocol: "http", targetPort: 8080 },
  admin: { number: 81, protocol: "http2" },
} as const;

function shop(scope?: ScopeSpec) {
  return defineMesh("shop", {
    services: {
      web: { namespace: "shop", ports },
      cart: { namespace: "shop", ports },
      free: { namespace: "shop", ports, scope: false },
      stock: { namespace: "store", ports },
      proxy: { namespace: "ways-out", ports: { tcp: { number: 3128, protocol: "tcp" } } },
    },
    external: { stripe: "api.stripe.com" },
    ...(scope && { scope }),
  });
}

function sidecars(mesh: AnyMesh): Readonly<Record<string, SidecarManifest["spec"]>> {
  return Object.fromEntries(
    compileMesh(mesh).flatMap((each) =>
      each.kind === "Sidecar"
        ? [[`${each.metadata.namespace}/${each.metadata.name}`, each.spec] as const]
        : [],
    ),
  );
}

const everything = { egress: [{ hosts: ["*/*"] }] };
const closed = { mode: "REGISTRY_ONLY" } as const;

describe("what proxies do beyond what is derived", () => {
  it("is one Sidecar for each scope that says something, where the mesh has no scope, and takes no host away", () => {
    const mesh = shop();
    const pool = { tcp: { maxConnections: 10 } };
    mesh.sidecar({ outboundTrafficPolicy: closed });
    mesh.sidecar({ on: "store", inboundConnectionPool: pool });
    mesh.sidecar({
      on: mesh.services.web,
      captureMode: "NONE",
      outboundTrafficPolicy: { mode: "ALLOW_ANY" },
    });
    assert.deepEqual(sidecars(mesh), {
      "istio-system/default": { ...everything, outboundTrafficPolicy: closed },
      "store/default": { ...everything, outboundTrafficPolicy: closed, inboundConnectionPool: pool },
      "shop/scope-web": {
        workloadSelector: { labels: { app: "web" } },
        egress: [{ captureMode: "NONE", hosts: ["*/*"] }],
        outboundTrafficPolicy: { mode: "ALLOW_ANY" },
      },
    });
  });

  it("is said beside the scope of each workload, the narrower over the wider", () => {
    const mesh = shop({});
    const { web, cart, free } = mesh.services;
    mesh.allow({ from: web, to: cart });
    mesh.sidecar({ on: "shop", outboundTrafficPolicy: closed });
    mesh.sidecar({ on: web, inboundConnectionPool: { http: { http2MaxRequests: 5 } } });
    mesh.sidecar({ on: free, captureMode: "IPTABLES" });
    const found = sidecars(mesh);
    const hosts = ["istio-system/*"];
    assert.deepEqual(Object.keys(found).sort(), [
      "shop/default",
      "shop/scope-cart",
      "shop/scope-free",
      "shop/scope-web",
      "store/scope-stock",
      "ways-out/scope-proxy",
    ]);
    assert.deepEqual(found["shop/default"], { ...everything, outboundTrafficPolicy: closed });
    assert.deepEqual(found["shop/scope-web"], {
      workloadSelector: { labels: { app: "web" } },
      egress: [{ hosts: [...hosts, "shop/cart.shop.svc.cluster.local"] }],
      inboundConnectionPool: { http: { http2MaxRequests: 5 } },
      outboundTrafficPolicy: closed,
    });
    assert.deepEqual(found["shop/scope-cart"]?.outboundTrafficPolicy, closed);
    assert.deepEqual(found["shop/scope-free"]?.egress, [{ captureMode: "IPTABLES", hosts: ["*/*"] }]);
    assert.deepEqual(found["store/scope-stock"]?.outboundTrafficPolicy, undefined);
  });

  it("is said beside the scope of a namespace, whose hosts a service with settings of its own keeps", () => {
    const mesh = shop({ per: "namespace" });
    const { web, cart } = mesh.services;
    mesh.allow({ from: web, to: cart });
    mesh.sidecar({ on: cart, inboundConnectionPool: { tcp: { maxConnections: 1 } } });
    const found = sidecars(mesh);
    const hosts = ["istio-system/*", "shop/cart.shop.svc.cluster.local"];
    assert.deepEqual(found["shop/default"], { egress: [{ hosts }] });
    assert.deepEqual(found["shop/scope-cart"]?.egress, [{ hosts }]);
    assert.deepEqual(found["shop/scope-free"]?.egress, [{ hosts: ["*/*"] }]);
  });

  it("listens at every port of a service, because Istio drops those that a Sidecar with ingress leaves out", () => {
    const mesh = shop();
    mesh.sidecar({
      on: mesh.services.web,
      ingress: [{ port: "http", defaultEndpoint: "unix:///run/web.sock", bind: "0.0.0.0" }],
    });
    assert.deepEqual(sidecars(mesh)["shop/scope-web"]?.ingress, [
      {
        port: { number: 8080, protocol: "HTTP", name: "http" },
        defaultEndpoint: "unix:///run/web.sock",
        bind: "0.0.0.0",
      },
      { port: { number: 81, protocol: "HTTP2", name: "admin" } },
    ]);
  });

  it("has listeners of its own before the one for the rest, and knows the proxy that it lets calls out by", () => {
    const mesh = shop({});
    const { web, proxy } = mesh.services;
    mesh.sidecar({
      on: web,
      outboundTrafficPolicy: { mode: "ALLOW_ANY", egressProxy: proxy },
      egress: [
        {
          port: { number: 9443, protocol: "https" },
          bind: "127.0.0.1",
          captureMode: "NONE",
          hosts: [mesh.external.stripe, proxy, "legacy/*"],
        },
      ],
    });
    const host = "proxy.ways-out.svc.cluster.local";
    assert.deepEqual(sidecars(mesh)["shop/scope-web"], {
      workloadSelector: { labels: { app: "web" } },
      egress: [
        {
          port: { number: 9443, protocol: "HTTPS" },
          bind: "127.0.0.1",
          captureMode: "NONE",
          hosts: ["istio-system/api.stripe.com", "legacy/*", `ways-out/${host}`],
        },
        { hosts: ["istio-system/*", `ways-out/${host}`] },
      ],
      outboundTrafficPolicy: { mode: "ALLOW_ANY", egressProxy: { host, port: { number: 3128 } } },
    });
  });

  it("and how they run is one ProxyConfig for each scope", () => {
    const mesh = shop();
    const edge = mesh.gateway("edge", { hosts: ["shop.example.com"] });
    mesh.proxyConfig({ concurrency: 0 });
    mesh.proxyConfig({ on: "shop", image: { imageType: "distroless" } });
    mesh.proxyConfig({ on: mesh.services.web, environmentVariables: { ISTIO_META_DNS_CAPTURE: "true" } });
    mesh.proxyConfig({ on: edge, concurrency: 4 });
    const found = compileMesh(mesh).filter(({ kind }) => kind === "ProxyConfig");
    assert.deepEqual(
      Object.fromEntries(
        found.map(({ metadata, spec }) => [`${metadata.namespace}/${metadata.name}`, spec] as const),
      ),
      {
        "istio-system/default": { concurrency: 0 },
        "istio-system/gateway-edge": {
          selector: { matchLabels: { istio: "ingressgateway" } },
          concurrency: 4,
        },
        "shop/default": { image: { imageType: "distroless" } },
        "shop/service-web": {
          selector: { matchLabels: { app: "web" } },
          environmentVariables: { ISTIO_META_DNS_CAPTURE: "true" },
        },
      },
    );
  });

  it("leaves nothing for the rules about proxies to complain of", () => {
    const mesh = shop({});
    const { web, proxy } = mesh.services;
    mesh.sidecar({ outboundTrafficPolicy: closed });
    mesh.sidecar({ on: "store", outboundTrafficPolicy: closed });
    mesh.sidecar({
      on: web,
      outboundTrafficPolicy: { mode: "ALLOW_ANY", egressProxy: proxy },
      ingress: [{ port: "admin", defaultEndpoint: "127.0.0.1:9000" }],
    });
    mesh.proxyConfig({ on: web, concurrency: 2 });
    const pods = mesh.intent().services.flatMap(({ name, namespace, labels, ports: opened }) => [
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace, labels },
        spec: { containers: [], serviceAccountName: name },
      },
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name, namespace },
        spec: {
          selector: labels,
          ports: opened.map((port) => ({
            name: port.name,
            port: port.number,
            appProtocol: port.protocol,
          })),
        },
      },
    ]);
    const objects = [...(JSON.parse(JSON.stringify(compileMesh(mesh))) as ObjectLike[]), ...pods];
    const { findings } = analyse(
      objects.map((object) => ({ object })),
      { pack: "strict" },
    );
    assert.deepEqual(
      findings
        .filter(({ rule }) => /^(schema-valid|traffic-)/.test(rule))
        .map(({ rule, object, message }) => `${rule} ${object.kind} ${object.name}: ${message}`),
      [],
    );
  });
});
