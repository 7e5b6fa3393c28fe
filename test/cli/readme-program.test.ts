import assert from "node:assert/strict";
import * as path from "node:path";
import type { Finding } from "../../analysis";
import { FAST, projectWith } from "../engine/support/project";
import { readmeProgram } from "../package/readme";
import { run } from "./run-cli";

const ROOT = path.resolve(__dirname, "..", "..");

describe("the README's program", () => {
  it("passes the rules and pack baseline: what another program owns is known, and nothing stops the deployment", async function () {
    this.timeout(300_000);
    const components = JSON.stringify(path.join(ROOT, "components"));
    const cwd = projectWith({ "index.ts": readmeProgram().replace('"meshwright"', components) });
    const { code, stdout, stderr } = await run(
      ["check", "--stack", "dev", "--pack", path.join(ROOT, "policies"), "--format", "json"],
      { cwd, env: { ...process.env, ...FAST } },
    );
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    const stopping = findings.filter(({ level }) => level === "mandatory");
    assert.deepEqual(
      stopping.map(({ rule, message }) => `${rule}: ${message}`),
      [],
      stderr,
    );
    assert.equal(code, 0);
    // Choices that are left to its owner, and what Istio's own installation leaves open.
    const advice = new Set(findings.map(({ rule }) => rule));
    assert.deepEqual([...advice].sort(), [
      "authz-target-exists",
      "egress-registry-only",
      "install-control-plane-hardened",
      "resilience-timeout-budget",
      "telemetry-labels-and-defaults",
      "workload-supply-and-capacity",
    ]);
  });
});
