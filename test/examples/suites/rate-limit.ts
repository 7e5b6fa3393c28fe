import assert from "node:assert/strict";
import { exampleStack } from "../support/example";

interface Limit {
  readonly status?: { readonly code: string | number };
  readonly token_bucket: { readonly max_tokens: number; readonly tokens_per_fill: number };
}

describe("the example of rate limits", () => {
  const stack = exampleStack("rate-limit");

  /** The local rate limit in an EnvoyFilter, wherever its patches have it. */
  const limitOf = (name: string): Limit => {
    const found: Limit[] = [];
    const visit = (value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      if ("token_bucket" in value) found.push(value as Limit);
      for (const each of Object.values(value)) visit(each);
    };
    visit(stack().object({ kind: "EnvoyFilter", name }));
    assert.equal(found.length, 1);
    return found[0]!;
  };

  it("takes a hundred requests in a second, and two hundred after a quiet time", () => {
    const { token_bucket: bucket } = limitOf("local-rate-limit-frontend");
    assert.deepEqual([bucket.tokens_per_fill, bucket.max_tokens], [100, 200]);
  });

  it("answers for a dear search with 503, and for half of what is beyond", () => {
    const limit = limitOf("local-rate-limit-search");
    assert.equal(limit.token_bucket.max_tokens, 20);
    assert.match(JSON.stringify(limit), /retry-after/);
    assert.match(JSON.stringify(limit), /"numerator":50/);
  });

  it("counts for all pods together what a tenant pays for, and who guesses passwords", () => {
    assert.equal(stack().objects({ kind: "Deployment", namespace: "rate-limit" }).length, 2);
    const configuration = stack()
      .objects({ kind: "ConfigMap", namespace: "rate-limit" })
      .map((each) => JSON.stringify(each))
      .join();
    for (const said of ["partner", "unlimited", "requests_per_unit: 600", "requests_per_unit: 5"]) {
      assert.ok(configuration.includes(said), `${said} in ${configuration}`);
    }
    for (const name of ["global-rate-limit-frontend", "global-rate-limit-at-edge"]) {
      assert.equal(stack().objects({ kind: "EnvoyFilter", name }).length, 1, name);
    }
  });

  it("has callers try again connections, and no refusals", () => {
    const { spec } = stack().object({ kind: "VirtualService", name: "search" });
    const [route] = (spec as { http: { retries: { retryOn: string } }[] }).http;
    assert.doesNotMatch(route?.retries.retryOn ?? "", /5xx|503|envoy-ratelimited/);
  });
});
