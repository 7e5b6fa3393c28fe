import assert from "node:assert/strict";
import {
  compileMesh,
  type VirtualServiceHttp,
  type VirtualServiceManifest,
} from "../../../components/compile";
import {
  type AnyMesh,
  claim,
  cookie,
  defineMesh,
  grpc,
  header,
  path,
  sni,
  tcp,
} from "../../../components/intent";

function shop() {
  const subsets = { v1: { labels: { version: "v1" } }, v2: { labels: { version: "v2" } } };
  return defineMesh("shop", {
    services: {
      web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } }, subsets },
      cart: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } },
      orders: { namespace: "shop", ports: { grpc: { number: 50051, protocol: "grpc" } }, subsets },
      database: {
        namespace: "data",
        ports: { postgres: { number: 5432, protocol: "tcp" }, tls: { number: 5433, protocol: "tls" } },
        subsets,
      },
    },
    external: {
      maps: { host: "maps.example.org", ports: { http: { number: 80, protocol: "http", tls: {} } } },
    },
  });
}

function virtualService(mesh: AnyMesh, name: string): VirtualServiceManifest["spec"] {
  const found = compileMesh(mesh).find(
    (each) => each.kind === "VirtualService" && each.metadata.name === name,
  );
  assert.ok(found?.kind === "VirtualService", `VirtualService ${name}`);
  return found.spec;
}

function httpOf(mesh: AnyMesh, name: string): readonly VirtualServiceHttp[] {
  return virtualService(mesh, name).http ?? [];
}

