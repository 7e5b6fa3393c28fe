import assert from "node:assert/strict";
import fc from "fast-check";
import type { RecordedResource } from "../../engine";
import { Secret, UNKNOWN, type PropertyValue } from "../../engine";
import { markSecretOutputs } from "../../engine/monitor/secret-outputs";
import { inStableOrder } from "../../engine/monitor/order";
import { SecretMask } from "../../engine/monitor/secret-mask";
import {
  decodeProperties,
  dependenciesInside,
  encodeProperties,
  structOf,
  withDependencies,
  wireOf,
} from "../../engine/monitor/wire-value";
import { createUrn, parseUrn } from "../../engine/urn";
import { ourValue } from "./support/oracle";

function resource(urn: string, more: Partial<RecordedResource> = {}): RecordedResource {
  return {
    urn,
    type: "t",
    name: urn,
    custom: true,
    read: false,
    inputs: {},
    outputs: {},
    dependencies: [],
    propertyDependencies: {},
    aliases: [],
    protect: false,
    retainOnDelete: false,
    ignoreChanges: [],
    replaceOnChanges: [],
    additionalSecretOutputs: [],
    deleteBeforeReplace: false,
    customTimeouts: {},
    ...more,
  };
}

describe("the order of resources", () => {
  it("puts parents, providers and dependencies first, and leaves the rest to the URN", () => {
    const resources = [
      resource("a", { dependencies: ["z"] }),
      resource("z", { parent: "stack" }),
      resource("stack"),
      resource("m", { provider: "y::id", parent: "stack" }),
      resource("y", { parent: "stack" }),
      resource("b", { propertyDependencies: { x: ["m"] } }),
    ];
    assert.deepEqual(
      inStableOrder(resources).map(({ urn }) => urn),
      ["stack", "y", "m", "b", "z", "a"],
    );
  });

  it("does not depend on the order of arrival", () => {
    const graph = fc.integer({ min: 1, max: 30 }).chain((size) =>
      fc.array(fc.array(fc.integer({ min: 0, max: size - 1 }), { maxLength: 3 }), {
        minLength: size,
        maxLength: size,
      }),
    );
    fc.assert(
      fc.property(graph, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (edges, random) => {
        const resources = edges.map((targets, index) =>
          resource(`r${index}`, {
            dependencies: targets.filter((target) => target < index).map((target) => `r${target}`),
          }),
        );
        const keys = new Map(resources.map(({ urn }) => [urn, Number(random.next().value)]));
        const shuffled = [...resources].sort((a, b) => (keys.get(a.urn) ?? 0) - (keys.get(b.urn) ?? 0));
        const ordered = inStableOrder(resources).map(({ urn }) => urn);
        assert.deepEqual(
          inStableOrder(shuffled).map(({ urn }) => urn),
          ordered,
        );
        for (const { urn, dependencies } of resources) {
          for (const dependency of dependencies) {
            assert.ok(ordered.indexOf(dependency) < ordered.indexOf(urn));
          }
        }
      }),
    );
  });

  it("loses nothing to a circle", () => {
    const circle = [
      resource("b", { dependencies: ["a"] }),
      resource("a", { dependencies: ["b"] }),
      resource("c"),
    ];
    assert.deepEqual(
      inStableOrder(circle).map(({ urn }) => urn),
      ["c", "a", "b"],
    );
  });
});

