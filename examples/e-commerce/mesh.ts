import { cookie, defineMesh, header, path } from "meshwright/intent";

export const HOST = "shop.example.com";

const http = { http: { number: 80, protocol: "http", targetPort: 9898 } } as const;
const grpc = { grpc: { number: 9999, protocol: "grpc" } } as const;

/** What an environment decides. */
export interface ShopOptions {
  /** Which of the two checkouts takes orders. */
  readonly checkout: "blue" | "green";
  /** How far the new search has come, of three steps. */
  readonly searchStep: number;
}

/** A shop that four teams run: each has a namespace, and what it says holds in its own part alone. */
export function shopMesh({ checkout: active, searchStep }: ShopOptions) {
  const shop = defineMesh("shop", {
    services: {
      storefront: { namespace: "storefront", ports: http },
      catalog: { namespace: "catalog", ports: http },
      search: {
        namespace: "catalog",
        ports: http,
        subsets: { v1: { labels: { version: "v1" } }, v2: { labels: { version: "v2" } } },
      },
      cart: { namespace: "orders", ports: http },
      checkout: {
        namespace: "orders",
        ports: http,
        subsets: { blue: { labels: { version: "blue" } }, green: { labels: { version: "green" } } },
      },
      stock: { namespace: "warehouse", ports: grpc },
    },
    external: {
      payments: { host: "api.payments.example", ports: { http: { number: 80, protocol: "http", tls: {} } } },
    },
    faults: "refused",
    scope: {}, // a proxy knows what its workload calls: six services make no difference, six hundred do
  });
  const { storefront, catalog, search, cart, checkout, stock } = shop.services;

  // The catalogue's team: a new search in three steps, while a copy of a tenth of the requests warms it up.
  const rollout = shop.progression(search, {
    from: "v1",
    to: "v2",
    steps: [10, 50, 100],
    step: searchStep,
    pin: { cookie: "search" },
    with: {
      timeout: "2s",
      retries: { attempts: 1, perTryTimeout: "900ms", retryOn: ["5xx", "reset"] },
      mirrors: [{ to: search.subsets.v2, percentage: 10 }],
    },
  });
  shop.route(search, rollout.routes);

  // The orders' team: two checkouts of which one is in use, a look at the other one, and a switch that is one word.
  shop.route(
    checkout,
    shop.blueGreen(checkout, {
      blue: "blue",
      green: "green",
      active,
      preview: { header: "x-checkout" },
      with: { timeout: "8s", retries: { attempts: 0 } }, // an order is not sent twice
    }),
  );
  // A cart stays with one pod, which has it in memory, for as long as the pod lives.
  shop.trafficPolicy(cart, {
    loadBalancer: {
      consistentHash: { httpCookie: { name: "cart", ttl: "4h", path: "/" }, maglev: { tableSize: 65537 } },
    },
    outlierDetection: { consecutive5xxErrors: 5, baseEjectionTime: "30s" },
  });
  // The warehouse's team: pods of the caller's zone first, the other zones when those fail.
  shop.trafficPolicy(stock, {
    loadBalancer: {
      localityLbSetting: {
        failoverPriority: ["topology.kubernetes.io/region", "topology.kubernetes.io/zone"],
      },
    },
    outlierDetection: { consecutiveGatewayErrors: 3, interval: "5s", baseEjectionTime: "30s" },
    connectionPool: { http: { maxConcurrentStreams: 100 } },
  });
  shop.route(stock, [shop.otherwise().with({ timeout: "1s" }).to(stock)]);

  // One host, and a part of it for each team: who owns the host decides about the part, not about what is in it.
  const catalogPart = shop.delegate("catalog-routes", { namespace: "catalog" }, [
    shop.when(path.prefix("/catalog/search")).with({ timeout: "2s" }).to(search),
    shop
      .when(path.prefix("/catalog"))
      .with({ timeout: "3s", rewrite: { uri: "/" } })
      .to(catalog),
  ]);
  const ordersPart = shop.delegate("orders-routes", { namespace: "orders" }, [
    shop.when(path.prefix("/orders/cart")).with({ timeout: "3s" }).to(cart),
    shop
      .when(path.prefix("/orders"))
      .with({ timeout: "8s", retries: { attempts: 0 } })
      .to(checkout),
  ]);
  const edge = shop.gateway("edge", { hosts: [HOST], tls: { credentialName: "shop-cert" } });
  edge.expose(HOST, [
    shop.when(path.prefix("/catalog")).delegate(catalogPart),
    shop.when(path.prefix("/orders")).delegate(ordersPart),
    shop.when(path.exact("/healthz")).respond({ status: 200, body: { string: "ok\n" } }),
    shop.when(path.prefix("/old-shop")).redirect({ uri: "/", redirectCode: 308 }),
    shop
      .when(cookie("theme").exact("winter"))
      .or(header("x-theme").exact("winter"))
      .with({ timeout: "5s", headers: { request: { set: { "x-theme": "winter" } } } })
      .to(storefront),
    shop
      .otherwise()
      .with({
        timeout: "5s",
        corsPolicy: {
          allowOrigins: [`https://${HOST}`, { regex: "https://[a-z0-9-]+\\.partners\\.example\\.com" }],
          allowMethods: ["GET", "POST"],
          maxAge: "1h",
        },
      })
      .to(storefront),
  ]);

  shop.allow({ from: storefront, to: catalog, methods: ["GET"] });
  shop.allow({ from: [storefront, catalog], to: search, methods: ["GET"] });
  shop.allow({ from: storefront, to: cart });
  shop.allow({ from: cart, to: checkout, methods: ["POST"] });
  shop.allow({ from: [checkout, catalog], to: stock });

  // What is promised becomes rules and alerts of the telemetry stack.
  shop.slo(checkout, { availability: 0.999, latency: { p: 0.99, under: "1s" } });
  shop.slo(storefront, { availability: 0.995 });
  shop.telemetry({
    accessLogging: { providers: [shop.providers.envoy], filter: "response.code >= 500" },
    tracing: { randomSamplingPercentage: 5 },
  });
  return { shop, rollout };
}