describe("a route", () => {
  it("asks for a cookie among others, and for a header that is not so", () => {
    const mesh = shop();
    const { web } = mesh.services;
    mesh.route(web, [
      mesh.when(cookie("stage").exact("a.b"), header("x-tier").not.exact("free")).to(web.subsets.v2),
      mesh.otherwise().to(web.subsets.v1),
    ]);
    const [first] = httpOf(mesh, "web");
    assert.deepEqual(first?.match, [
      {
        headers: { cookie: { regex: String.raw`(.*;\s*)?stage=a\.b(;.*)?` } },
        withoutHeaders: { "x-tier": { exact: "free" } },
      },
    ]);
  });

  it("asks for the labels and the namespace of the service that sends", () => {
    const mesh = shop();
    const { web, cart } = mesh.services;
    mesh.route(web, [mesh.when(mesh.from(cart)).to(web.subsets.v2), mesh.otherwise().to(web)]);
    assert.deepEqual(httpOf(mesh, "web")[0]?.match, [
      { sourceLabels: { app: "cart" }, sourceNamespace: "shop" },
    ]);
  });

  it("puts a fault into every request where no percentage is said, which Istio by itself would not", () => {
    const mesh = shop();
    const { web } = mesh.services;
    const fault = { abort: { httpStatus: 503 }, delay: { fixedDelay: "1.5s", percentage: 0.1 } } as const;
    mesh.route(web, [mesh.otherwise().with({ fault }).to(web)]);
    assert.deepEqual(httpOf(mesh, "web")[0]?.fault, {
      abort: { httpStatus: 503, percentage: { value: 100 } },
      delay: { fixedDelay: "1500ms", percentage: { value: 0.1 } },
    });
  });

  it("counts Istio's own 2 retries where only their time is said", () => {
    const mesh = shop();
    const { web } = mesh.services;
    mesh.route(web, [
      mesh
        .otherwise()
        .with({ timeout: "6s", retries: { perTryTimeout: "2s" } })
        .to(web),
    ]);
    assert.deepEqual(httpOf(mesh, "web")[0]?.retries, { attempts: 2, perTryTimeout: "2s" });
  });

  it("to gRPC names the method, or all of a service's", () => {
    const mesh = shop();
    const { orders } = mesh.services;
    mesh.route(orders, [
      mesh.whenGrpc(grpc.method("shop.Orders", "Place")).to(orders.subsets.v2),
      mesh.whenGrpc(grpc.service("shop.Orders")).to(orders.subsets.v1),
      mesh.otherwise().to(orders),
    ]);
    assert.deepEqual(
      httpOf(mesh, "orders").map(({ match }) => match),
      [[{ uri: { exact: "/shop.Orders/Place" } }], [{ uri: { prefix: "/shop.Orders/" } }], undefined],
    );
  });

  it("to TCP and TLS ports reads addresses and server names, each for its port", () => {
    const mesh = shop();
    const { database } = mesh.services;
    mesh.route(
      database,
      [
        mesh.whenTcp(tcp.destination("10.1.0.0/16")).to(database.subsets.v1),
        mesh.otherwise().to(database.subsets.v2),
      ],
      { port: "postgres" },
    );
    mesh.route(
      database,
      [
        mesh
          .whenTls(sni("database.data.svc.cluster.local"), mesh.from(mesh.services.web))
          .to(database.subsets.v1),
        mesh.otherwise().to(database.subsets.v2),
      ],
      { port: "tls" },
    );
    const host = "database.data.svc.cluster.local";
    const to = (subset: string, number: number) => [{ destination: { host, subset, port: { number } } }];
    assert.deepEqual(virtualService(mesh, "database"), {
      hosts: [host],
      tls: [
        {
          match: [{ sniHosts: [host], port: 5433, sourceLabels: { app: "web" }, sourceNamespace: "shop" }],
          route: to("v1", 5433),
        },
        { match: [{ sniHosts: [host], port: 5433 }], route: to("v2", 5433) },
      ],
      tcp: [
        { match: [{ destinationSubnets: ["10.1.0.0/16"], port: 5432 }], route: to("v1", 5432) },
        { match: [{ port: 5432 }], route: to("v2", 5432) },
      ],
    });
  });

  it("to an external gives callers a timeout, and asks the host for its own name", () => {
    const mesh = shop();
    mesh.route(mesh.external.maps, [mesh.otherwise().with({ timeout: "3s" }).to(mesh.external.maps)]);
    assert.deepEqual(virtualService(mesh, "maps"), {
      hosts: ["maps.example.org"],
      http: [
        {
          route: [
            {
              destination: { host: "maps.example.org", port: { number: 80 } },
              headers: { request: { set: { Host: "maps.example.org" } } },
            },
          ],
          timeout: "3s",
        },
      ],
    });
  });

  it("writes one copy in the field for one, and several in the one for several", () => {
    const mesh = shop();
    const { web, cart } = mesh.services;
    const v2 = { to: web.subsets.v2, percentage: 5 };
    mesh.route(web, [
      mesh
        .when(path.prefix("/a"))
        .with({ mirrors: [v2] })
        .to(web.subsets.v1),
      mesh
        .otherwise()
        .with({ mirrors: [v2, { to: cart }] })
        .to(web.subsets.v1),
    ]);
    const [one, two] = httpOf(mesh, "web");
    assert.deepEqual(
      [one?.mirror?.subset, one?.mirrorPercentage, one?.mirrors],
      ["v2", { value: 5 }, undefined],
    );
    assert.deepEqual(
      [two?.mirror, two?.mirrors?.map(({ percentage }) => percentage?.value)],
      [undefined, [5, 100]],
    );
  });

  it("lets callers in wherever copies of their requests go", () => {
    const mesh = shop();
    const { web, cart, orders } = mesh.services;
    mesh.route(web, [
      mesh
        .otherwise()
        .with({ mirrors: [{ to: cart }] })
        .to(web.subsets.v1),
    ]);
    mesh.allow({ from: orders, to: web });
    const policy = compileMesh(mesh).find(({ metadata }) => metadata.name === "allow-to-cart");
    assert.ok(policy?.kind === "AuthorizationPolicy");
    assert.deepEqual(policy.spec.rules?.[0]?.from, [
      { source: { principals: ["cluster.local/ns/shop/sa/orders"] } },
    ]);
  });
});

