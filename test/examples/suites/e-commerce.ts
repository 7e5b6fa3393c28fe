import assert from "node:assert/strict";
import type { DestinationRuleManifest } from "../../../components/compile";
import { judge } from "../support/calls";
import { exampleStack } from "../support/example";

describe("the example of a shop", () => {
  const stack = exampleStack("e-commerce");
  const switched = exampleStack("e-commerce", { config: { checkout: "green", searchStep: "3" } });

  it("hands a part of its host to each team", () => {
    const lines = stack().routes("shop.example.com")[0]?.lines ?? [];
    assert.deepEqual(lines.slice(0, 4), [
      { when: "/catalog*", then: "delegate catalog-routes" },
      { when: "/orders*", then: "delegate orders-routes" },
      { when: "/healthz", then: "status 200" },
      { when: "/old-shop*", then: "redirect" },
    ]);
    const delegates = stack()
      .objects({ kind: "VirtualService" })
      .filter(({ metadata }) => metadata.name.endsWith("-routes"));
    assert.deepEqual(delegates.map(({ metadata }) => metadata.namespace).toSorted(), ["catalog", "orders"]);
  });

  it("switches between checkouts by one word, and shows testers the other one before", () => {
    const checkout = (of: typeof stack) => of().routes("checkout.orders")[0]?.lines;
    assert.deepEqual(checkout(stack), [
      { when: "x-checkout=green", then: "checkout.orders subset green" },
      { when: "otherwise", then: "checkout.orders subset blue" },
    ]);
    assert.deepEqual(checkout(switched), [
      { when: "x-checkout=blue", then: "checkout.orders subset blue" },
      { when: "otherwise", then: "checkout.orders subset green" },
    ]);
  });

  it("does the same for orders that come through the team's part of the host", () => {
    const orders = switched()
      .routes()
      .find(({ object }) => object === "orders/orders-routes");
    assert.deepEqual(orders?.lines.at(-1), { when: "/orders*", then: "checkout.orders subset green" });
  });

  it("moves searches in steps, and warms the new one up with copies", () => {
    const last = (of: typeof stack) => of().routes("search.catalog")[0]?.lines.at(-1)?.then;
    assert.equal(last(stack), "search.catalog subset v1 90%, search.catalog subset v2 10%");
    assert.equal(last(switched), "search.catalog subset v2");
    const { spec } = stack().object({ kind: "VirtualService", name: "search" });
    const { http } = spec as { http: { mirror?: unknown; mirrorPercentage?: unknown }[] };
    assert.deepEqual(
      [http.at(-1)?.mirror, http.at(-1)?.mirrorPercentage],
      [{ host: "search.catalog.svc.cluster.local", subset: "v2", port: { number: 80 } }, { value: 10 }],
    );
  });

  it("keeps a cart with one pod, and stock in the caller's zone while its pods are well", () => {
    const rules = stack().objects({
      kind: "DestinationRule",
    }) as unknown as readonly DestinationRuleManifest[];
    const policy = (service: string) =>
      rules.find(({ spec }) => spec.host.startsWith(`${service}.`))?.spec.trafficPolicy;
    assert.deepEqual(policy("cart")?.loadBalancer?.consistentHash?.httpCookie, {
      ...{ name: "cart", ttl: "14400s", path: "/" },
    });
    assert.deepEqual(policy("cart")?.loadBalancer?.consistentHash?.maglev, { tableSize: 65537 });
    assert.deepEqual(policy("stock")?.loadBalancer?.localityLbSetting?.failoverPriority, [
      "topology.kubernetes.io/region",
      "topology.kubernetes.io/zone",
    ]);
    assert.ok(policy("stock")?.outlierDetection !== undefined);
  });

  it("does not send an order twice", () => {
    const { spec } = stack().object({ kind: "VirtualService", name: "checkout" });
    const { http } = spec as { http: { retries: { attempts: number } }[] };
    assert.deepEqual(
      http.map(({ retries }) => retries.attempts),
      [0, 0],
    );
  });

  it("lets the cart alone place orders", () => {
    const allows = judge(stack());
    const order = { to: "checkout.orders", port: 9898, method: "POST", path: "/" };
    assert.ok(allows({ ...order, from: "cart.orders" }));
    assert.ok(!allows({ ...order, from: "catalog.catalog" }));
  });

  it("watches what it promises", () => {
    const rules = stack()
      .objects({ kind: "ConfigMap" })
      .map((each) => JSON.stringify(each))
      .join();
    for (const name of ["checkout-availability", "checkout-latency", "storefront-availability"]) {
      assert.match(rules, new RegExp(name), name);
    }
  });
});
