import {
  authority,
  claim,
  defineMesh,
  grpc,
  header,
  type HeadersSpec,
  method,
  named,
  path,
  port,
  query,
  scheme,
  sni,
  source,
  tcp,
} from "../../components/intent";

const headers: HeadersSpec = {
  request: { set: { "x-stage": "canary" }, add: { "x-seen": "1" }, remove: ["x-internal"] },
  response: { set: { "x-served-by": "mesh" }, add: { "x-trace": "1" }, remove: ["server"] },
};

/** Every word of a route, and every field of a VirtualService that one sets. */
export function routes() {
  const mesh = defineMesh("routes", {
    services: {
      web: {
        namespace: "shop",
        ports: { http: { number: 80, protocol: "http" } },
        subsets: { v1: { labels: { version: "v1" } }, v2: { labels: { version: "v2" } } },
      },
      admin: {
        namespace: "shop",
        ports: { http: { number: 80, protocol: "http" }, debug: { number: 81, protocol: "http" } },
      },
      orders: {
        namespace: "shop",
        ports: { grpc: { number: 50051, protocol: "grpc" } },
        subsets: { v1: { labels: { version: "v1" } }, v2: { labels: { version: "v2" } } },
      },
      database: {
        namespace: "data",
        ports: { postgres: { number: 5432, protocol: "tcp" }, tls: { number: 5433, protocol: "tls" } },
        subsets: { primary: { labels: { role: "primary" } }, standby: { labels: { role: "standby" } } },
      },
    },
    external: {
      maps: { host: "maps.example.org", ports: { http: { number: 80, protocol: "http", tls: {} } } },
    },
  });
  const { web, admin, orders, database } = mesh.services;
  const { maps } = mesh.external;

  mesh.route(
    web,
    [
      mesh
        .when(path.prefix("/old"))
        .redirect({ prefixRewrite: "/new", scheme: "https", derivePort: "FROM_REQUEST_PORT" }),
      mesh
        .when(path.exact("/moved"))
        .redirect({ uri: "/here", authority: "www.example.org", port: 8443, redirectCode: 308 }),
      mesh.when(path.exact("/healthz")).respond({ status: 200, body: { string: "ok" } }),
      mesh.when(path.exact("/pixel")).respond({ status: 200, body: { bytes: "R0lGODlhAQABAAAAACw=" } }),
      mesh
        .when(
          path.prefix("/Api", { ignoreCase: true }),
          method("GET"),
          header("x-user").regex("[a-z]+"),
          header("x-bot").absent(),
          header("x-tier").not.exact("free"),
          header("x-plan").not.prefix("trial-"),
          header("x-agent").not.regex(".*bot.*"),
          query("beta").exact("1"),
          query("stage").prefix("pre"),
          query("id").regex("[0-9]+"),
          authority.prefix("api."),
          scheme.exact("http"),
          mesh.from(orders),
          named("api", { statPrefix: "api" }),
        )
        .or(
          path.exact("/a"),
          header("x-user").exact("jason"),
          header("x-team").prefix("web"),
          authority.exact("a.example.com"),
          method.prefix("PROP"),
          scheme.prefix("http"),
        )
        .or(
          path.regex("/b.*"),
          method.regex("LOCK|UNLOCK"),
          authority.regex("b\\..*"),
          scheme.regex("https?"),
          source({ namespace: "edge", labels: { app: "proxy" } }),
        )
        .with({
          name: "api",
          timeout: "10s",
          retries: {
            attempts: 3,
            perTryTimeout: "2s",
            retryOn: ["5xx", "reset"],
            backoff: "100ms",
            retryIgnorePreviousHosts: true,
            retryRemoteLocalities: true,
          },
          fault: { delay: { fixedDelay: "5s", percentage: 0.1 }, abort: { httpStatus: 503, percentage: 1 } },
          mirrors: [{ to: web.subsets.v2, percentage: 12.5 }],
          headers,
          rewrite: { uri: "/v2", authority: "internal.example.com" },
          corsPolicy: {
            allowOrigins: [
              "https://shop.example.com",
              { prefix: "https://dev." },
              { regex: "https://.*\\.example\\.com" },
            ],
            allowMethods: ["GET", "POST"],
            allowHeaders: ["x-team"],
            exposeHeaders: ["x-total"],
            maxAge: "1h",
            allowCredentials: true,
            unmatchedPreflights: "IGNORE",
          },
        })
        .canary(web.subsets.v1, mesh.share(web.subsets.v2, 10, { headers })),
      mesh
        .when(path.prefix("/regex"))
        .with({
          rewrite: { uriRegexRewrite: { match: "^/regex/(.*)$", rewrite: "/\\1" } },
          mirrors: [{ to: web.subsets.v1, percentage: 50 }, { to: web.subsets.v2 }],
        })
        .to(web),
      mesh.otherwise().to(web),
    ],
    { exportTo: ["*"] },
  );

  mesh.route(admin, [mesh.otherwise().to(admin)], { port: "debug" });
  mesh.route(orders, [
    mesh
      .whenGrpc(grpc.method("shop.Orders", "Place"), header("x-user").present())
      .with({ retries: { retryOn: ["unavailable"] }, fault: { abort: { grpcStatus: "UNAVAILABLE" } } })
      .to(orders.subsets.v2),
    mesh.whenGrpc(grpc.service("shop.Orders")).to(orders.subsets.v1),
    mesh.otherwise().to(orders),
  ]);

  mesh.route(
    database,
    [
      mesh
        .whenTcp(
          tcp.destination("10.1.0.0/16"),
          tcp.source("10.2.0.0/16"),
          source({ namespace: "shop", labels: { app: "web" } }),
        )
        .canary(database.subsets.primary, mesh.share(database.subsets.standby, 20)),
      mesh.otherwise().to(database),
    ],
    { port: "postgres" },
  );
  mesh.route(
    database,
    [
      mesh
        .whenTls(
          sni("database.data.svc.cluster.local"),
          tcp.destination("10.1.0.0/16"),
          source({ namespace: "shop", labels: { app: "web" } }),
        )
        .canary(database.subsets.primary, mesh.share(database.subsets.standby, 20)),
      mesh.otherwise().to(database),
    ],
    { port: "tls" },
  );
  mesh.route(maps, [mesh.otherwise().with({ timeout: "3s" }).to(maps)]);

  const internal = mesh.gateway("internal", { hosts: ["*.example.com"], selector: { istio: "internal" } });
  const edge = mesh.gateway("edge", { hosts: ["*.example.com"] });
  const elsewhere = mesh.delegate("legacy", { namespace: "legacy" });
  const cellar = mesh.delegate("cellar", { namespace: "shop", exportTo: ["edge"] }, [
    mesh.when(claim("groups").exact("testers")).to(web.subsets.v2),
    mesh.otherwise().to(web.subsets.v1),
  ]);
  edge.expose(
    "www.example.com",
    [
      mesh.when(path.prefix("/wines")).delegate(cellar),
      mesh.when(path.prefix("/legacy")).delegate(elsewhere),
      mesh.when(mesh.via(internal, "mesh"), port(80)).to(web.subsets.v2),
      mesh.otherwise().to(admin.ports.debug),
    ],
    { alsoAt: [internal, "mesh"], exportTo: ["*"] },
  );

  const sealed = mesh.gateway("sealed", {
    hosts: ["*.data.example.com"],
    tls: "passthrough",
    selector: { istio: "sealed" },
  });
  const alsoSealed = mesh.gateway("also-sealed", {
    hosts: ["*.data.example.com"],
    tls: "passthrough",
    selector: { istio: "also-sealed" },
  });
  sealed.expose(
    "db.data.example.com",
    [
      mesh.whenTls(sni("db.data.example.com"), mesh.via(alsoSealed)).to(database.subsets.standby),
      mesh.otherwise().to(database.ports.tls),
    ],
    { alsoAt: [alsoSealed] },
  );
  return mesh;
}
