import assert from "node:assert/strict";
import {
  type AnyMesh,
  effectiveRoutes,
  header,
  method,
  path,
  type RouteIntent,
} from "../../../components/intent";
import { bookinfo } from "./bookinfo";

/** A route in one line: `/wines GET → reviews.v1 90 + details 10`. */
function line({ matches, to, timeout }: RouteIntent): string {
  const conditions = matches.map((each) =>
    [
      each.path && `${each.path.match} ${each.path.value}`,
      ...each.methods,
      ...each.headers.map(({ name }) => name),
    ]
      .filter((one) => one !== undefined)
      .join(" "),
  );
  const shares = to.map(({ to: target, weight }) =>
    target.kind === "external"
      ? `${target.external} ${weight}`
      : `${[target.service, target.subset].filter((one) => one !== undefined).join(".")} ${weight}`,
  );
  return `${conditions.join(" | ") || "all"} → ${shares.join(" + ")}${timeout === undefined ? "" : ` in ${timeout}`}`;
}

function ofService(mesh: AnyMesh, key: string): readonly string[] | undefined {
  return effectiveRoutes(mesh.intent())
    .services.find(({ service }) => service === key)
    ?.routes.map(line);
}

function atHost(mesh: AnyMesh, host: string): readonly string[] | undefined {
  const exposures = [...effectiveRoutes(mesh.intent()).gateways.values()].flat();
  return exposures.find((each) => each.host === host)?.routes.map(line);
}

describe("effective routes", () => {
  it("expose a service as it routes itself", () => {
    const shop = bookinfo();
    const { reviews } = shop.services;
    shop.route(reviews, [
      shop.when(path.prefix("/wines")).to(reviews.subsets.v1),
      shop.otherwise().canary(reviews.subsets.v2, shop.share(reviews.subsets.v3, 10)),
    ]);
    shop.gateway(["*.example.com"]).expose("www.example.com", reviews);
    const routes = ["prefix /wines → reviews.v1 100", "all → reviews.v2 90 + reviews.v3 10"];
    assert.deepEqual(ofService(shop, "reviews"), routes);
    assert.deepEqual(atHost(shop, "www.example.com"), routes);
  });

  it("leave a service without routes, and one in its own routes, as it is", () => {
    const shop = bookinfo();
    const { reviews, ratings } = shop.services;
    shop.route(reviews, [shop.otherwise().canary(reviews, shop.share(reviews.subsets.v3, 10))]);
    shop.gateway(["*.example.com"]).expose("www.example.com", ratings);
    assert.deepEqual(ofService(shop, "reviews"), ["all → reviews 90 + reviews.v3 10"]);
    assert.deepEqual(atHost(shop, "www.example.com"), ["all → ratings 100"]);
  });

  it("put conditions together, and leave out what can no longer happen", () => {
    const shop = bookinfo();
    const { reviews, ratings } = shop.services;
    shop.route(reviews, [
      shop.when(path.prefix("/wines")).to(reviews.subsets.v1),
      shop.when(path.exact("/beers")).or(method("POST")).to(reviews.subsets.v3),
      shop.otherwise().to(reviews.subsets.v2),
    ]);
    const edge = shop.gateway(["*.example.com"]);
    edge.expose("www.example.com", [
      shop.when(path.prefix("/wines/red"), header("end-user").exact("jason")).to(reviews),
      shop.when(path.prefix("/b")).to(reviews),
      shop.otherwise().to(ratings),
    ]);
    assert.deepEqual(atHost(shop, "www.example.com"), [
      "prefix /wines/red end-user → reviews.v1 100",
      "exact /beers | prefix /b POST → reviews.v3 100",
      "prefix /b → reviews.v2 100",
      "all → ratings 100",
    ]);
  });

  it("follow routes from service to service", () => {
    const shop = bookinfo();
    const { productpage, details, ratings } = shop.services;
    shop.route(productpage, [shop.when(path.prefix("/api")).to(details), shop.otherwise().to(productpage)]);
    shop.route(details, [shop.when(method("GET")).to(details), shop.otherwise().to(ratings)]);
    assert.deepEqual(ofService(shop, "productpage"), [
      "prefix /api GET → details 100",
      "prefix /api → ratings 100",
      "all → productpage 100",
    ]);
  });

  it("take timeout and retries from the outer route where it has any, else from the inner", () => {
    const shop = bookinfo();
    const { reviews } = shop.services;
    shop.route(reviews, [shop.otherwise().with({ timeout: "3s" }).to(reviews.subsets.v1)]);
    const edge = shop.gateway(["*.example.com"]);
    edge.expose("a.example.com", reviews);
    edge.expose("b.example.com", [shop.otherwise().with({ timeout: "1s" }).to(reviews)]);
    assert.deepEqual(atHost(shop, "a.example.com"), ["all → reviews.v1 100 in 3000"]);
    assert.deepEqual(atHost(shop, "b.example.com"), ["all → reviews.v1 100 in 1000"]);
  });

  it("let a share follow a service whose traffic all goes to one place", () => {
    const shop = bookinfo();
    const { details, reviews } = shop.services;
    shop.route(reviews, [shop.otherwise().to(reviews.subsets.v1)]);
    shop.route(details, [
      shop.otherwise().canary(details, shop.share(reviews, 10), shop.share(reviews.subsets.v1, 5)),
    ]);
    assert.deepEqual(ofService(shop, "details"), ["all → details 85 + reviews.v1 15"]);
  });
});
