/*
 * The policy pack under the Pulumi CLI says of a flawed stack what it says under the offline engine: before it is
 * deployed, once it is, and from its state alone. The stacks of this repository have no flaws to show that with; see
 * stacks.test.ts for those, and for what this suite needs.
 */
import assert from "node:assert/strict";
import type { Stack } from "@pulumi/pulumi/automation";
import { istioCustomResourceDefinitions } from "../../components/resources";
import { startCluster, type Cluster } from "../cluster/harness/cluster";
import { FLAWED } from "./support/flawed-program";
import { perform, type ReportedViolation } from "./support/operations";
import { analyze, canAnalyze } from "./support/policy-analyze";
import { Recording } from "./support/recording";
import { missingRequirements } from "./support/requirements";
import { Sandbox, type RunOptions } from "./support/sandbox";
import { inSteps } from "./support/steps";

const PACKS = ["baseline", "strict"];
const STEP_MILLISECONDS = 10 * 60_000;

describe("the policy pack under the Pulumi CLI", function () {
  this.timeout(STEP_MILLISECONDS);
  inSteps(this);
  let sandbox: Sandbox;
  let cluster: Cluster;
  let folder: string;
  const recordings = new Map<string, Recording>();

  before(async function () {
    const missing = missingRequirements();
    if (missing.length > 0) {
      for (const reason of missing) console.log(`      skipped: ${reason}`);
      this.skip();
    }
    sandbox = new Sandbox();
    folder = sandbox.addProject("flawed", FLAWED);
    cluster = await startCluster();
    await installDefinitions(cluster);
    for (const pack of PACKS) {
      recordings.set(pack, await Recording.of(sandbox, "dev", options(pack), folder));
    }
  });

  after(async () => {
    await cluster?.stop();
    await sandbox?.dispose();
  });

  const options = (pack: string): RunOptions => ({
    kubeconfig: cluster.kubeconfig,
    env: { MESHWRIGHT_POLICY_PACK: pack },
  });
  const stackWith = (pack: string): Promise<Stack> => sandbox.stack("dev", options(pack), folder);
  const recordingWith = (pack: string): Recording => {
    const recording = recordings.get(pack);
    assert.ok(recording);
    return recording;
  };

  it("refuses a flawed stack before it is deployed, for nothing that the offline engine does not find", async () => {
    const recording = recordingWith("baseline");
    assertInteresting(recording.violations);
    const { violations, refused } = await perform(await stackWith("baseline"), "preview", {
      policyPacks: [sandbox.policyPack],
    });
    assert.equal(refused, true);
    const expected = new Set(recording.violations.map((violation) => JSON.stringify(violation)));
    assert.deepEqual(
      violations.filter((violation) => !expected.has(JSON.stringify(violation))),
      [],
    );
  });

  it("can be left out, and the flawed stack be deployed as the offline engine recorded it", async () => {
    const stack = await stackWith("baseline");
    await perform(stack, "up");
    await recordingWith("baseline").holdState(stack);
  });

  for (const pack of PACKS) {
    it(`finds in the deployed stack what the offline engine finds: ${pack}`, async () => {
      const { violations } = recordingWith(pack);
      const outcome = await perform(await stackWith(pack), "preview", { policyPacks: [sandbox.policyPack] });
      assert.deepEqual(outcome.violations, violations);
      assert.equal(outcome.refused, true);
    });

    it(`finds it from the state alone, by pulumi policy analyze: ${pack}`, async function () {
      const stack = await stackWith(pack);
      if (!canAnalyze(stack)) {
        console.log(`      skipped: pulumi ${stack.workspace.pulumiVersion} has no policy analyze`);
        this.skip();
      }
      const { violations, stackUrn } = recordingWith(pack);
      assert.deepEqual(await analyze(sandbox, stack, stackUrn, options(pack), folder), violations);
    });
  }
});

/** Both levels, and findings in a single object as well as between objects: else equality would show little. */
function assertInteresting(violations: readonly ReportedViolation[]): void {
  const levels = new Set(violations.map(({ level }) => level));
  const policies = new Set(violations.map(({ policy }) => policy));
  assert.deepEqual([...levels].sort(), ["advisory", "mandatory"]);
  for (const policy of ["gateway-no-plaintext", "traffic-subset-exists"])
    assert.ok(policies.has(policy), policy);
}

/** The flawed stack brings none of its own. */
async function installDefinitions(cluster: Cluster): Promise<void> {
  const items = istioCustomResourceDefinitions();
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  for (const args of [
    ["apply", "--server-side", "-f", "-"],
    ["wait", "--for=condition=Established", "--timeout=60s", "-f", "-"],
  ]) {
    const { code, stderr } = await cluster.kubectl(args, { input: list });
    assert.equal(code, 0, stderr);
  }
}
