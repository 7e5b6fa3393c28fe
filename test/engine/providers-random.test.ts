import assert from "node:assert/strict";
import { compare } from "bcryptjs";
import fc from "fast-check";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { MeshError } from "../../components/intent/problem";
import type { CreateRequest, Properties, ResourceState } from "../../engine/provider";
import { randomProvider } from "../../engine/providers";
import { Secret } from "../../engine/value";

const provider = randomProvider({ clock: () => new Date("2027-01-01T00:00:00.000Z") });

type Kind =
  "Bytes" | "Id" | "Integer" | "Password" | "Pet" | "Shuffle" | "String" | "Uuid" | "Uuid4" | "Uuid7";

function request(kind: Kind, inputs: Properties, prior?: ResourceState): CreateRequest {
  const type = `random:index/random${kind}:Random${kind}`;
  return { urn: `urn:pulumi:dev::t::${type}::it`, type, name: "it", inputs, ...(prior && { prior }) };
}
const make = (kind: Kind, inputs: Properties) => provider.create(request(kind, inputs));

async function kept(kind: Kind, inputs: Properties): Promise<ResourceState> {
  const { id, outputs } = await make(kind, inputs);
  return { urn: "urn", type: `random:index/random${kind}:Random${kind}`, id, inputs, outputs };
}

