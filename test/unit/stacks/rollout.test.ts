import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { compileMesh, type MeshManifest } from "../../../components/compile";
import { MeshError } from "../../../components/intent";
import { bookinfoMesh, REVIEWS_STEPS } from "../../../stacks/bookinfo/mesh";
import { parseEnvironment } from "../../../stacks/config";

function compiled(reviewsStep: number): readonly MeshManifest[] {
  const credentialName = "bookinfo-cert";
  return compileMesh(
    bookinfoMesh({ host: "bookinfo.example.com", credentialName, reviewsStep, faults: "refused" }),
  );
}

/** Where the requests go that no other route takes, in percent. */
function weights(reviewsStep: number): Readonly<Record<string, number>> {
  const reviews = compiled(reviewsStep).find(
    ({ kind, metadata }) => kind === "VirtualService" && metadata.name === "reviews",
  );
  assert.ok(reviews?.kind === "VirtualService");
  const route = reviews.spec?.http?.at(-1)?.route ?? [];
  return Object.fromEntries(
    route.map(({ destination, weight = 100 }) => [destination?.subset ?? "", weight]),
  );
}

/** The values of a stack as the engine hands them to its program, some of them changed. */
function values(stack: string, bookinfo: object = {}): Readonly<Record<string, string>> {
  const file = readFileSync(join(__dirname, `../../../Pulumi.${stack}.yaml`), "utf8");
  const { config } = load(file) as { readonly config: Readonly<Record<string, unknown>> };
  const changed = {
    ...config,
    "meshwright:bookinfo": { ...(config["meshwright:bookinfo"] as object), ...bookinfo },
  };
  return Object.fromEntries(
    Object.entries(changed).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

describe("the roll-out of reviews", () => {
  it("moves from v2 to v3 by one value of the stack's configuration", () => {
    assert.deepEqual([0, ...REVIEWS_STEPS.map((_, index) => index + 1)].map(weights), [
      { v2: 100 },
      ...REVIEWS_STEPS.slice(0, -1).map((v3) => ({ v2: 100 - v3, v3 })),
      { v3: 100 },
    ]);
  });

  it("goes back by the same value: a step taken back leaves what was there before it", () => {
    const before = compiled(2);
    assert.notDeepEqual(compiled(3), before);
    assert.deepEqual(compiled(2), before);
  });

  it("has not begun in dev and prod, and is under way in staging", () => {
    const steps = ["dev", "staging", "prod"].map(
      (stack) => parseEnvironment(values(stack), "meshwright", stack).bookinfo.reviewsStep,
    );
    assert.deepEqual(steps, [0, 2, 0]);
  });

  it("refuses a step that there is not, and a share that is set by hand", () => {
    assert.throws(
      () =>
        parseEnvironment(values("prod", { reviewsStep: 6, reviewsCanaryPercent: 10 }), "meshwright", "prod"),
      (error: unknown) => {
        assert.ok(error instanceof MeshError);
        assert.deepEqual(error.problems.map(({ id, path }) => `${path} [${id}]`).sort(), [
          "config.meshwright:bookinfo.reviewsCanaryPercent [config/unknown-key]",
          "config.meshwright:bookinfo.reviewsStep [config/invalid]",
        ]);
        return true;
      },
    );
  });
});
