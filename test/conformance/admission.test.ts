import assert from "node:assert/strict";
import type { KubernetesObject } from "../../analysis";
import { askIstiod } from "./admission/ask-istiod";
import { disagreements, explain, type Tally } from "./admission/compare";
import { objectAround } from "./admission/fragments";
import { acceptedFilters, refusedFilters } from "./admission/envoy-filters";
import { goodObjects } from "./admission/good-objects";
import { recordTables } from "./admission/record-tables";
import { ourVerdict } from "./admission/our-verdict";
import { drawVariations } from "./admission/variations";

/** What both sides say, or the reason why it is not known. */
function compare(
  objects: readonly KubernetesObject[],
): { readonly found: readonly string[]; readonly tally: Tally } | string {
  const answers = askIstiod(objects);
  return typeof answers === "string" ? answers : disagreements(objects, answers);
}

function refusals(object: KubernetesObject): number {
  const { bySchema, errors } = ourVerdict(object);
  return bySchema.length + errors.length;
}

describe("what istiod's webhook refuses", () => {
  // The comparison below says that istiod agrees.
  for (const [what, object] of Object.entries(refusedFilters))
    it(`of an EnvoyFilter: ${what}`, () => assert.notEqual(refusals(object), 0));

  for (const [what, object] of Object.entries(acceptedFilters))
    it(`is not, of an EnvoyFilter: ${what}`, () => assert.equal(refusals(object), 0));

  it("is refused here too, and nothing else, over all that Istio's own validation tests try", function () {
    this.timeout(300_000);
    const recorded = recordTables();
    const objects = typeof recorded === "string" ? [] : recorded.flatMap((each) => objectAround(each) ?? []);
    const result = typeof recorded === "string" ? recorded : compare(objects);
    if (typeof result === "string") {
      console.log(`      skipped: ${result}`);
      this.skip();
    }
    assert.deepEqual(result.found, []);
    console.log(`      ${explain(result.tally)}`);
    assert.ok(result.tally.judged > 650);
    assert.ok(result.tally.refused > 250);
  });

  it("is refused here too, and nothing else, over good objects of every kind with one thing changed", function () {
    this.timeout(300_000);
    const filters = [...Object.values(refusedFilters), ...Object.values(acceptedFilters)];
    const objects = [...goodObjects, ...filters, ...drawVariations({ perKind: 150, seed: 2026 })];
    const result = compare(objects);
    if (typeof result === "string") {
      console.log(`      skipped: ${result}`);
      this.skip();
    }
    assert.deepEqual(result.found, []);
    console.log(`      ${explain(result.tally)}`);
    assert.ok(result.tally.judged > 1500);
    assert.ok(result.tally.refused > 400);
    assert.ok(result.tally.accepted > 1000);
  });
});
