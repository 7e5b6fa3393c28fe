import assert from "node:assert/strict";
import { EDGE, judge } from "../support/calls";
import { exampleStack } from "../support/example";

describe("the example Bookinfo", () => {
  const stack = exampleStack("bookinfo");

  it("shows jason black stars, and red ones to a tenth of the others", () => {
    assert.deepEqual(stack().routes("reviews.bookinfo")[0]?.lines, [
      { when: "end-user=jason", then: "reviews.bookinfo subset v2" },
      { when: "otherwise", then: "reviews.bookinfo subset v1 90%, reviews.bookinfo subset v3 10%" },
    ]);
  });

  it("answers at the edge for the pages of the product alone", () => {
    assert.deepEqual(
      stack()
        .routes("bookinfo.example.com")[0]
        ?.lines.map(({ when }) => when),
      ["/productpage", "/static*", "/login", "/logout", "/api/v1/products*"],
    );
  });

  it("lets each service be called by the one that needs it", () => {
    const allows = judge(stack());
    const call = (from: string, to: string) => ({ from, to: `${to}.bookinfo`, port: 9080, path: "/" });
    assert.ok(allows(call(EDGE, "productpage")));
    assert.ok(allows(call("productpage.bookinfo", "details")));
    assert.ok(allows(call("reviews.bookinfo", "ratings")));
    assert.ok(!allows({ ...call("reviews.bookinfo", "ratings"), method: "POST" }));
    assert.ok(!allows(call("productpage.bookinfo", "ratings")));
    assert.ok(!allows(call(EDGE, "reviews")));
    assert.ok(!allows({ to: "details.bookinfo", port: 9080, path: "/" }));
  });
});
