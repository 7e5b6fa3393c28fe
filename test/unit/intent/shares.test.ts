import assert from "node:assert/strict";
import fc from "fast-check";
import { bookinfo } from "./bookinfo";

const percent = fc.integer({ min: 0, max: 100 });

/** What is said of one route with these shares. */
function problemsOf(shares: (shop: ReturnType<typeof bookinfo>) => unknown): readonly string[] {
  const shop = bookinfo();
  shop.route(shop.services.reviews, [shop.otherwise().split(shares(shop) as never)]);
  return shop.validate().map(({ id }) => id);
}

describe("shares", () => {
  it("give the rest of a canary to its first destination", () => {
    const shop = bookinfo();
    const { v1, v2, v3 } = shop.services.reviews.subsets;
    assert.deepEqual(shop.canary(v1), [{ to: v1, weight: 100 }]);
    assert.deepEqual(shop.canary(v1, shop.share(v2, 10), shop.share(v3, 5)), [
      { to: v1, weight: 85 },
      { to: v2, weight: 10 },
      { to: v3, weight: 5 },
    ]);
  });

  it("of a canary always add up to 100, and are refused exactly when they take more", () => {
    fc.assert(
      fc.property(percent, percent, (first, second) => {
        const shares = (shop: ReturnType<typeof bookinfo>) => {
          const { v1, v2, v3 } = shop.services.reviews.subsets;
          return shop.canary(v1, shop.share(v2, first), shop.share(v3, second));
        };
        const sum = shares(bookinfo()).reduce((total, { weight }) => total + weight, 0);
        assert.equal(sum, 100);
        assert.deepEqual(problemsOf(shares), first + second > 100 ? ["intent/weights-sum"] : []);
      }),
    );
  });

  it("spelt out are accepted exactly when they add up to 100", () => {
    fc.assert(
      fc.property(percent, percent, fc.boolean(), (first, second, fits) => {
        const third = fits ? Math.max(0, 100 - first - second) : 7;
        const sum = first + second + third;
        const problems = problemsOf((shop) => {
          const { v1, v2, v3 } = shop.services.reviews.subsets;
          return [shop.share(v1, first), shop.share(v2, second), shop.share(v3, third)];
        });
        assert.deepEqual(problems, sum === 100 ? [] : ["intent/weights-sum"]);
      }),
    );
  });

  it("of computed weights are refused unless they are whole numbers from 0 to 100", () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.integer()), (weight) => {
        const whole = Number.isInteger(weight) && weight >= 0 && weight <= 100;
        const problems = problemsOf((shop) => {
          const { v1, v2 } = shop.services.reviews.subsets;
          return [shop.share(v1, weight), shop.share(v2, 100 - weight)];
        });
        assert.equal(problems.length === 0, whole, `${weight}: ${problems.join()}`);
      }),
    );
  });

  it("by subset keep a weight of 0", () => {
    const shop = bookinfo();
    const { reviews } = shop.services;
    shop.route(reviews, [shop.otherwise().bySubset(reviews, { v1: 100, v2: 0, v3: 0 })]);
    assert.deepEqual(
      shop.intent().routes[0]?.routes[0]?.to.map(({ weight }) => weight),
      [100, 0, 0],
    );
  });
});