describe("the routes of a host", () => {
  it("that several gateways and the mesh serve are one object, and tell them apart", () => {
    const mesh = shop();
    const { web } = mesh.services;
    const edge = mesh.gateway("edge", { hosts: ["*.example.com"] });
    const inside = mesh.gateway("inside", { hosts: ["*.example.com"], selector: { istio: "inside" } });
    edge.expose(
      "www.example.com",
      [mesh.when(mesh.via(inside, "mesh")).to(web.subsets.v2), mesh.otherwise().to(web.subsets.v1)],
      { alsoAt: [inside, "mesh"] },
    );
    const found = virtualService(mesh, "edge.www.example.com");
    assert.deepEqual(found.gateways, ["istio-system/edge", "istio-system/inside", "mesh"]);
    assert.deepEqual(found.http?.[0]?.match, [{ gateways: ["istio-system/inside", "mesh"] }]);
    const objects = compileMesh(mesh);
    assert.equal(objects.filter(({ kind }) => kind === "VirtualService").length, 1);
    const atInside = objects.find(({ metadata }) => metadata.name === "allow-at-inside");
    assert.ok(atInside !== undefined, "the other gateway lets the host in, too");
  });

  it("may leave a part to routes that are declared apart, and lets the gateway in where those lead", () => {
    const mesh = shop();
    const { web, cart } = mesh.services;
    const team = mesh.delegate("team", { namespace: "team" }, [
      mesh.when(claim("realm.roles").exact("tester")).to(web.subsets.v2),
      mesh.otherwise().to(cart),
    ]);
    mesh
      .gateway(["*.example.com"])
      .expose("www.example.com", [mesh.when(path.prefix("/team")).delegate(team), mesh.otherwise().to(web)]);
    assert.deepEqual(httpOf(mesh, "ingress.www.example.com")[0], {
      match: [{ uri: { prefix: "/team" } }],
      delegate: { name: "team", namespace: "team" },
    });
    const delegate = virtualService(mesh, "team");
    assert.deepEqual([delegate.hosts, delegate.gateways], [undefined, undefined]);
    assert.deepEqual(delegate.http?.[0]?.match, [
      { headers: { "@request.auth.claims.realm.roles": { exact: "tester" } } },
    ]);
    assert.ok(compileMesh(mesh).some(({ metadata }) => metadata.name === "allow-to-cart"));
  });

  it("may lead to a subset at one of several ports", () => {
    const mesh = defineMesh("shop", {
      services: {
        web: {
          namespace: "shop",
          ports: { http: { number: 80, protocol: "http" }, admin: { number: 81, protocol: "http" } },
          subsets: { v1: { labels: { version: "v1" } } },
        },
      },
    });
    const { web } = mesh.services;
    mesh.gateway(["*.example.com"]).expose("admin.example.com", mesh.subsetPort(web, "v1", "admin"));
    assert.deepEqual(httpOf(mesh, "ingress.admin.example.com")[0]?.route, [
      { destination: { host: "web.shop.svc.cluster.local", subset: "v1", port: { number: 81 } } },
    ]);
  });

  it("whose TLS is passed on are told apart by server name, and let in by it", () => {
    const mesh = shop();
    const { database } = mesh.services;
    mesh
      .gateway("sealed", { hosts: ["*.example.com"], tls: "passthrough" })
      .expose("db.example.com", database.ports.tls);
    const objects = compileMesh(mesh);
    const spec = (kind: string, name: string): unknown =>
      objects.find((each) => each.kind === kind && each.metadata.name === name)?.spec;
    assert.deepEqual(spec("Gateway", "sealed"), {
      selector: { istio: "ingressgateway" },
      servers: [
        {
          port: { number: 443, name: "tls", protocol: "TLS" },
          hosts: ["*.example.com"],
          tls: { mode: "PASSTHROUGH" },
        },
      ],
    });
    assert.deepEqual(virtualService(mesh, "sealed.db.example.com").tls, [
      {
        match: [{ sniHosts: ["db.example.com"] }],
        route: [{ destination: { host: "database.data.svc.cluster.local", port: { number: 5433 } } }],
      },
    ]);
    assert.deepEqual(spec("AuthorizationPolicy", "allow-sni-at-sealed"), {
      selector: { matchLabels: { istio: "ingressgateway" } },
      action: "ALLOW",
      rules: [{ when: [{ key: "connection.sni", values: ["db.example.com"] }] }],
    });
  });

  it("keep what a service answers by itself, and the headers that both change", () => {
    const mesh = shop();
    const { web } = mesh.services;
    mesh.route(web, [
      mesh.when(path.exact("/healthz")).respond({ status: 200, body: { string: "ok" } }),
      mesh
        .otherwise()
        .with({ headers: { request: { set: { a: "inner", b: "inner" } } }, timeout: "2s" })
        .to(web.subsets.v1),
    ]);
    mesh.gateway(["*.example.com"]).expose("www.example.com", [
      mesh
        .otherwise()
        .with({ headers: { request: { set: { a: "outer" } } }, timeout: "1s" })
        .to(web),
    ]);
    const [answer, rest] = httpOf(mesh, "ingress.www.example.com");
    assert.deepEqual(answer, {
      match: [{ uri: { exact: "/healthz" } }],
      directResponse: { status: 200, body: { string: "ok" } },
      headers: { request: { set: { a: "outer" } } },
    });
    assert.deepEqual(rest?.headers, { request: { set: { a: "outer", b: "inner" } } });
    assert.equal(rest.timeout, "1s");
  });
});