describe("values on the wire", () => {
  // The SDK's protobuf library has no field of this name: what a program says in one never leaves the program.
  const field = fc.string().filter((name) => name !== "__proto__");
  const value: fc.Arbitrary<PropertyValue> = fc.letrec<{ value: PropertyValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<PropertyValue>(null, true, false, UNKNOWN),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
      fc.string(),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(field, tie("value"), { maxKeys: 4 }),
      tie("value").map((inner) => (inner instanceof Secret ? inner : new Secret(inner))),
    ),
  })).value;

  it("come back as they were sent", () => {
    fc.assert(
      fc.property(fc.dictionary(field, value), (properties) => {
        const back = decodeProperties(wireOf(structOf(encodeProperties(properties))));
        assert.deepEqual(ourValue(back), JSON.parse(JSON.stringify(ourValue(properties), unknowns), revive));
      }),
    );
  });

  // JSON has no symbols.
  const unknowns = (_: string, item: unknown): unknown => (item === UNKNOWN ? "\0unknown" : item);
  const revive = (_: string, item: unknown): unknown => (item === "\0unknown" ? UNKNOWN : item);

  it("are plain where the program did not ask for secrets to be marked", () => {
    assert.deepEqual(encodeProperties({ a: [new Secret({ b: new Secret("c") })] }, false), {
      a: [{ b: "c" }],
    });
  });

  it("carry their dependencies into a transform, and lose none that they have", () => {
    const secret = encodeProperties({ x: new Secret("s"), y: "plain", z: [UNKNOWN] });
    const upgraded = withDependencies(secret, new Map([["x", new Set(["urn:b", "urn:a"])]]));
    assert.deepEqual([...dependenciesInside(upgraded.x ?? null)], ["urn:a", "urn:b"]);
    assert.equal(upgraded.y, "plain");
    assert.deepEqual(ourValue(decodeProperties(upgraded)), { x: { secret: "s" }, y: "plain", z: [UNKNOWN] });
    const again = withDependencies(upgraded, new Map([["x", new Set(["urn:c"])]]));
    assert.deepEqual([...dependenciesInside(again.x ?? null)], ["urn:a", "urn:b", "urn:c"]);
  });
});

describe("secret outputs", () => {
  it("are those that are named and those that repeat a secret input", () => {
    const marked = markSecretOutputs(
      { a: 1, b: { c: 2, d: 3 }, e: ["f", "g"], h: 4 },
      { a: new Secret(1), b: { c: new Secret(2) }, e: ["f", new Secret("g")] },
      ["h", "absent"],
    );
    assert.deepEqual(ourValue(marked), {
      a: { secret: 1 },
      b: { c: { secret: 2 }, d: 3 },
      e: ["f", { secret: "g" }],
      h: { secret: 4 },
    });
  });
});

describe("the mask", () => {
  it("takes out secrets in every form in which they are printed, longer ones first", () => {
    const mask = new SecretMask();
    mask.learn({
      a: new Secret({ key: "BEGIN\nline-one\nline-two\n" }),
      b: new Secret(["hush", "hush-hush"]),
      c: "open",
    });
    assert.equal(
      mask.apply(`hush-hush hush open line-two ${JSON.stringify("BEGIN\nline-one\nline-two\n")}`),
      '[secret] [secret] open [secret] "[secret]\\n"',
    );
    assert.equal(mask.apply(Buffer.from("hush-hush").toString("base64")), "[secret]");
  });

  it("leaves alone what is too short to be told from ordinary text", () => {
    const mask = new SecretMask();
    mask.learn(new Secret({ a: "", b: "no", c: 1, d: true }));
    assert.equal(mask.apply("no 1 true"), "no 1 true");
  });
});

describe("URNs", () => {
  it("name the types of the parents, but not the stack's", () => {
    const stack = createUrn("dev", "p", undefined, "pulumi:pulumi:Stack", "p-dev");
    const group = createUrn("dev", "p", stack, "a:b:Group", "group");
    const map = createUrn("dev", "p", group, "c:d:Map", "m::n");
    assert.equal(map, "urn:pulumi:dev::p::a:b:Group$c:d:Map::m::n");
    assert.deepEqual(parseUrn(map), {
      stack: "dev",
      project: "p",
      qualifiedType: "a:b:Group$c:d:Map",
      type: "c:d:Map",
      name: "m::n",
    });
    assert.equal(parseUrn("no urn"), undefined);
  });
});
