import assert from "node:assert/strict";
import fc from "fast-check";
import { UNKNOWN } from "../../analysis";
import { evidenceFor } from "../../analysis/schema/cel/evidence";
import { judge } from "../../analysis/schema/cel";
import { compileNode, type SchemaNode } from "../../analysis/schema/node";
import { istioCrds } from "../../components/resources/crds";

/** A place in a definition whose rule is sometimes evident. */
interface Place {
  readonly rule: string;
  readonly node: SchemaNode;
}

const RUNS = 400;

function placesBelow(node: SchemaNode): readonly Place[] {
  const here = node.rules
    .filter(({ source }) => evidenceFor(source.rule) !== undefined)
    .map(({ source }) => ({ rule: source.rule, node }));
  const below = [...(node.properties?.values() ?? []), node.items, node.additional];
  return [...here, ...below.flatMap((child) => (child === undefined ? [] : placesBelow(child)))];
}

const places = istioCrds.crds.flatMap(({ schemas }) => schemas.map(compileNode)).flatMap(placesBelow);
const byRule = new Map<string, Place[]>();
for (const place of places) byRule.set(place.rule, [...(byRule.get(place.rule) ?? []), place]);

const texts = fc.oneof(
  fc.constantFrom("", "*", "a*", "a", "A-b", "-a", "a-", "a".repeat(63), "a".repeat(62), "é", "a b", "a/b"),
  fc.constantFrom(
    "1ms",
    "0ms",
    "0s",
    "01s",
    "1s",
    "1.5s",
    "999999h",
    "9999999h",
    "5d",
    "1h1m",
    "1ms ",
    "-1s",
    "١s",
  ),
  fc.constantFrom("unix://", "unix:///run", "unix://@run", "unix:///", "UNIX://x", "10.0.0.0/8", "10.0.0.1"),
  fc.constantFrom("NONE", "STATIC", "DNS", "DNS_ROUND_ROBIN", "HTTP"),
  fc.string({ maxLength: 6 }),
);

/** Values of the types that a schema asks for: of others no rule is asked. Some are not known, or null. */
function valueOf(node: SchemaNode, depth = 0): fc.Arbitrary<unknown> {
  const absent = fc.constantFrom<unknown>(null, UNKNOWN);
  return fc.oneof(
    { arbitrary: fitting(node, depth), weight: 12 },
    { arbitrary: absent, weight: depth === 0 ? 0 : 1 },
  );
}

function fitting(node: SchemaNode, depth: number): fc.Arbitrary<unknown> {
  switch (node.type) {
    case "object": {
      if (depth > 2) return fc.constant({});
      if (node.properties === undefined)
        return fc.dictionary(texts, node.additional ? valueOf(node.additional, depth + 1) : texts, {
          maxKeys: 3,
        });
      const fields = Object.fromEntries(
        [...node.properties].map(([name, child]) => [name, valueOf(child, depth + 1)] as const),
      );
      return fc.record(fields, { requiredKeys: [] });
    }
    case "array":
      return fc.array(node.items ? valueOf(node.items, depth + 1) : texts, { maxLength: 3 });
    case "integer":
      return fc.constantFrom(-1, 0, 1, 80, 65535, 65536, 2 ** 40);
    case "number":
      return fc.constantFrom(-1, 0, 0.5, 1, 65535, 65536);
    case "boolean":
      return fc.boolean();
    case "string":
    case undefined:
    default:
      return texts;
  }
}

describe("what is evident of a CEL rule", () => {
  it("is known for rules that Istio's definitions have, word for word", () => {
    console.log(`      ${byRule.size} rules in ${places.length} places`);
    assert.ok(byRule.size >= 20, `${byRule.size} rules`);
  });

  for (const [rule, found] of byRule) {
    it(`holds by the rule itself: ${rule.slice(0, 70).replaceAll("\n", " ")}`, () => {
      const isEvident = evidenceFor(rule);
      assert.ok(isEvident);
      let evident = 0;
      // The same rule stands in the same type over and over.
      for (const { node } of found.slice(0, 3)) {
        const source = node.rules.find((each) => each.source.rule === rule)?.source;
        assert.ok(source);
        fc.assert(
          fc.property(valueOf(node), (value) => {
            if (!isEvident(value)) return;
            evident++;
            // Of a list that holds something unknown, CEL cannot say even whether it is there.
            assert.notEqual(judge(source, value, node).holds, false);
          }),
          { numRuns: RUNS },
        );
      }
      assert.ok(evident > 0, "nothing was evident");
    });
  }
});
