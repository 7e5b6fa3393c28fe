import assert from "node:assert/strict";
import { allRules } from "../../analysis";
import { run } from "./run-cli";

describe("meshwright explain-rule", () => {
  it("says of every rule what it is, how it is mended, what can be set and how an object is excepted", async () => {
    for (const rule of allRules) {
      const { code, stdout } = await run(["explain-rule", rule.id]);
      assert.equal(code, 0);
      for (const part of [rule.id, rule.title, rule.description, rule.severity, rule.docs, ...rule.anchors])
        assert.ok(stdout.includes(part), `${rule.id}: ${part}`);
      for (const step of rule.steps ?? [rule.fix]) assert.ok(stdout.includes(step), `${rule.id}: ${step}`);
      for (const name of Object.keys(rule.options ?? {})) assert.ok(stdout.includes(`    ${name} (`), name);
      assert.ok(stdout.includes(`except.meshwright.dev/${rule.id}: "until=`));
    }
  });

  it("finds the rules behind a code of istioctl analyze or Kiali", async () => {
    const { code, stdout } = await run(["explain-rule", "ist0173"]);
    assert.equal(code, 0);
    assert.match(stdout, /^traffic-subset-exists: /m);
  });

  it("without a rule lists all of them", async () => {
    const { stdout } = await run(["explain-rule"]);
    assert.deepEqual(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.split(" ")[0]),
      allRules.map(({ id }) => id),
    );
  });

  it("--format json gives the same to programs", async () => {
    const one = JSON.parse(
      (await run(["explain-rule", "gateway-no-plaintext", "--format", "json"])).stdout,
    ) as {
      id: string;
      levels: Record<string, string>;
      options: Record<string, { default: unknown }>;
    };
    assert.deepEqual(one.levels, { baseline: "mandatory", strict: "mandatory", audit: "advisory" });
    assert.deepEqual(one.options["allowedPorts"]?.default, []);
    const all = JSON.parse((await run(["explain-rule", "--format", "json"])).stdout) as unknown[];
    assert.equal(all.length, allRules.length);
  });

  it("--settings-schema prints the schema of the file for check --config", async () => {
    const schema = JSON.parse((await run(["explain-rule", "--settings-schema"])).stdout) as {
      properties: { rules: { properties: object } };
    };
    assert.deepEqual(
      Object.keys(schema.properties.rules.properties),
      allRules.map(({ id }) => id),
    );
  });

  it("refuses a rule that does not exist, with the one that was meant", async () => {
    const { code, stdout, stderr } = await run(["explain-rule", "traffic-subset-exist"]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(
      stderr,
      /\[cli\/unknown-rule\]\n\s+got: +"traffic-subset-exist"\n\s+expected: traffic-subset-exists/,
    );
  });
});
