import assert from "node:assert/strict";

import type { Manifest } from "../../components/compile/manifest";
import { dependencies } from "../../components/platform/mesh-resources/dependencies";

function manifest(kind: string, namespace: string, name: string, spec: unknown): Manifest {
  return { apiVersion: "networking.istio.io/v1", kind, metadata: { name, namespace }, spec };
}

/** What an object comes after, by name. */
function before(manifests: readonly Manifest[], name: string): string[] {
  const subject = manifests.find(({ metadata }) => metadata.name === name);
  assert.ok(subject);
  return dependencies(manifests, "istio-system")
    .get(subject)!
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
}

const route = (...hosts: string[]): unknown => ({ route: hosts.map((host) => ({ destination: { host } })) });

describe("the order of mesh objects", () => {
  const rules = [
    manifest("DestinationRule", "shop", "reviews-rule", { host: "reviews.shop.svc.cluster.local" }),
    manifest("DestinationRule", "shop", "ratings-rule", { host: "ratings" }),
    manifest("DestinationRule", "shop", "unused-rule", { host: "unused.shop.svc.cluster.local" }),
    manifest("ServiceEntry", "shop", "payments", { hosts: ["api.payments.example"] }),
  ];

  it("puts a route after the rules and entries of every host that it leads to, mirrors included, and no others", () => {
    const routes = [
      manifest("VirtualService", "shop", "http", {
        http: [
          route("reviews"),
          {
            ...(route("api.payments.example") as object),
            mirror: { host: "ratings.shop.svc.cluster.local" },
          },
        ],
      }),
      manifest("VirtualService", "shop", "many-mirrors", {
        http: [{ mirrors: [{ destination: { host: "ratings" } }] }],
      }),
      manifest("VirtualService", "shop", "tcp", { tcp: [route("ratings")] }),
      manifest("VirtualService", "shop", "tls", { tls: [route("reviews.shop.svc.cluster.local")] }),
      manifest("VirtualService", "other", "elsewhere", { http: [route("reviews")] }),
    ];
    const all = [...routes, ...rules];
    assert.deepEqual(before(all, "http"), ["shop/reviews-rule", "shop/payments", "shop/ratings-rule"]);
    assert.deepEqual(before(all, "many-mirrors"), ["shop/ratings-rule"]);
    assert.deepEqual(before(all, "tcp"), ["shop/ratings-rule"]);
    assert.deepEqual(before(all, "tls"), ["shop/reviews-rule"]);
    assert.deepEqual(
      before(all, "elsewhere"),
      [],
      "a short name means a service of the route's own namespace",
    );
  });

  it("puts a gateway after the routes that are bound to it and after every policy", () => {
    const all = [
      manifest("Gateway", "edge", "ingress", {}),
      manifest("VirtualService", "edge", "same-namespace", { gateways: ["ingress"] }),
      manifest("VirtualService", "shop", "other-namespace", { gateways: ["edge/ingress", "mesh"] }),
      manifest("VirtualService", "shop", "unbound", { gateways: ["mesh"] }),
      manifest("PeerAuthentication", "istio-system", "strict", {}),
      manifest("AuthorizationPolicy", "shop", "permission", { rules: [{}] }),
    ];
    assert.deepEqual(before(all, "ingress"), [
      "edge/same-namespace",
      "shop/other-namespace",
      "istio-system/strict",
      "shop/permission",
    ]);
  });

  it("puts a refusal after the permissions that it would cut off: of its namespace, or of the whole mesh", () => {
    const all = [
      manifest("AuthorizationPolicy", "istio-system", "mesh-refusal", {}),
      manifest("AuthorizationPolicy", "shop", "shop-refusal", { action: "ALLOW" }),
      manifest("AuthorizationPolicy", "shop", "deny-some", { action: "DENY" }),
      manifest("AuthorizationPolicy", "shop", "shop-permission", { rules: [{}] }),
      manifest("AuthorizationPolicy", "billing", "billing-permission", { rules: [{}] }),
    ];
    assert.deepEqual(before(all, "shop-refusal"), ["shop/deny-some", "shop/shop-permission"]);
    assert.deepEqual(before(all, "mesh-refusal"), [
      "shop/deny-some",
      "shop/shop-permission",
      "billing/billing-permission",
    ]);
    assert.deepEqual(before(all, "deny-some"), []);
  });

  it("costs as much as there are references: the dependencies of 20,000 objects are counted in their number", () => {
    const services = Array.from({ length: 10_000 }, (_, index) => `service-${index}`);
    const all = services.flatMap((service) => [
      manifest("DestinationRule", "shop", `${service}-rule`, { host: service }),
      manifest("VirtualService", "shop", service, { http: [route(service)] }),
    ]);
    const edges = [...dependencies(all, "istio-system").values()].reduce((sum, list) => sum + list.length, 0);
    assert.equal(edges, 10_000);
  });
});
