import assert from "node:assert/strict";
import { isCelError, parse } from "@bufbuild/cel";
import { validateObject } from "../../analysis/schema";
import { compileExpression } from "../../analysis/schema/cel/environment";
import {
  gatewayApiCrds,
  istioCrds,
  type CrdSet,
  type StructuralSchema,
} from "../../components/resources/crds";
import { ruleCases } from "./schema-cases";

function rulesOf(set: CrdSet): Set<string> {
  const rules = new Set<string>();
  const walk = (schema: StructuralSchema): void => {
    for (const { rule } of schema["x-kubernetes-validations"] ?? []) rules.add(rule);
    Object.values(schema.properties ?? {}).forEach(walk);
    if (schema.items) walk(schema.items);
    if (typeof schema.additionalProperties === "object") walk(schema.additionalProperties);
  };
  set.crds.flatMap((crd) => crd.schemas).forEach(walk);
  return rules;
}

const istioRules = rulesOf(istioCrds);
const allRules = new Set([...istioRules, ...rulesOf(gatewayApiCrds)]);

describe("CEL rules", () => {
  it("of Istio and the Gateway API all parse and call only functions that we supply", () => {
    assert.ok(allRules.size >= 110, `only ${allRules.size} rules found`);
    console.log(`      ${allRules.size} distinct rules`);
    for (const rule of allRules) {
      parse(rule);
      // Whatever self is, an unbound function is an error of its own.
      for (const self of ["", 1n, true, [], new Map<string, never>()]) {
        const result = compileExpression(rule)({ self });
        if (isCelError(result)) assert.doesNotMatch(result.message, /unbound function/, rule);
      }
    }
  });

  for (const { rule, broken, kept, path, message } of ruleCases) {
    it(`refuse a ${broken.kind} where "${message}" does not hold`, () => {
      const problems = validateObject(broken)?.problems.filter((p) => p.rule === rule) ?? [];
      assert.deepEqual(
        problems.map((p) => [p.kind, p.path, p.message]),
        [["cel", path, message]],
      );
      assert.deepEqual(validateObject(kept), { problems: [], waiting: 0 });
    });
  }

  it("of Istio have each been broken at least once", () => {
    const broken = new Set(ruleCases.map((c) => c.rule));
    console.log(`      ${broken.size} of ${istioRules.size} distinct rules of Istio`);
    assert.deepEqual(
      [...istioRules].filter((rule) => !broken.has(rule)),
      [],
    );
  });
});
