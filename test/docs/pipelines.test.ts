import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { load } from "js-yaml";
import { readSettings, type CheckSettings } from "../../analysis";
import { run } from "../cli/run-cli";
import { snippetsOf } from "../package/readme";

const ROOT = path.resolve(__dirname, "..", "..");
const FOLDER = path.join(ROOT, "docs", "ci");

/** Every text inside a value that is a command line of ours. */
function commandsIn(value: unknown): string[] {
  if (typeof value === "string") return value.split("\n").filter((line) => line.includes("npx meshwright"));
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(commandsIn) : [];
}

describe("the pipelines of the documentation", () => {
  for (const file of readdirSync(FOLDER)) {
    it(`${file} is YAML, and runs a command that exists, with options that it has`, async () => {
      const commands = commandsIn(load(readFileSync(path.join(FOLDER, file), "utf8")));
      assert.ok(commands.length > 0);
      for (const line of commands) {
        const [command = "", ...words] = line.replace(/^.*npx meshwright /, "").split(" ");
        const { stdout } = await run([command, "--help"]);
        for (const word of words.filter((each) => /^--?[a-z]/.test(each)))
          assert.match(stdout, new RegExp(`(^|[ ,])${word}[ ,]`, "m"), line);
      }
    });
  }

  it("the settings of docs/checks.md are accepted", () => {
    const pages = snippetsOf(path.join(ROOT, "docs", "checks.md"));
    const settings = pages.filter(({ language, text }) => language === "yaml" && text.startsWith("pack:"));
    assert.equal(settings.length, 1);
    for (const { text } of settings) readSettings(load(text) as CheckSettings);
  });
});