async function problemsOf(promise: Promise<unknown>) {
  const error = await promise.then(
    () => assert.fail("expected a refusal"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof MeshError, String(error));
  return error.problems;
}

describe("random provider", () => {
  it("strings have their length, the minimum of every class, and nothing from a class that is not wanted", async () => {
    const small = fc.nat({ max: 6 });
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          length: fc.integer({ min: 1, max: 60 }),
          lower: fc.boolean(),
          upper: fc.boolean(),
          numeric: fc.boolean(),
          special: fc.boolean(),
          minLower: small,
          minUpper: small,
          minNumeric: small,
          minSpecial: small,
          overrideSpecial: fc.constantFrom("", "_-", "§€", "🜁🜂"),
        }),
        async (inputs) => {
          const classes = [
            { wanted: inputs.lower, minimum: inputs.minLower, set: "abcdefghijklmnopqrstuvwxyz" },
            { wanted: inputs.upper, minimum: inputs.minUpper, set: "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
            { wanted: inputs.numeric, minimum: inputs.minNumeric, set: "0123456789" },
            {
              wanted: inputs.special,
              minimum: inputs.minSpecial,
              set: inputs.overrideSpecial || "!@#$%&*()-_=+[]{}<>:?",
            },
          ];
          const minimum = classes.reduce((sum, each) => sum + each.minimum, 0);
          if (minimum > inputs.length || (minimum < inputs.length && !classes.some((each) => each.wanted))) {
            assert.equal((await problemsOf(make("String", inputs)))[0]?.path, "it.length");
            return;
          }
          const result = Array.from(String((await make("String", inputs)).outputs.result));
          assert.equal(result.length, inputs.length);
          for (const { wanted, minimum: least, set } of classes) {
            const found = result.filter((character) => Array.from(set).includes(character)).length;
            assert.ok(wanted ? found >= least : found === least, `${set}: ${found} of ${least}`);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("a password is secret, and its bcrypt hash is one of it", async () => {
    const made = await make("Password", { length: 24, overrideSpecial: "_-", minNumeric: 2 });
    assert.deepEqual(made.secretOutputs, ["bcryptHash", "result"]);
    assert.equal(made.id, "none");
    assert.ok(await compare(String(made.outputs.result), String(made.outputs.bcryptHash)));
    assert.match(String(made.outputs.bcryptHash), /^\$2[ab]\$10\$/);
  });

  it("two passwords are two", async () => {
    const inputs = { length: 32 };
    const [one, two] = [await make("String", inputs), await make("String", inputs)];
    assert.notEqual(one.outputs.result, two.outputs.result);
  });

  it("the old `number` and the new `numeric` say the same", async () => {
    const made = await make("String", { length: 40, number: false });
    assert.equal(made.outputs.numeric, false);
    assert.doesNotMatch(String(made.outputs.result), /[0-9]/);
  });

  it("an id is one number in four notations, each with the prefix", async () => {
    const { id, outputs } = await make("Id", { byteLength: 4, prefix: "m-" });
    const bytes = Buffer.from(id, "base64url");
    assert.equal(bytes.length, 4);
    assert.equal(outputs.hex, `m-${bytes.toString("hex")}`);
    assert.equal(outputs.b64Std, `m-${bytes.toString("base64")}`);
    assert.equal(outputs.b64Url, `m-${id}`);
    assert.equal(outputs.dec, `m-${bytes.readUInt32BE()}`);
  });

  it("bytes are as many as asked for, and secret", async () => {
    const { outputs, secretOutputs } = await make("Bytes", { length: 16 });
    assert.equal(Buffer.from(String(outputs.base64), "base64").toString("hex"), outputs.hex);
    assert.equal(String(outputs.hex).length, 32);
    assert.deepEqual(secretOutputs, ["base64", "hex"]);
  });

  it("UUIDs are of their version", async () => {
    for (const [kind, version] of [
      ["Uuid", 4],
      ["Uuid4", 4],
      ["Uuid7", 7],
    ] as const) {
      const { id, outputs } = await make(kind, {});
      assert.match(
        id,
        new RegExp(`^[0-9a-f]{8}-[0-9a-f]{4}-${version}[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`),
      );
      assert.equal(outputs.result, id);
    }
    const seven = (await make("Uuid7", {})).id;
    assert.equal(
      parseInt(seven.replaceAll("-", "").slice(0, 12), 16),
      Date.parse("2027-01-01T00:00:00.000Z"),
    );
  });

  it("a pet has its words, its prefix and its separator, and is fit for a DNS label", async () => {
    for (const [length, words] of [
      [1, 1],
      [2, 2],
      [5, 5],
    ] as const) {
      const { id, outputs } = await make("Pet", { length });
      assert.equal(id.split("-").length, words);
      assert.match(id, /^[a-z-]+$/);
      assert.equal(outputs.separator, "-");
    }
    assert.match((await make("Pet", { prefix: "my", separator: "_" })).id, /^my_[a-z]+_[a-z]+$/);
  });

  it("integers lie in their range, both ends included, and a seed gives the same one every time", async () => {
    const seen = new Set<unknown>();
    for (let i = 0; i < 100; i += 1) seen.add((await make("Integer", { min: -1, max: 1 })).outputs.result);
    assert.deepEqual([...seen].sort(), [-1, 0, 1]);
    const seeded = { min: 1, max: 1_000_000, seed: "mesh" };
    assert.equal((await make("Integer", seeded)).id, (await make("Integer", seeded)).id);
    assert.equal((await make("Integer", seeded)).id, "195362", "by the documented construction");
  });

  it("a shuffle is a permutation, cut or repeated to the count, and stable under a seed", async () => {
    const inputs = ["a", "b", "c", "d", "e"];
    const sorted = async (more: Properties) =>
      [...((await make("Shuffle", { inputs, ...more })).outputs.results as string[])].sort();
    assert.deepEqual(await sorted({}), inputs);
    assert.equal((await sorted({ resultCount: 3 })).length, 3);
    assert.deepEqual(await sorted({ resultCount: 10 }), ["a", "a", "b", "b", "c", "c", "d", "d", "e", "e"]);
    assert.deepEqual((await make("Shuffle", { inputs: [], resultCount: 2 })).outputs.results, []);
    const seeded = { inputs, seed: "mesh" };
    assert.deepEqual((await make("Shuffle", seeded)).outputs, (await make("Shuffle", seeded)).outputs);
  });

  it("nothing changes on a second run, and everything does when a keeper changes", async () => {
    const cases: readonly (readonly [Kind, Properties])[] = [
      ["Bytes", { length: 16 }],
      ["Id", { byteLength: 8 }],
      ["Integer", { min: 0, max: 1e15 }],
      ["Password", { length: 20 }],
      ["Pet", { length: 12 }],
      ["Shuffle", { inputs: Array.from({ length: 40 }, (_, i) => String(i)) }],
      ["String", { length: 20 }],
      ["Uuid", {}],
      ["Uuid4", {}],
      ["Uuid7", {}],
    ];
    for (const [kind, rest] of cases) {
      const inputs = { ...rest, keepers: { version: "1" } };
      const prior = await kept(kind, inputs);
      const again = await provider.create(request(kind, inputs, prior));
      assert.deepEqual(
        { id: again.id, outputs: again.outputs },
        { id: prior.id, outputs: prior.outputs },
        kind,
      );
      const changed = await provider.create(request(kind, { ...rest, keepers: { version: "2" } }, prior));
      assert.notDeepEqual(
        { ...changed.outputs, keepers: 0, id: changed.id },
        { ...prior.outputs, keepers: 0, id: prior.id },
        kind,
      );
    }
  });

  it("a default that is written out is no change", async () => {
    const prior = await kept("String", { length: 20 });
    const again = await provider.create(
      request("String", { length: 20, special: true, minLower: 0, numeric: true }, prior),
    );
    assert.equal(again.id, prior.id);
  });

  it("a secret keeper stays secret among the outputs", async () => {
    const made = await make("Uuid", { keepers: { token: new Secret("hunter2") } });
    assert.ok(made.outputs.keepers instanceof Secret);
    assert.ok(!JSON.stringify(made).includes("hunter2"));
  });

  it("refuses sizes, ranges and types that make no sense, with the property and what was found", async () => {
    const found = async (kind: Kind, inputs: Properties) =>
      (await problemsOf(make(kind, inputs))).map(({ path, got }) => `${path} ${got ?? "-"}`);
    assert.deepEqual(await found("Bytes", { length: 0 }), ["it.length 0"]);
    assert.deepEqual(await found("Id", { byteLength: 1.5 }), ["it.byteLength 1.5"]);
    assert.deepEqual(await found("Integer", { min: 2, max: 1 }), ["it.max min 2, max 1"]);
    assert.deepEqual(await found("Password", { length: "24" }), ['it.length "24"']);
    assert.deepEqual(await found("Password", { length: new Secret("hunter2") }), ["it.length -"]);
    assert.deepEqual(await found("Shuffle", {}), ["it.inputs nothing"]);
    assert.deepEqual(await found("Pet", { keepers: { a: ["x"] } }), ['it.keepers.a ["x"]']);
  });

  it("refuses a type that the package does not have", async () => {
    const type = "random:index/randomDice:RandomDice";
    const problems = await problemsOf(provider.create({ ...request("Id", {}), type }));
    assert.equal(problems[0]?.id, "engine/unknown-resource-type");
    assert.equal(problems[0]?.got, type);
  });

  it("every resource of the recording has the same output properties, with the same ones secret", async function () {
    const file = join(__dirname, "../../../shared/oracle/engine/state.json");
    if (!existsSync(file)) {
      console.log(`      skipped: ${file} is not here`);
      return this.skip();
    }
    const recording = JSON.parse(readFileSync(file, "utf8")) as {
      deployment: { resources: { type: string; inputs?: Properties; outputs?: Record<string, unknown> }[] };
    };
    const isSecret = (value: unknown) =>
      typeof value === "object" && value !== null && "4dabf18193072939515e22adb298388d" in value;
    let compared = 0;
    for (const { type, inputs = {}, outputs = {} } of recording.deployment.resources) {
      if (!type.startsWith("random:")) continue;
      const made = await provider.create({ urn: "urn", type, name: "it", inputs });
      const names = Object.keys(outputs).filter((name) => !name.startsWith("__"));
      assert.deepEqual(Object.keys(made.outputs).sort(), names.sort(), type);
      assert.deepEqual(
        [...(made.secretOutputs ?? [])].sort(),
        names.filter((name) => isSecret(outputs[name])),
        type,
      );
      for (const name of Object.keys(inputs))
        assert.deepEqual(made.outputs[name], outputs[name], `${type} ${name}`);
      compared += 1;
    }
    assert.equal(compared, 7);
  });
});
