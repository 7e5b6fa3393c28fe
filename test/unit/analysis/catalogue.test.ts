import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { allRules, ruleIds } from "../../../analysis";

const RULES = join(__dirname, "../../../analysis/rules");
const TESTS = join(__dirname, "rules");

describe("the rule catalogue", () => {
  it("has one rule for each id, in their order", () => {
    assert.deepEqual(
      allRules.map(({ id }) => id),
      [...ruleIds],
    );
  });

  it("has one file and one test file for each rule, named after it", () => {
    const support = ["catalogue", "index", "rule-id"];
    const files = readdirSync(RULES).map((file) => file.replace(/\.ts$/, ""));
    assert.deepEqual(files.filter((file) => !support.includes(file)).sort(), [...ruleIds].sort());
    const tests = readdirSync(TESTS).map((file) => file.replace(/\.test\.ts$/, ""));
    assert.deepEqual(tests.sort(), [...ruleIds].sort());
  });

  it("has a test of what is right, one with the exact words of a finding, and one of a value that is not known yet", () => {
    for (const id of ruleIds) {
      const text = readFileSync(join(TESTS, `${id}.test.ts`), "utf8");
      assert.match(text, /\[\]/, `${id}: nothing is found where nothing is wrong`);
      assert.match(text, /(findings|lines|run)\([\s\S]*?\[\s*["'`]/, `${id}: the words of a finding`);
      assert.match(text, /UNKNOWN/, `${id}: a value that is not known before deployment`);
    }
  });

  for (const rule of allRules) {
    it(`${rule.id} describes itself`, () => {
      assert.match(rule.id, new RegExp(`^${rule.group}-[a-z]+(-[a-z]+)*$`));
      assert.match(rule.title, /^[A-Z].*[^.]$/);
      assert.match(rule.description, /^[A-Z].{40,}\.$/);
      assert.match(rule.fix, /^[A-Z].*[^.]$/);
      assert.match(rule.docs, /^https:\/\/(istio|kubernetes)\.io\//);
      for (const anchor of rule.anchors) assert.match(anchor, /^(IST|KIA)\d{4}$/);
      for (const tag of rule.tags ?? []) assert.match(tag, /^[a-z]+(-[a-z0-9]+)*$/);
      for (const step of rule.steps ?? []) assert.match(step, /^[A-Z].*[^.]$/);
      // A remediation sees one resource, as it is registered.
      if (rule.remediable === true) assert.equal(rule.scope, "resource");
      for (const schema of Object.values(rule.options ?? {})) assert.match(schema.description, /\.$/);
    });
  }
});
