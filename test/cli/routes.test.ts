import assert from "node:assert/strict";
import { UNKNOWN } from "../../analysis";
import { summariseRoutes } from "../../analysis";

const virtualService = (spec: unknown) => ({
  apiVersion: "networking.istio.io/v1",
  kind: "VirtualService",
  metadata: { name: "vs", namespace: "shop" },
  spec,
});

const linesOf = (spec: unknown): string[] =>
  summariseRoutes([virtualService(spec)]).flatMap(({ lines }) =>
    lines.map(({ when, then }) => `${when} -> ${then}`),
  );

describe("the summary of routes", () => {
  it("shows matches, subsets and weights, one line per match", () => {
    const to = (host: string, subset?: string, weight?: number) => ({
      destination: { host, ...(subset === undefined ? {} : { subset }) },
      ...(weight === undefined ? {} : { weight }),
    });
    assert.deepEqual(
      linesOf({
        http: [
          {
            match: [
              { method: { exact: "GET" }, uri: { prefix: "/wines" } },
              { headers: { "end-user": { regex: "j.*" } }, queryParams: { q: { exact: "1" } } },
              { uri: { exact: "/a" }, port: 80 },
            ],
            route: [to("reviews.shop.svc.cluster.local", "v1")],
          },
          { match: [{ uri: { exact: "/old" } }], redirect: { uri: "/new" } },
          { match: [{ uri: { exact: "/gone" } }], directResponse: { status: 410 } },
          { route: [to("reviews", "v2", 90), to("reviews", "v3", 10)] },
        ],
      }),
      [
        "GET /wines* -> reviews.shop subset v1",
        "end-user=~j.* ?q=1 -> reviews.shop subset v1",
        "/a port 80 -> reviews.shop subset v1",
        "/old -> redirect",
        "/gone -> status 410",
        "otherwise -> reviews subset v2 90%, reviews subset v3 10%",
      ],
    );
  });

  it("shows TCP and TLS routes by port and server name", () => {
    const route = [{ destination: { host: "db" } }];
    assert.deepEqual(
      linesOf({
        tls: [{ match: [{ sniHosts: ["a.example", "b.example"], port: 443 }], route }],
        tcp: [{ route }],
      }),
      ["a.example b.example port 443 -> db", "otherwise -> db"],
    );
  });

  const gatewayRoute = (kind: string, spec: object) => ({
    apiVersion: "gateway.networking.k8s.io/v1",
    kind,
    metadata: { name: "reviews", namespace: "shop" },
    spec,
  });

  it("shows an HTTPRoute with matches, shares of its backends, and the services whose callers it is for", () => {
    const route = gatewayRoute("HTTPRoute", {
      parentRefs: [{ kind: "Service", name: "reviews" }],
      rules: [
        {
          matches: [
            { method: "GET", path: { type: "PathPrefix", value: "/wines" } },
            {
              path: { type: "RegularExpression", value: "/a.*" },
              headers: [{ name: "end-user", type: "RegularExpression", value: "j.*" }],
              queryParams: [{ name: "q", value: "1" }],
            },
            { path: { type: "Exact", value: "/b" } },
          ],
          backendRefs: [{ name: "reviews-v1", port: 80 }],
        },
        { matches: [{ path: { value: "/" } }], filters: [{ type: "RequestRedirect" }] },
        {
          backendRefs: [
            { name: "v2", weight: 3 },
            { name: "v3", namespace: "other" },
          ],
        },
        { backendRefs: [{ kind: "Hostname", name: "example.com", weight: UNKNOWN }, { name: "v2" }] },
        {},
      ],
    });
    assert.deepEqual(summariseRoutes([route]), [
      {
        object: "HTTPRoute shop/reviews",
        hosts: ["reviews.shop"],
        lines: [
          { when: "GET /wines/*", then: "reviews-v1.shop" },
          { when: "~/a.* end-user=~j.* ?q=1", then: "reviews-v1.shop" },
          { when: "/b", then: "reviews-v1.shop" },
          { when: "/*", then: "redirect" },
          { when: "otherwise", then: "v2.shop 75%, v3.other 25%" },
          {
            when: "otherwise",
            then: "example.com (known after deployment), v2.shop (known after deployment)",
          },
          { when: "otherwise", then: "no backend" },
        ],
      },
    ]);
  });

  it("shows GRPCRoutes by what is called, and TLSRoutes and TCPRoutes by their hosts", () => {
    const backendRefs = [{ name: "db" }];
    const parentRefs = [{ name: "ingress" }];
    const routes = [
      gatewayRoute("GRPCRoute", {
        parentRefs,
        rules: [
          {
            matches: [
              { method: { service: "shop.Reviews", method: "Get" } },
              { method: { service: "shop.Reviews" }, headers: [{ name: "v", value: "2" }] },
            ],
            backendRefs,
          },
        ],
      }),
      gatewayRoute("TLSRoute", { parentRefs, hostnames: ["db.example.com"], rules: [{ backendRefs }] }),
      gatewayRoute("TCPRoute", { parentRefs, rules: [{ backendRefs }] }),
      gatewayRoute("Gateway", {}),
    ];
    assert.deepEqual(
      summariseRoutes(routes).flatMap(({ object, hosts, lines }) =>
        lines.map(({ when, then }) => `${object} ${hosts.join()}: ${when} -> ${then}`),
      ),
      [
        "GRPCRoute shop/reviews *: shop.Reviews/Get -> db.shop",
        "GRPCRoute shop/reviews *: shop.Reviews/* v=2 -> db.shop",
        "TLSRoute shop/reviews db.example.com: otherwise -> db.shop",
        "TCPRoute shop/reviews *: otherwise -> db.shop",
      ],
    );
    for (const kind of ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute"])
      for (const spec of [
        { rules: [null, { matches: "x", backendRefs: 1 }] },
        { hostnames: {}, parentRefs: 7 },
      ])
        summariseRoutes([gatewayRoute(kind, spec)]);
  });

  it("takes nothing for granted: unknown values, wrong types and other kinds do not fail it", () => {
    assert.deepEqual(linesOf({ http: [{ route: [{ destination: { host: UNKNOWN } }] }, null, 7] }), [
      "otherwise -> (known after deployment)",
      "otherwise -> ",
      "otherwise -> ",
    ]);
    for (const spec of [undefined, null, 1, [], { http: {} }, { http: [{ match: "x", route: {} }] }])
      linesOf(spec);
    assert.deepEqual(summariseRoutes([{ ...virtualService({}), apiVersion: "example.com/v1" }]), []);
  });
});
