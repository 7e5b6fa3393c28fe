import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { allRules } from "../../analysis";
import { RULES_FILE, rulesPage } from "../../scripts/rules-page";

describe("docs/rules.md", () => {
  const page = readFileSync(RULES_FILE, "utf8");

  it("is what the rules say (npm run generate writes it anew)", () => {
    assert.equal(page, rulesPage());
  });

  it("has a section for each rule, to which the table leads, and is found from the page about checks", () => {
    for (const { id, anchors, docs } of allRules) {
      assert.ok(page.includes(`\n## ${id}\n`), id);
      assert.ok(page.includes(`[${id}](#${id})`), id);
      for (const text of [...anchors, docs]) assert.ok(page.includes(text), `${id}: ${text}`);
    }
    const checks = readFileSync(path.join(path.dirname(RULES_FILE), "checks.md"), "utf8");
    assert.match(checks, /\]\(rules\.md\)/);
  });
});
