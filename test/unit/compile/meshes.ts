import { defineMesh, header, method, path, query } from "../../../components/intent";

/** Bookinfo as its users know it: wines at v1, a canary of v3, one host, and only the calls that it makes. */
export function bookinfo() {
  const http = { http: { number: 9080, protocol: "http" } } as const;
  const shop = defineMesh("bookinfo", {
    services: {
      productpage: { namespace: "bookinfo", ports: http, serviceAccount: "bookinfo-productpage" },
      details: { namespace: "bookinfo", ports: http, serviceAccount: "bookinfo-details" },
      reviews: {
        namespace: "bookinfo",
        ports: http,
        serviceAccount: "bookinfo-reviews",
        subsets: {
          v1: { labels: { version: "v1" } },
          v2: { labels: { version: "v2" } },
          v3: { labels: { version: "v3" } },
        },
      },
      ratings: { namespace: "bookinfo", ports: http, serviceAccount: "bookinfo-ratings" },
    },
  });
  const { productpage, details, reviews, ratings } = shop.services;
  shop.route(reviews, [
    shop.when(path.prefix("/wines")).to(reviews.subsets.v1),
    shop.otherwise().canary(reviews.subsets.v2, shop.share(reviews.subsets.v3, 10)),
  ]);
  const edge = shop.gateway("ingress", {
    hosts: ["bookinfo.example.com"],
    tls: { credentialName: "bookinfo-cert" },
  });
  edge.expose("bookinfo.example.com", productpage);
  shop.allow({ from: productpage, to: details });
  shop.allow({ from: productpage, to: reviews });
  shop.allow({ from: reviews, to: ratings });
  return shop;
}

/** Every word of the intent at least once. */
export function everything() {
  const mesh = defineMesh("everything", {
    services: {
      web: {
        namespace: "shop",
        name: "web-frontend",
        serviceAccount: "frontend",
        labels: { app: "web", tier: "edge" },
        ports: {
          http: { number: 80, protocol: "http", targetPort: 8080 },
          admin: { number: 9000, protocol: "http2" },
          raw: { number: 9100, protocol: "tcp" },
        },
        subsets: { blue: { labels: { colour: "blue" } }, green: { labels: { colour: "green" } } },
      },
      api: {
        namespace: "shop",
        ports: { grpc: { number: 50051, protocol: "grpc" } },
        subsets: { stable: { labels: { track: "stable" } }, canary: { labels: { track: "canary" } } },
      },
      store: {
        namespace: "data",
        ports: { mongo: { number: 27017, protocol: "tcp" } },
        subsets: { primary: { labels: { role: "primary" } }, standby: { labels: { role: "standby" } } },
      },
      vault: { namespace: "data", ports: { tls: { number: 8200, protocol: "tls" } } },
    },
    external: {
      stripe: "api.stripe.com",
      maps: {
        host: "maps.example.org",
        ports: { http: { number: 80, protocol: "http", tls: {} }, https: { number: 443, protocol: "https" } },
      },
      legacy: {
        host: "legacy.example.org",
        ports: { db: { number: 5432, protocol: "tcp" } },
        addresses: ["10.1.0.0/16"],
        endpoints: ["10.1.2.3", "10.1.2.4"],
      },
      cdn: { host: "*.cdn.example.net", resolution: "none" },
    },
    security: { mtls: "permissive", defaultDeny: "namespaces" },
    telemetryProviders: {
      otel: { kind: "opentelemetry", service: "otel-collector.observability.svc.cluster.local", port: 4317 },
      json: { kind: "envoyFileAccessLog", labels: { status: "%RESPONSE_CODE%" }, omitEmptyValues: true },
    },
  });
  const { web, api, store, vault } = mesh.services;
  mesh.route(
    web,
    [
      mesh
        .when(path.exact("/"))
        .or(path.prefix("/Home", { ignoreCase: true }), method("GET", "HEAD"))
        .to(web.subsets.blue),
      mesh
        .when(
          header("x-user").regex("[a-z]+"),
          header("x-debug").present(),
          header("x-bot").absent(),
          query("beta").exact("1"),
        )
        .with({ timeout: "6s", retries: { attempts: 2, perTryTimeout: "1.5s", retryOn: ["reset", "503"] } })
        .bySubset(web, { blue: 0, green: 100 }),
      mesh.when(path.regex("/maps/.*"), query("z").present()).to(mesh.external.maps),
      mesh
        .otherwise()
        .with({ retries: { attempts: 0 } })
        .to(web),
    ],
    { port: "http" },
  );
  mesh.route(web, [mesh.otherwise().canary(web.subsets.blue, mesh.share(web.subsets.green, 1))], {
    port: "admin",
  });
  mesh.route(web, [mesh.otherwise().to(store.subsets.primary)], { port: "raw" });
  mesh.route(api, [
    mesh.otherwise().split([mesh.share(api.subsets.stable, 95), mesh.share(api.subsets.canary, 5)]),
  ]);
  mesh.route(store, [mesh.otherwise().canary(store.subsets.primary, mesh.share(store.subsets.standby, 20))]);

  const edge = mesh.gateway("edge", {
    hosts: ["*.shop.example.com", "shop.example.com"],
    tls: { credentialName: "shop-cert", mode: "mutual", minProtocolVersion: "TLSV1_3" },
    namespace: "edge",
    selector: { istio: "edge" },
    serviceAccount: "edge-proxy",
    httpsRedirect: false,
  });
  edge.expose("shop.example.com", [
    mesh.when(path.prefix("/api")).to(api),
    mesh.otherwise().to(web.ports.http),
  ]);
  edge.expose("*.shop.example.com", mesh.canary(web.ports.admin));
  const local = mesh.gateway("local", {
    hosts: ["dev.example.com"],
    tls: "plaintext",
    selector: { istio: "local" },
  });
  local.expose("dev.example.com", mesh.external.maps);

  mesh.allow({ from: web, to: api, methods: ["POST"], paths: ["/shop.Orders/*", "/shop.Carts/Get"] });
  mesh.allow({ from: [api, web], to: store });
  mesh.allow({ from: api, to: vault, ports: ["tls"] });
  const { otel, json, prometheus } = mesh.providers;
  mesh.telemetry({
    tracing: {
      provider: otel,
      randomSamplingPercentage: 0.5,
      customTags: {
        cluster: { literal: "west" },
        user: { header: "x-user", defaultValue: "nobody" },
        node: { environment: "NODE_NAME" },
        sni: { formatter: "%REQUESTED_SERVER_NAME%" },
      },
    },
    accessLogging: [
      { providers: [json], filter: "response.code >= 400", mode: "SERVER" },
      { disabled: true, mode: "CLIENT" },
    ],
    metrics: {
      providers: [prometheus],
      overrides: [
        {
          metric: "REQUEST_COUNT",
          tagOverrides: { host: { value: "request.host" }, response_flags: "REMOVE" },
        },
        { metric: "REQUEST_SIZE", mode: "CLIENT", disabled: true },
      ],
      reportingInterval: "10s",
    },
  });
  mesh.telemetry({ on: "data", tracing: { randomSamplingPercentage: 100, enableIstioTags: false } });
  mesh.telemetry({ on: web, tracing: { disableSpanReporting: true, useRequestIdForTraceSampling: false } });
  mesh.telemetry({ on: edge, tracing: { disableContextPropagation: true, mode: "SERVER" } });
  mesh.allow({ from: local, to: web, ports: ["raw"] });
  return mesh;
}

