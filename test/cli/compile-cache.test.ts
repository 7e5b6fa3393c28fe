import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import * as nodeModule from "node:module";
import { tmpdir } from "node:os";
import * as path from "node:path";

const ROOT = path.resolve(__dirname, "../..");

describe("what Node compiled for the command line", function () {
  this.timeout(60_000);
  let temporary: string;
  beforeEach(() => (temporary = mkdtempSync(path.join(tmpdir(), "meshwright-cache-"))));
  afterEach(() => rmSync(temporary, { recursive: true, force: true }));

  function version(env: NodeJS.ProcessEnv = {}): string {
    const { NODE_COMPILE_CACHE: _, ...rest } = process.env;
    const { stdout } = spawnSync(
      process.execPath,
      ["--require", "ts-node/register/transpile-only", path.join(ROOT, "cli", "main.ts"), "--version"],
      { cwd: ROOT, encoding: "utf8", env: { ...rest, TMPDIR: temporary, TEMP: temporary, ...env } },
    );
    return stdout;
  }

  const keeps = "enableCompileCache" in nodeModule;

  it(`is ${keeps ? "kept for the next start by this Node" : "not kept by this Node, which cannot"}`, () => {
    const printed = version();
    assert.match(printed, /^\d+\.\d+\.\d+\n$/);
    assert.equal(existsSync(path.join(temporary, "node-compile-cache")), keeps);
    assert.equal(version(), printed);
  });

  it("is not kept where the environment says so", () => {
    assert.match(version({ NODE_DISABLE_COMPILE_CACHE: "1" }), /^\d/);
    assert.equal(existsSync(path.join(temporary, "node-compile-cache")), false);
  });
});
