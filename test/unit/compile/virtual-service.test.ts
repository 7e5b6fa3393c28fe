import assert from "node:assert/strict";
import {
  compileMesh,
  type VirtualServiceManifest,
  type VirtualServiceSpec,
} from "../../../components/compile";
import { type AnyMesh, defineMesh, header, method, path, query } from "../../../components/intent";
import { bookinfo } from "../intent/bookinfo";

/** The specs of all VirtualServices, by `namespace/name`. */
function virtualServices(mesh: AnyMesh): Readonly<Record<string, VirtualServiceSpec>> {
  const found = compileMesh(mesh).filter(
    (each): each is VirtualServiceManifest => each.kind === "VirtualService",
  );
  return Object.fromEntries(
    found.map(({ metadata, spec }) => [`${metadata.namespace}/${metadata.name}`, spec]),
  );
}

const REVIEWS = "reviews.bookinfo.svc.cluster.local";
const port = { number: 9080 };

describe("a VirtualService", () => {
  it("sends a path to one subset and shares the rest", () => {
    const shop = bookinfo();
    const { reviews } = shop.services;
    shop.route(reviews, [
      shop.when(path.prefix("/wines")).to(reviews.subsets.v1),
      shop.otherwise().canary(reviews.subsets.v2, shop.share(reviews.subsets.v3, 10)),
    ]);
    assert.deepEqual(virtualServices(shop), {
      "bookinfo/reviews": {
        hosts: [REVIEWS],
        http: [
          {
            match: [{ uri: { prefix: "/wines" } }],
            route: [{ destination: { host: REVIEWS, subset: "v1", port } }],
          },
          {
            route: [
              { destination: { host: REVIEWS, subset: "v2", port }, weight: 90 },
              { destination: { host: REVIEWS, subset: "v3", port }, weight: 10 },
            ],
          },
        ],
      },
    });
  });

  it("says every kind of condition in Istio's words", () => {
    const shop = bookinfo();
    const { reviews } = shop.services;
    shop.route(reviews, [
      shop
        .when(
          path.exact("/Wines", { ignoreCase: true }),
          method("PUT", "POST"),
          header("a").exact("1"),
          header("b").prefix("2"),
          header("c").regex("[0-9]+"),
          header("d").present(),
          header("e").absent(),
          query("f").exact(""),
          query("g").prefix("x"),
          query("h").regex("y+"),
          query("i").present(),
        )
        .or(path.regex("/[a-z]+"))
        .to(reviews.subsets.v1),
      shop.otherwise().to(reviews),
    ]);
    const rest = {
      uri: { exact: "/Wines" },
      ignoreUriCase: true,
      headers: { a: { exact: "1" }, b: { prefix: "2" }, c: { regex: "[0-9]+" }, d: {} },
      withoutHeaders: { e: {} },
      queryParams: { f: { exact: "" }, g: { prefix: "x" }, h: { regex: "y+" }, i: {} },
    };
    assert.deepEqual(virtualServices(shop)["bookinfo/reviews"]?.http?.[0]?.match, [
      { ...rest, method: { exact: "POST" } },
      { ...rest, method: { exact: "PUT" } },
      { uri: { regex: "/[a-z]+" } },
    ]);
  });

  it("carries timeout and retries", () => {
    const shop = bookinfo();
    const { reviews } = shop.services;
    shop.route(reviews, [
      shop
        .otherwise()
        .with({
          timeout: "1.5m",
          retries: { attempts: 3, perTryTimeout: "250ms", retryOn: ["reset", "503", "reset"] },
        })
        .to(reviews),
    ]);
    assert.deepEqual(virtualServices(shop)["bookinfo/reviews"]?.http, [
      {
        route: [{ destination: { host: REVIEWS, port } }],
        timeout: "90s",
        retries: { attempts: 3, perTryTimeout: "250ms", retryOn: "503,reset" },
      },
    ]);
  });

  it("matches the port where the service opens several, and leaves the others alone", () => {
    const shop = bookinfo();
    const { admin } = shop.services;
    shop.route(admin, [shop.when(path.prefix("/a")).to(admin), shop.otherwise().to(admin)], {
      port: "metrics",
    });
    const destination = { host: "admin.bookinfo.svc.cluster.local", port: { number: 9090 } };
    assert.deepEqual(virtualServices(shop)["bookinfo/admin"]?.http, [
      { match: [{ uri: { prefix: "/a" }, port: 9090 }], route: [{ destination }] },
      { match: [{ port: 9090 }], route: [{ destination }] },
    ]);
  });

  it("routes connections of a tcp service, without anything of HTTP", () => {
    const shop = bookinfo();
    const { mongo } = shop.services;
    shop.route(mongo, [shop.otherwise().to(mongo)]);
    assert.deepEqual(virtualServices(shop), {
      "data/mongo": {
        hosts: ["mongo.data.svc.cluster.local"],
        tcp: [
          { route: [{ destination: { host: "mongo.data.svc.cluster.local", port: { number: 27017 } } }] },
        ],
      },
    });
  });

  it("owns a host at a gateway, beside the gateway, with the routes of the service that is exposed", () => {
    const shop = bookinfo();
    const { reviews, ratings } = shop.services;
    shop.route(reviews, [shop.otherwise().to(reviews.subsets.v1)]);
    const edge = shop.gateway("edge", { hosts: ["*.example.com"], namespace: "edge" });
    edge.expose("reviews.example.com", reviews);
    edge.expose("*.example.com", ratings);
    assert.deepEqual(virtualServices(shop), {
      "bookinfo/reviews": {
        hosts: [REVIEWS],
        http: [{ route: [{ destination: { host: REVIEWS, subset: "v1", port } }] }],
      },
      "edge/edge.reviews.example.com": {
        hosts: ["reviews.example.com"],
        gateways: ["edge/edge"],
        http: [{ route: [{ destination: { host: REVIEWS, subset: "v1", port } }] }],
      },
      "edge/edge.wildcard.example.com": {
        hosts: ["*.example.com"],
        gateways: ["edge/edge"],
        http: [{ route: [{ destination: { host: "ratings.bookinfo.svc.cluster.local", port } }] }],
      },
    });
  });

  it("asks a host outside for its own name", () => {
    const shop = bookinfo();
    const { reviews } = shop.services;
    shop.route(reviews, [shop.otherwise().canary(reviews, shop.share(shop.external.maps, 5))]);
    assert.deepEqual(virtualServices(shop)["bookinfo/reviews"]?.http?.[0]?.route?.[1], {
      destination: { host: "maps.example.org", port: { number: 80 } },
      headers: { request: { set: { Host: "maps.example.org" } } },
      weight: 5,
    });
  });

  it("does not exist for a service without routes", () => {
    assert.deepEqual(virtualServices(bookinfo()), {});
  });

  it("is never the second owner of a host", () => {
    const names = ["a", "b", "c"] as const;
    const ports = { http: { number: 80, protocol: "http" } } as const;
    const mesh = defineMesh("m", {
      services: { a: { namespace: "n", ports }, b: { namespace: "n", ports }, c: { namespace: "n", ports } },
    });
    const edge = mesh.gateway(["*.example.com"]);
    for (const name of names) {
      mesh.route(mesh.services[name], [mesh.otherwise().to(mesh.services[name])]);
      edge.expose(`${name}.example.com`, mesh.services[name]);
    }
    const owned = Object.values(virtualServices(mesh)).flatMap(({ hosts = [], gateways = ["mesh"] }) =>
      hosts.flatMap((host) => gateways.map((gateway) => `${host} at ${gateway}`)),
    );
    assert.equal(owned.length, 6);
    assert.equal(new Set(owned).size, 6);
  });
});