/** What both APIs can say, of every kind that the Gateway API has for it. */
export function routable() {
  const mesh = defineMesh("routable", {
    services: {
      web: {
        namespace: "shop",
        ports: { http: { number: 80, protocol: "http", targetPort: 8080 } },
        subsets: { blue: { labels: { colour: "blue" } }, green: { labels: { colour: "green" } } },
      },
      orders: {
        namespace: "orders",
        ports: { grpc: { number: 50051, protocol: "grpc" } },
        subsets: { stable: { labels: { track: "stable" } }, canary: { labels: { track: "canary" } } },
      },
      store: {
        namespace: "data",
        ports: { mongo: { number: 27017, protocol: "tcp" } },
        subsets: { primary: { labels: { role: "primary" } }, standby: { labels: { role: "standby" } } },
      },
      vault: {
        namespace: "data",
        ports: { tls: { number: 8200, protocol: "tls" } },
        subsets: { active: { labels: { role: "active" } } },
      },
    },
    external: {
      maps: {
        host: "maps.example.org",
        ports: { http: { number: 80, protocol: "http", tls: {} }, https: { number: 443, protocol: "https" } },
      },
      legacy: {
        host: "legacy.example.org",
        ports: { http: { number: 80, protocol: "http", tls: { caCertificates: "/etc/certs/legacy.pem" } } },
      },
    },
  });
  const { web, orders, store, vault } = mesh.services;
  mesh.route(web, [
    mesh
      .when(header("end-user").exact("jason"))
      .with({
        name: "beta",
        headers: { request: { set: { "x-beta": "1" } }, response: { remove: ["server"] } },
        mirrors: [{ to: web.subsets.blue, percentage: 12.5 }],
      })
      .to(web.subsets.green),
    mesh
      .when(path.exact("/login"))
      .or(path.prefix("/Account", { ignoreCase: true }), method("GET", "HEAD"))
      .with({ timeout: "90.5s" })
      .to(web.subsets.blue),
    mesh.when(path.prefix("/maps"), query("z").present()).to(mesh.external.maps),
    mesh.otherwise().canary(web.subsets.blue, mesh.share(web.subsets.green, 10)),
  ]);
  mesh.route(orders, [
    mesh.when(path.exact("/shop.Orders/Get")).to(orders.subsets.canary),
    mesh.when(path.prefix("/shop.Carts/"), header("x-beta").present()).to(orders.subsets.canary),
    mesh.otherwise().to(orders.subsets.stable),
  ]);
  mesh.route(store, [mesh.otherwise().canary(store.subsets.primary, mesh.share(store.subsets.standby, 20))]);
  mesh.route(vault, [mesh.otherwise().to(vault.subsets.active)]);
  mesh.route(mesh.external.maps, [mesh.otherwise().with({ timeout: "2s" }).to(mesh.external.maps)], {
    port: "http",
  });
  const edge = mesh.gateway("edge", {
    hosts: ["*.shop.example.com", "www.shop.example.com", "orders.example.com"],
    tls: { credentialName: "shop-cert", mode: "mutual" },
    namespace: "edge",
    selector: { istio: "edge" },
    serviceAccount: "edge-proxy",
    service: "edge",
  });
  edge.expose("www.shop.example.com", web);
  edge.expose("*.shop.example.com", mesh.external.maps);
  edge.expose("orders.example.com", orders);
  const partner = mesh.gateway("partner", {
    hosts: ["*"],
    anyHost: true,
    tls: "plaintext",
    namespace: "edge",
    api: "gateway-api",
    managed: {
      serviceType: "LoadBalancer",
      address: "192.0.2.10",
      annotations: { "cloud.example/kind": "internal" },
      labels: { team: "partners" },
    },
  });
  partner.expose("*", mesh.external.legacy);
  mesh.allow({ from: web, to: orders });
  mesh.allow({ from: web, to: store });
  return mesh;
}
