import assert from "node:assert/strict";
import { isCelError, parse } from "@bufbuild/cel";
import { validateObject } from "../../analysis/schema";
import { compileExpression } from "../../analysis/schema/cel/environment";
import { gatewayApiCrds, istioCrds, type StructuralSchema } from "../../components/resources/crds";
import { rulesOf } from "../support/cel-rules";
import { ruleCases } from "./schema-cases";

const istioRules = rulesOf(istioCrds);
const allRules = new Set([...istioRules, ...rulesOf(gatewayApiCrds)]);

/** What the validation acts upon. */
const understood = new Set(
  (
    "type format nullable default enum properties additionalProperties required minProperties maxProperties items " +
    "minItems maxItems uniqueItems minLength maxLength pattern minimum maximum exclusiveMinimum exclusiveMaximum " +
    "multipleOf oneOf anyOf allOf not x-kubernetes-int-or-string x-kubernetes-list-map-keys x-kubernetes-list-type " +
    "x-kubernetes-preserve-unknown-fields x-kubernetes-validations"
  ).split(" "),
);
/** What changes how objects are merged and nothing of what is valid. */
const irrelevant = new Set(["x-kubernetes-map-type"]);

describe("the schemas that this package carries", () => {
  it("use no keyword that the validation does not act upon, and have rules only where it asks them", () => {
    const surprises = new Set<string>();
    const walk = (schema: StructuralSchema, place: string): void => {
      for (const keyword of Object.keys(schema)) {
        if (!understood.has(keyword) && !irrelevant.has(keyword)) surprises.add(`${place}: ${keyword}`);
      }
      for (const [name, child] of Object.entries(schema.properties ?? {})) walk(child, `${place}.${name}`);
      if (schema.items) walk(schema.items, `${place}[]`);
      if (typeof schema.additionalProperties === "object") walk(schema.additionalProperties, `${place}{}`);
      for (const part of [schema.oneOf, schema.anyOf, schema.allOf, schema.not].flatMap((p) => p ?? [])) {
        if (JSON.stringify(part).includes("x-kubernetes-validations"))
          surprises.add(`${place}: a rule in a combination`);
        walk(part, `${place}|`);
      }
    };
    for (const crd of [...istioCrds.crds, ...gatewayApiCrds.crds]) {
      for (const schema of crd.schemas) walk(schema, crd.names.kind);
    }
    assert.deepEqual([...surprises], []);
  });
});

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
