import assert from "node:assert/strict";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";
import { violationsIn, type ReportedViolation } from "./operations";
import type { RunOptions, Sandbox } from "./sandbox";

/** The first version of the CLI that can judge a state without running the program. */
const SINCE: readonly [major: number, minor: number] = [3, 229];

/** Whether the CLI that runs this stack has `pulumi policy analyze`. */
export function canAnalyze({ workspace }: Stack): boolean {
  const [major = 0, minor = 0] = workspace.pulumiVersion.split(".").map(Number);
  return major > SINCE[0] || (major === SINCE[0] && minor >= SINCE[1]);
}

/** The violations that `pulumi policy analyze` finds in the stack's state. */
export async function analyze(
  sandbox: Sandbox,
  stack: Stack,
  stackUrn: string,
  options: RunOptions,
  folder = sandbox.folder,
): Promise<readonly ReportedViolation[]> {
  const { code, stdout, stderr } = await sandbox.pulumi(
    ["policy", "analyze", "--json", "--policy-pack", sandbox.policyPack, "--stack", stack.name],
    options,
    folder,
  );
  const events = stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as EngineEvent);
  assert.ok(
    events.some(({ summaryEvent }) => summaryEvent !== undefined),
    `the analysis did not come to its end (${code}): ${stderr}`,
  );
  const violations = violationsIn(events, stackUrn);
  const expected = violations.some(({ level }) => level === "mandatory");
  assert.equal(code !== 0, expected, `exit code ${code}: ${stderr}`);
  return violations;
}
