import assert from "node:assert/strict";
import { compileMesh, type DestinationRuleManifest } from "../../../components/compile";
import { type AnyMesh, defineMesh } from "../../../components/intent";

function shop() {
  const ports = {
    http: { number: 80, protocol: "http" },
    grpc: { number: 50051, protocol: "grpc" },
  } as const;
  return defineMesh("shop", {
    services: {
      cart: { namespace: "shop", ports, subsets: { v1: { labels: { version: "v1" } } } },
      web: { namespace: "edge", ports, labels: { app: "web", tier: "edge" } },
    },
    external: {
      maps: { host: "maps.example.org", ports: { http: { number: 80, protocol: "http", tls: {} } } },
    },
  });
}

function rules(mesh: AnyMesh): readonly DestinationRuleManifest[] {
  return compileMesh(mesh).filter((each): each is DestinationRuleManifest => each.kind === "DestinationRule");
}

describe("a traffic policy", () => {
  it("becomes the DestinationRule of its service, durations in one form", () => {
    const mesh = shop();
    mesh.trafficPolicy(mesh.services.web, {
      loadBalancer: { simple: "LEAST_REQUEST", warmup: { duration: "1.5m", minimumPercent: 20 } },
      outlierDetection: { consecutive5xxErrors: 5, baseEjectionTime: "30000ms", maxEjectionPercent: 50 },
    });
    const found = rules(mesh).find(({ metadata }) => metadata.name === "web");
    assert.equal(found?.metadata.namespace, "edge");
    assert.deepEqual(found.spec, {
      host: "web.edge.svc.cluster.local",
      trafficPolicy: {
        loadBalancer: { simple: "LEAST_REQUEST", warmup: { duration: "90s", minimumPercent: 20 } },
        outlierDetection: { consecutive5xxErrors: 5, baseEjectionTime: "30s", maxEjectionPercent: 50 },
      },
    });
  });

  it("writes out for a port and for a subset's port what Istio would forget there", () => {
    const mesh = shop();
    mesh.trafficPolicy(mesh.services.cart, {
      loadBalancer: { simple: "ROUND_ROBIN" },
      outlierDetection: { consecutive5xxErrors: 5 },
      ports: { grpc: { loadBalancer: { simple: "LEAST_REQUEST" } } },
      subsets: {
        v1: {
          outlierDetection: { consecutive5xxErrors: 1 },
          ports: { http: { loadBalancer: { simple: "RANDOM" } } },
        },
      },
    });
    const rule = rules(mesh).find(({ metadata }) => metadata.name === "cart");
    assert.deepEqual(rule?.spec.trafficPolicy?.portLevelSettings, [
      {
        port: { number: 50051 },
        loadBalancer: { simple: "LEAST_REQUEST" },
        outlierDetection: { consecutive5xxErrors: 5 },
      },
    ]);
    assert.deepEqual(rule.spec.subsets?.[0]?.trafficPolicy, {
      loadBalancer: { simple: "ROUND_ROBIN" },
      outlierDetection: { consecutive5xxErrors: 1 },
      portLevelSettings: [
        {
          port: { number: 80 },
          loadBalancer: { simple: "RANDOM" },
          outlierDetection: { consecutive5xxErrors: 1 },
        },
        {
          port: { number: 50051 },
          loadBalancer: { simple: "LEAST_REQUEST" },
          outlierDetection: { consecutive5xxErrors: 1 },
        },
      ],
    });
  });

  it("keeps the TLS of an external's port beside what the policy says of all ports", () => {
    const mesh = shop();
    mesh.trafficPolicy(mesh.external.maps, { connectionPool: { tcp: { maxConnections: 10 } } });
    const found = rules(mesh).find(({ metadata }) => metadata.name === "maps");
    const connectionPool = { tcp: { maxConnections: 10 } };
    assert.deepEqual(found?.spec.trafficPolicy, {
      connectionPool,
      portLevelSettings: [
        {
          port: { number: 80 },
          connectionPool,
          tls: {
            mode: "SIMPLE",
            sni: "maps.example.org",
            subjectAltNames: ["maps.example.org"],
            caCertificates: "system",
          },
        },
      ],
    });
  });

  it("for one caller lives beside that caller, selects it and keeps the subsets", () => {
    const mesh = shop();
    const { cart, web } = mesh.services;
    mesh.trafficPolicy(cart, { connectionPool: { http: { http2MaxRequests: 1 } } }, { from: web });
    const found = rules(mesh).find(({ metadata }) => metadata.namespace === "edge");
    assert.equal(found?.metadata.name, "cart.shop.from-web");
    assert.deepEqual(found.spec, {
      host: "cart.shop.svc.cluster.local",
      workloadSelector: { matchLabels: { app: "web", tier: "edge" } },
      trafficPolicy: { connectionPool: { http: { http2MaxRequests: 1 } } },
      subsets: [{ name: "v1", labels: { version: "v1" } }],
    });
    assert.equal(rules(mesh).length, 3, "the common rules of cart and maps stay");
  });
});
