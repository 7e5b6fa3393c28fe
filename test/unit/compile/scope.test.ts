import assert from "node:assert/strict";
import { compileMesh, scopeReport, type SidecarManifest } from "../../../components/compile";
import { type AnyMesh, defineMesh, type ScopeSpec } from "../../../components/intent";

const ports = { http: { number: 80, protocol: "http" } } as const;

/** web calls cart, whose requests are routed to stock; search is in another namespace and calls nobody. */
function shop(scope?: ScopeSpec) {
  const mesh = defineMesh("shop", {
    services: {
      web: { namespace: "shop", ports },
      cart: { namespace: "shop", ports },
      stock: { namespace: "store", ports },
      search: { namespace: "find", ports },
      batch: { namespace: "shop", ports, scope: false },
    },
    external: { stripe: { host: "api.stripe.com", via: "egress" } },
    telemetryProviders: {
      traces: { kind: "opentelemetry", service: "otel.observability.svc.cluster.local", port: 4317 },
    },
    egressGateway: { namespace: "egress" },
    ...(scope && { scope }),
  });
  const { web, cart, stock } = mesh.services;
  mesh.route(cart, [mesh.otherwise().to(stock)]);
  mesh.allow({ from: web, to: cart });
  return mesh;
}

function sidecars(mesh: AnyMesh): ReadonlyMap<string, SidecarManifest["spec"]> {
  return new Map(
    compileMesh(mesh).flatMap((each) =>
      each.kind === "Sidecar"
        ? [[`${each.metadata.namespace}/${each.metadata.name}`, each.spec] as const]
        : [],
    ),
  );
}

const ALWAYS = [
  "*/otel.observability.svc.cluster.local",
  "egress/istio-egressgateway.egress.svc.cluster.local",
  "istio-system/*",
];

describe("the scope of a mesh", () => {
  it("is everything where the mesh says nothing of it", () => {
    assert.equal(sidecars(shop()).size, 0);
  });

  it("of a workload is what it calls, where the routes of that lead, and what the mesh itself needs", () => {
    const found = sidecars(shop({ keep: ["authz/ext-authz.authz.svc.cluster.local"] }));
    assert.deepEqual(
      [...found.keys()].sort(),
      ["find/scope-search", "shop/scope-cart", "shop/scope-web", "store/scope-stock"],
      "batch opted out",
    );
    const kept = ["authz/ext-authz.authz.svc.cluster.local", ...ALWAYS];
    assert.deepEqual(found.get("shop/scope-web"), {
      workloadSelector: { labels: { app: "web" } },
      egress: [
        {
          hosts: [...kept, "shop/cart.shop.svc.cluster.local", "store/stock.store.svc.cluster.local"].sort(),
        },
      ],
    });
    assert.deepEqual(found.get("find/scope-search")?.egress, [{ hosts: kept.sort() }]);
  });

  it("of a namespace is what any of its services calls, and everything for one that opts out", () => {
    const found = sidecars(shop({ per: "namespace" }));
    assert.deepEqual([...found.keys()].sort(), [
      "find/default",
      "shop/default",
      "shop/scope-batch",
      "store/default",
    ]);
    assert.deepEqual(found.get("shop/default"), {
      egress: [
        {
          hosts: [
            ...ALWAYS,
            "shop/cart.shop.svc.cluster.local",
            "store/stock.store.svc.cluster.local",
          ].sort(),
        },
      ],
    });
    assert.deepEqual(found.get("shop/scope-batch")?.egress, [{ hosts: ["*/*"] }]);
  });

  it("keeps the external authorizers that proxies ask", () => {
    const mesh = shop({});
    mesh.extAuthz("login", { service: mesh.services.search, protocol: "http" });
    assert.deepEqual(sidecars(mesh).get("store/scope-stock")?.egress, [
      { hosts: [...ALWAYS, "find/search.find.svc.cluster.local"].sort() },
    ]);
  });

  it("is reported with the hosts that each proxy gets, before and after", () => {
    const counts = (mesh: AnyMesh) =>
      Object.fromEntries(
        scopeReport(mesh as ReturnType<typeof shop>).map((each) => [each.service, [each.before, each.after]]),
      );
    assert.deepEqual(counts(shop({})), {
      batch: [6, 6],
      cart: [6, 1],
      search: [6, 1],
      stock: [6, 1],
      web: [6, 3],
    });
    assert.deepEqual(counts(shop({ per: "namespace" }))["cart"], [6, 3]);
    assert.deepEqual(counts(shop())["web"], [6, 6]);
  });
});
