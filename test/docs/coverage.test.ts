import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { KubernetesObject } from "../../analysis/kubernetes-object";
import { validateObject } from "../../analysis/schema";
import { identify, type MeshManifest } from "../../components/compile";
import { coverageDocument } from "../../scripts/field-coverage";
import { type Coverage, type CoveredKind, measure, percent } from "../../scripts/field-coverage/measure";
import { everyObject } from "../../scripts/field-coverage/programs";

/** The least that must be typed of each kind, in percent; what falls below was taken away. */
const LEAST: Readonly<Partial<Record<CoveredKind, number>>> = {
  VirtualService: 95,
  DestinationRule: 95,
  ServiceEntry: 95,
  Gateway: 50,
  Sidecar: 80,
  WorkloadEntry: 100,
  WorkloadGroup: 80,
  ProxyConfig: 100,
};

describe("the fields that the intent types", () => {
  let objects: readonly MeshManifest[];
  let coverage: readonly Coverage[];

  before(() => {
    objects = everyObject();
    coverage = measure(objects);
  });

  it("are those that docs/coverage.md lists (npm run generate writes it anew)", () => {
    const file = path.join(__dirname, "../../docs/coverage.md");
    assert.equal(readFileSync(file, "utf8"), coverageDocument());
  });

  for (const [kind, least] of Object.entries(LEAST)) {
    it(`are at least ${least} percent of ${kind}`, () => {
      const found = coverage.find((each) => each.kind === kind);
      assert.ok(found !== undefined && percent(found) >= least, `${found && percent(found)} percent`);
    });
  }

  it("are set in objects that the schemas of their kinds accept, rules included", () => {
    for (const object of objects) {
      const plain = JSON.parse(JSON.stringify(object)) as KubernetesObject;
      // What is no kind of Istio's is not in the table, and has its schema elsewhere.
      if (object.kind === "Service") continue;
      assert.deepEqual(validateObject(plain)?.problems, [], identify(object));
    }
  });

  it("are told from those that no object sets", () => {
    const none = measure([]);
    assert.ok(none.every((each) => percent(each) === 0 && each.fields.size > 0));
  });
});
