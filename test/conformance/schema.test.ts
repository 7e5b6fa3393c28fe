import assert from "node:assert/strict";
import { validateObject, type SchemaProblem } from "../../analysis/schema";
import { gatewayApiCrds, istioCrds } from "../../components/resources/crds";
import { isWithin, steps } from "../support/paths";
import { drawObjects } from "../support/random-objects";
import { askKubernetes, type Answer } from "./schema/verdict";

/** Kubernetes names the place of a failed combination in the message alone. */
function placeOf({ path, message }: Answer): string {
  return steps(path === "<nil>" ? (/^"((?:[^"\\]|\\.)*)"/.exec(message)?.[1] ?? "") : path);
}

/** A broken rule as place and words; of one that cannot be evaluated only that, because its words are the evaluator's. */
function ruleOf({ path, message }: { readonly path: string; readonly message: string }): string {
  const text = message.replace(/\s+/g, " ");
  const failed =
    / evaluating rule: (.*)$/.exec(text) ?? /^(.*) \(the rule cannot be evaluated: .*$/.exec(text);
  return `${steps(path)}: ${failed === null ? text : `cannot evaluate ${failed[1]}`}`;
}

/** What one side says of an object and the other does not. */
function disagreements(ours: readonly SchemaProblem[], theirs: readonly Answer[]): string[] {
  const found: string[] = [];
  const compare = (what: string, a: readonly string[], b: readonly string[]): void => {
    for (const one of a) if (!b.includes(one)) found.push(`only here, ${what} ${one}`);
    for (const one of b) if (!a.includes(one)) found.push(`only in Kubernetes, ${what} ${one}`);
  };
  const our = (kind: SchemaProblem["kind"]): SchemaProblem[] => ours.filter((p) => p.kind === kind);
  const their = (kind: Answer["kind"]): Answer[] => theirs.filter((a) => a.kind === kind);

  const unknown = (list: readonly { readonly path: string }[]): string[] => list.map((p) => steps(p.path));
  compare("unknown field", unknown(our("unknown-field")), unknown(their("unknown-field")));

  // A wrong value deep inside also makes combinations around it fail, which Kubernetes repeats; and it names one of
  // several equal items. So places agree when one is inside the other.
  const here = our("schema").map((p) =>
    steps(p.message.startsWith("is the same") ? p.path.replace(/\[\d+\]$/, "") : p.path),
  );
  const there = their("schema").map(placeOf);
  for (const place of here)
    if (!there.some((t) => isWithin(t, place))) found.push(`only here, schema ${place}`);
  for (const place of there) {
    if (!here.some((h) => isWithin(place, h) || isWithin(h, place)))
      found.push(`only in Kubernetes, schema ${place}`);
  }

  if (!theirs.some((a) => a.blocking)) compare("rule", our("cel").map(ruleOf), their("cel").map(ruleOf));
  return found;
}

describe("schema validation beside Kubernetes' own", () => {
  it("agrees on every problem of thousands of random objects of every kind and version", function () {
    this.timeout(300_000);
    const objects = drawObjects([istioCrds, gatewayApiCrds], { perKind: 240, seed: 20 });
    const answers = askKubernetes(objects);
    if (typeof answers === "string") {
      console.log(`      skipped: ${answers}`);
      this.skip();
    }
    const validations = objects.map((object) => validateObject(object)?.problems ?? assert.fail(object.kind));
    const found = objects.flatMap((object, index) =>
      disagreements(validations[index] ?? [], answers[index] ?? []).map(
        (text) => `${object.kind} ${index}: ${text}`,
      ),
    );
    assert.deepEqual(found, []);

    // What is compared must stay worth comparing.
    const clean = validations.filter((problems) => problems.length === 0).length;
    const rules = new Set(validations.flat().map((p) => p.rule));
    console.log(
      `      ${objects.length} objects, ${clean} without a problem, ${rules.size - 1} distinct rules broken`,
    );
    assert.ok(clean > objects.length / 10);
    assert.ok(rules.size > 80);
  });
});
