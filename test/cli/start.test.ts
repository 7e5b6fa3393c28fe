import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { FAST } from "../engine/support/project";
import { run } from "./run-cli";

const ROOT = path.resolve(__dirname, "..", "..");

/** Name and digest of every manifest: what differs is told without printing what may be secret. */
function digests(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [
        name,
        createHash("sha256")
          .update(readFileSync(path.join(folder, name)))
          .digest("hex"),
      ]),
  );
}

function start(args: readonly string[], env: NodeJS.ProcessEnv = FAST) {
  return spawnSync(process.execPath, ["scripts/run.cjs", "start", ...args], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, ...env, NO_COLOR: "1" },
  });
}

/** @param source what `check` looks at */
async function passesStrict(source: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await run(["check", ...source, "--pack", "strict", "--format", "json"], {
    cwd: ROOT,
    env: { ...process.env, ...FAST },
  });
  assert.equal(code, 0, stdout + stderr);
  const { checked } = JSON.parse(stdout) as { readonly checked: number };
  assert.ok(checked > 50, `${checked} objects`);
}

describe("npm start", function () {
  this.timeout(300_000);

  for (const stack of ["dev", "prod"]) {
    it(`ends with the manifests of ${stack}, no mandatory finding, exit 0 and what comes next; again with the same bytes, which pass pack strict, too`, async () => {
      const folder = path.join(ROOT, ".mesh", stack, "manifests");
      // Types are checked once, where nothing is said: that is what people run.
      const first = stack === "dev" ? start([], {}) : start(["--stack", stack]);
      assert.equal(first.status, 0, first.stdout + first.stderr);
      assert.match(first.stdout, new RegExp(`^Stack ${stack} of meshwright: `));
      assert.ok(first.stdout.includes(`Manifests in .mesh/${stack}/manifests\n`));
      assert.match(first.stdout, /\n(No findings|0 mandatory, \d+ advisory): \d+ objects, \d+ rules\.\n/);
      assert.match(first.stdout, /\nNext\n/);
      const before = digests(folder);
      assert.ok(Object.keys(before).length > 5);
      const second = start(["--stack", stack]);
      assert.equal(second.stdout, first.stdout);
      assert.deepEqual(digests(folder), before);
      await passesStrict(["-f", folder]);
    });
  }

  it("leads to a staging that has no mandatory finding in pack strict either", () =>
    passesStrict(["--stack", "staging"]));

  it("refuses a stack that there is not, with those that there are", () => {
    const { status, stdout, stderr } = start(["--stack", "nope"]);
    assert.deepEqual([status, stdout], [2, ""]);
    assert.match(stderr, /\[engine\/unknown-stack\]\n.*\n +expected: one of dev, prod, root, staging\n/);
  });
});
