import assert from "node:assert/strict";
import type { DestinationRuleManifest, VirtualServiceManifest } from "../../../components/compile";
import { exampleStack } from "../support/example";

describe("the example of a circuit breaker", () => {
  const stack = exampleStack("circuit-breaker");
  const rules = () =>
    stack().objects({ kind: "DestinationRule" }) as unknown as readonly DestinationRuleManifest[];

  it("gives all callers one circuit, and the one whose work can wait another one", () => {
    const limits = rules().map(({ spec }) => [
      spec.workloadSelector?.matchLabels,
      spec.trafficPolicy?.connectionPool?.tcp?.maxConnections,
      spec.trafficPolicy?.outlierDetection?.consecutive5xxErrors,
    ]);
    assert.deepEqual(
      limits.toSorted((a, b) => Number(a[1]) - Number(b[1])),
      [
        [{ app: "batch" }, 1, 3],
        [undefined, 20, 3],
      ],
    );
  });

  it("ejects half of the pods at most, and bounds retries by those under way", () => {
    const [rule] = rules().filter(({ spec }) => spec.workloadSelector === undefined);
    assert.equal(rule?.spec.trafficPolicy?.outlierDetection?.maxEjectionPercent, 50);
    assert.deepEqual(rule.spec.trafficPolicy.retryBudget, { percent: 20, minRetryConcurrency: 3 });
  });

  it("tries again what fits into the timeout, and nothing that is slow by nature", () => {
    const { spec } = stack().object({
      kind: "VirtualService",
      name: "httpbin",
    }) as unknown as VirtualServiceManifest;
    assert.deepEqual(
      spec.http?.map(({ match, timeout, retries }) => [match?.[0]?.uri, timeout, retries?.attempts]),
      [
        [{ prefix: "/delay" }, "12s", 0],
        [undefined, "4s", 2],
      ],
    );
    assert.deepEqual(stack().findings({ rule: "resilience-timeout-budget" }), []);
  });
});
