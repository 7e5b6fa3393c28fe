/*
 * The official charts under the Pulumi CLI, from a folder on disk, and a running mesh that moves from them to our own objects
 * and back. What serves traffic must never be deleted for it. See stacks.test.ts for what this suite needs; it also needs
 * Istio's Go module, which holds the charts.
 */
import assert from "node:assert/strict";
import * as path from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { startCluster, type Cluster } from "../cluster/harness/cluster";
import { settle } from "../cluster/support/applied";
import { missing } from "../cluster/support/data-plane/missing";
import { dataPlane } from "../cluster/support/data-plane/snapshot";
import { watching } from "../cluster/support/data-plane/watch";
import { notUp } from "../cluster/support/up";
import { layCharts, SERVING, SWITCHING } from "./support/charts-program";
import { perform, type Outcome } from "./support/operations";
import { stateOf } from "./support/recording";
import { missingRequirements } from "./support/requirements";
import { Sandbox } from "./support/sandbox";
import { inSteps } from "./support/steps";

const STEP_MILLISECONDS = 20 * 60_000;
const SETTLED_WITHIN_SECONDS = 120;
const CHART = "kubernetes:helm.sh/v4:Chart";

describe("the official charts under the Pulumi CLI", function () {
  this.timeout(STEP_MILLISECONDS);
  inSteps(this);
  let sandbox: Sandbox;
  let cluster: Cluster;
  let stack: Stack;
  let charts: string;

  before(async function () {
    const reasons = [...missingRequirements()];
    if (reasons.length === 0) {
      sandbox = new Sandbox();
      const folder = sandbox.addProject("switching", SWITCHING);
      charts = path.join(folder, "charts");
      const none = layCharts(charts);
      if (none !== undefined) reasons.push(none);
      else {
        cluster = await startCluster();
        stack = await sandbox.stack("dev", { kubeconfig: cluster.kubeconfig }, folder);
        return;
      }
    }
    for (const reason of reasons) console.log(`      skipped: ${reason}`);
    this.skip();
  });

  after(async () => {
    await cluster?.stop();
    await sandbox?.dispose();
  });

  /** Deploys with this configuration. */
  const up = async (helm: boolean, retain: boolean): Promise<Outcome> => {
    await stack.setAllConfig({
      "switching:helm": { value: String(helm) },
      "switching:retain": { value: String(retain) },
      "switching:charts": { value: charts },
    });
    return perform(stack, "up");
  };

  const assertUp = async () => {
    const open = await settle(SETTLED_WITHIN_SECONDS, async () => [
      ...(await notUp(cluster)),
      ...missing(await dataPlane(cluster)),
    ]);
    assert.deepEqual(open, []);
  };

  const identifiers = async () => {
    const found = new Map<string, unknown>();
    for (const url of SERVING) {
      const { status, body } = await cluster.api.request("GET", url);
      const { uid } = (body as { readonly metadata?: { readonly uid?: string } }).metadata ?? {};
      found.set(url, status === 200 ? uid : `status ${status}`);
    }
    return found;
  };

  /** How many of the charts, and of our own objects in their place, the state holds. */
  const held = async () => {
    const state = await stateOf(stack);
    const ours = state.filter(
      ({ type, urn }) =>
        type === "kubernetes:apps/v1:Deployment" &&
        !urn.includes(`$${CHART}$`) &&
        urn.includes("meshwright:"),
    );
    return { charts: state.filter(({ type }) => type === CHART).length, ours: ours.length };
  };

  /** Moves from one source to the other, while somebody looks whether anything is missed. */
  const assertMoves = async (helm: boolean) => {
    const before = await identifiers();
    const { found } = await watching(cluster, async () => {
      await up(helm, true);
      await assertUp();
    });
    assert.deepEqual([...found], []);
    assert.deepEqual(await identifiers(), before);
    assert.deepEqual(await held(), helm ? { charts: 3, ours: 0 } : { charts: 0, ours: 2 });
  };

  it("installs control plane and gateway from a folder on disk, and all of it comes up", async () => {
    await up(true, false);
    await assertUp();
    assert.deepEqual(await held(), { charts: 3, ours: 0 });
    for (const [url, uid] of await identifiers()) assert.match(String(uid), /^[0-9a-f-]{36}$/, url);
  });

  it("does not change when it is deployed again, though istiod has written into the webhooks of the chart", async () => {
    const { steps } = await up(true, false);
    assert.deepEqual(steps, []);
  });

  it("deletes nothing when its objects are to be retained from now on", async () => {
    const before = await identifiers();
    await up(true, true);
    assert.deepEqual(await identifiers(), before);
  });

  it("moves to our own objects, which take over where they are what serves traffic", () =>
    assertMoves(false));

  it("does not change when those are deployed again", async () => {
    const { steps } = await up(false, true);
    assert.deepEqual(steps, []);
  });

  it("moves back to the charts in the same way", () => assertMoves(true));

  it("goes when it is destroyed, once nothing is retained any more", async () => {
    await up(true, false);
    await perform(stack, "destroy");
    assert.deepEqual(await stateOf(stack), []);
    const left = [...(await identifiers())].filter(([, uid]) => uid !== "status 404");
    assert.deepEqual(left, []);
  });
});
