import assert from "node:assert/strict";
import fc from "fast-check";
import {
  allowAtGateway,
  exposureName,
  principal,
  rulePolicy,
  serviceHost,
} from "../../../components/compile/names";
import { isDnsSubdomain, isHost, isWildcardHost } from "../../../components/intent/dns";

// Words that the escaping of wildcards could be confused by, and others.
const label = fc.oneof(
  fc.constantFrom("wildcard", "wildcard-x", "wildcard-x-x", "a", "edge", "example"),
  fc.stringMatching(/^[a-z]([a-z0-9-]{0,5}[a-z0-9])?$/),
);
const host = fc
  .tuple(
    fc.oneof(label, fc.constant("*")),
    fc.array(label, { minLength: 1, maxLength: 2 }),
    fc.constantFrom("com", "org"),
  )
  .map(([first, middle, last]) => [first, ...middle, last].join("."))
  .filter((text) => isHost(text) || isWildcardHost(text));

describe("the names of compiled objects", () => {
  it("of hosts at gateways are DNS names, and different for different hosts and gateways", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(label, host), { selector: String, minLength: 2, maxLength: 20 }),
        (all) => {
          const names = all.map(([gateway, each]) => exposureName({ name: gateway }, each));
          assert.deepEqual(
            names.filter((name) => !isDnsSubdomain(name)),
            [],
          );
          assert.equal(new Set(names).size, all.length);
        },
      ),
    );
  });

  it("are what they have always been, because a name that changes replaces an object", () => {
    assert.equal(exposureName({ name: "ingress" }, "bookinfo.example.com"), "ingress.bookinfo.example.com");
    assert.equal(exposureName({ name: "ingress" }, "*.example.com"), "ingress.wildcard.example.com");
    assert.equal(exposureName({ name: "ingress" }, "wildcard.example.com"), "ingress.wildcard-x.example.com");
    assert.equal(exposureName({ name: "ingress" }, "*"), "ingress.wildcard");
    assert.equal(rulePolicy("allow", "service", "reviews", { dryRun: false }), "allow-to-reviews");
    assert.equal(rulePolicy("deny", "gateway", "ingress", { dryRun: true }), "deny-at-ingress.dry-run");
    assert.equal(
      rulePolicy("custom", "gateway", "ingress", { provider: "oauth2-proxy", dryRun: false }),
      "custom-at-ingress.oauth2-proxy",
    );
    assert.equal(allowAtGateway({ name: "ingress" }), "allow-at-ingress");
    assert.equal(
      serviceHost({ name: "reviews", namespace: "shop" }, "cluster.local"),
      "reviews.shop.svc.cluster.local",
    );
    assert.equal(
      principal({ namespace: "shop", serviceAccount: "reviews" }, "example.org"),
      "example.org/ns/shop/sa/reviews",
    );
  });
});
