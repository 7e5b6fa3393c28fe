import {
  defineMesh,
  header,
  jwt,
  method,
  path,
  query,
  type RateLimitServiceSpec,
} from "../../components/intent";

/** A shop whose edge and orders have limits of every kind. */
export function limitedMesh(rateLimitService?: RateLimitServiceSpec) {
  const mesh = defineMesh("shop", {
    services: {
      web: { namespace: "shop", ports: { http: { number: 80, protocol: "http", targetPort: 8080 } } },
      orders: {
        namespace: "shop",
        ports: {
          grpc: { number: 50051, protocol: "grpc" },
          http: { number: 80, protocol: "http", targetPort: 8080 },
          raw: { number: 9000, protocol: "tcp" },
        },
      },
      audit: { namespace: "audit", ports: { http: { number: 80, protocol: "http" } } },
    },
    scope: {},
    security: { networkPolicies: "ingress-and-egress" },
    ...(rateLimitService && { rateLimitService }),
  });
  const { web, orders } = mesh.services;
  const edge = mesh.gateway("edge", { hosts: ["*.shop.example", "shop.example"] });
  edge.expose("www.shop.example", web);
  edge.expose("shop.example", web);
  const login = jwt({
    issuer: "https://login.example",
    audiences: ["shop"],
    jwksUri: "https://login.example/keys",
  });
  mesh.authenticate({ at: edge, with: login });
  mesh.allow({ from: web, to: orders });
  mesh.rateLimit(edge, {
    global: {
      all: { requests: 10_000, per: "second" },
      login: {
        requests: 5,
        per: "minute",
        when: [
          path.exact("/login"),
          method("POST"),
          header("x-internal").absent(),
          query("retry").exact("1"),
        ],
        descriptors: [{ remoteAddress: true }],
      },
      "per-network": {
        requests: 1_000,
        per: "hour",
        descriptors: [{ remoteAddress: { v4PrefixLength: 24, v6PrefixLength: 64 } }],
      },
      "per-user": {
        requests: 100,
        per: "day",
        descriptors: [{ claim: "sub" }],
        shadow: true,
      },
    },
    hosts: ["www.shop.example"],
  });
  mesh.rateLimit(orders, { requests: 100, per: "1s" });
  mesh.rateLimit(orders, {
    global: {
      "per-tenant": {
        requests: 60,
        per: "minute",
        descriptors: [
          { path: true },
          { query: "region" },
          { destinationCluster: true },
          { header: "x-tenant" },
        ],
        overrides: {
          partner: { requests: 6_000, per: "minute" },
          monitoring: "unlimited",
          banned: { requests: 0, per: "year" },
        },
      },
      tagged: { requests: 7, per: "week", descriptors: [{ genericKey: "tag" }] },
    },
  });
  return mesh;
}
