import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { run } from "../cli/run-cli";
import { snippetsOf } from "../package/readme";

describe("docs/explain-and-diff.md", () => {
  it("prints what the commands print", async () => {
    const snippets = snippetsOf(path.resolve(__dirname, "../../docs/explain-and-diff.md"));
    const cwd = mkdtempSync(path.join(tmpdir(), "meshwright-docs-"));
    try {
      const shop = snippets.find(({ language }) => language === "yaml")?.text ?? assert.fail("no YAML");
      writeFileSync(path.join(cwd, "shop.yaml"), shop);
      writeFileSync(path.join(cwd, "changed.yaml"), shop.replace("methods: [GET]", "methods: [GET, POST]"));
      let shown = 0;
      for (const [at, { language, text }] of snippets.entries()) {
        const next = snippets[at + 1];
        if (language !== "console" || next?.language !== "text") continue;
        const { code, stdout } = await run(text.trim().split(" ").slice(2), { cwd });
        assert.equal(code, 0);
        assert.equal(stdout.trim(), next.text.trim());
        shown++;
      }
      assert.equal(shown, 2);
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });
});
