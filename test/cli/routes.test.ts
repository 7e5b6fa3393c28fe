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
