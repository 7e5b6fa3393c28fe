/*
 * The Pulumi CLI and its providers deploy every stack of this repository to a real API server (see test/cluster), and
 * what they register is what the offline engine records.
 *
 * Needed: `pulumi` on PATH, and the plugins of the locked SDKs in its cache or on PATH. The suite is skipped where one is
 * missing, and says which. It touches nothing outside folders of its own: not the project's files, which the CLI would
 * write into, nor the CLI's own settings.
 */
import assert from "node:assert/strict";
import type { Stack } from "@pulumi/pulumi/automation";
import { startCluster, type Cluster } from "../cluster/harness/cluster";
import { asDeployer } from "../cluster/support/deployer";
import { identity, type KubernetesObject } from "../cluster/support/objects";
import { perform } from "./support/operations";
import { analyze, canAnalyze } from "./support/policy-analyze";
import { Recording, stateOf } from "./support/recording";
import { missingRequirements } from "./support/requirements";
import { Sandbox } from "./support/sandbox";
import { inSteps } from "./support/steps";

const ENVIRONMENTS = ["dev", "staging", "prod"];
/** The Kubernetes provider gives a Deployment and a Service ten minutes each, and then says what they lack. */
const STEP_MILLISECONDS = 20 * 60_000;
const QUIET_WITHIN_SECONDS = 30;

describe("the stacks under the Pulumi CLI", function () {
  this.timeout(STEP_MILLISECONDS);
  let sandbox: Sandbox;

  before(function () {
    const missing = missingRequirements();
    if (missing.length > 0) {
      for (const reason of missing) console.log(`      skipped: ${reason}`);
      this.skip();
    }
    sandbox = new Sandbox();
  });

  after(() => sandbox?.dispose());

  describe("root, which keeps the offline root", function () {
    inSteps(this);
    let stack: Stack;
    let recording: Recording;

    before(async () => {
      stack = await sandbox.stack("root");
      recording = await Recording.of(sandbox, "root");
    });

    it("previews the creation of what the offline engine recorded, with its types checked", async () => {
      const { changes } = await perform(await sandbox.stack("root", { typeCheck: true }), "preview");
      assert.deepEqual(changes, { create: recording.size });
    });

    it("is deployed with the resources, inputs and dependencies that the offline engine recorded", async () => {
      const { changes } = await perform(stack, "up");
      assert.deepEqual(changes, { create: recording.size });
      await recording.holdState(stack);
    });

    it("does not change when it is previewed and deployed again", async () => {
      await holdsStill(stack, recording);
    });

    it("cannot be destroyed while its root is protected", async () => {
      // Without its preview a destruction begins with what is not protected, and the other stacks need that.
      await assert.rejects(stack.previewDestroy({ color: "never" }), /protect/);
      await recording.holdState(stack);
    });
  });

  for (const name of ENVIRONMENTS) {
    describe(`${name}, on an API server`, function () {
      inSteps(this);
      let cluster: Cluster;
      let kubeconfig: string;
      let stack: Stack;
      let recording: Recording;
      let crds: ReadonlyMap<string, string>;

      before(async () => {
        cluster = await startCluster();
        kubeconfig = await asDeployer(cluster);
        stack = await sandbox.stack(name, { kubeconfig });
        recording = await Recording.of(sandbox, name, { kubeconfig });
      });

      after(() => cluster?.stop());

      it("previews the creation of what the offline engine recorded, and no policy stumbles over what is not known yet", async () => {
        const { changes, violations, refused } = await perform(stack, "preview", {
          policyPacks: [sandbox.policyPack],
        });
        assert.equal(refused, false);
        assert.deepEqual(changes, { create: recording.size });
        // What needs a value that is not known yet cannot be reported yet; nothing else may be.
        const expected = new Set(recording.violations.map((violation) => JSON.stringify(violation)));
        assert.deepEqual(
          violations.filter((violation) => !expected.has(JSON.stringify(violation))),
          [],
        );
      });

      it("is deployed with the resources, inputs and dependencies that the offline engine recorded", async () => {
        const { changes } = await perform(stack, "up");
        assert.deepEqual(changes, { create: recording.size });
        await recording.holdState(stack);
      });

      it("is there, with an address for every gateway and a certificate in every webhook", async () => {
        const there = await held(cluster, recording);
        assert.equal(there.size, recording.objects.length);
        const { gatewayAddresses } = await stack.outputs();
        const addresses = Object.entries(gatewayAddresses?.value as Readonly<Record<string, unknown>>);
        assert.ok(addresses.length > 0);
        for (const [gateway, address] of addresses)
          assert.match(String(address), /^203\.0\.113\.\d+$/, gateway);
        assert.deepEqual(await webhooksWithoutCertificate(cluster), []);
      });

      it("does not change when it is previewed and deployed again, though istiod has written into its webhooks", async () => {
        await holdsStill(stack, recording);
      });

      it("is judged by the policy pack as the offline engine judges it", async () => {
        const { violations } = await perform(stack, "preview", { policyPacks: [sandbox.policyPack] });
        assert.deepEqual(violations, recording.violations);
      });

      it("is judged so from its state alone, by pulumi policy analyze", async function () {
        if (!canAnalyze(stack)) {
          console.log(`      skipped: pulumi ${stack.workspace.pulumiVersion} has no policy analyze`);
          this.skip();
        }
        assert.deepEqual(
          await analyze(sandbox, stack, recording.stackUrn, { kubeconfig }),
          recording.violations,
        );
      });

      it("leaves nothing when it is destroyed but its custom resource definitions", async () => {
        const before = await held(cluster, recording);
        crds = new Map([...before].filter(([object]) => object.startsWith("CustomResourceDefinition ")));
        assert.ok(crds.size > 0);
        await perform(stack, "destroy");
        assert.deepEqual(await stateOf(stack), []);
        assert.deepEqual(await held(cluster, recording), crds);
      });

      it("is deployed once more, and takes over the custom resource definitions that stayed", async () => {
        const { changes } = await perform(stack, "up");
        assert.deepEqual(changes, { create: recording.size });
        await recording.holdState(stack);
        const now = await held(cluster, recording);
        assert.equal(now.size, recording.objects.length);
        for (const [crd, uid] of crds) assert.equal(now.get(crd), uid, `${crd} was made anew`);
      });

      it("does not change after that either", async () => {
        await holdsStill(stack, recording);
      });
    });
  }

  describe("root, at the end", function () {
    inSteps(this);

    it("is destroyed once its protection is lifted", async () => {
      const stack = await sandbox.stack("root");
      const { code, stderr } = await sandbox.pulumi([
        "state",
        "unprotect",
        "--all",
        "--yes",
        "--stack",
        "root",
      ]);
      assert.equal(code, 0, stderr);
      await perform(stack, "destroy");
      assert.deepEqual(await stateOf(stack), []);
    });

    it("leaves no process running", async () => {
      const deadline = Date.now() + QUIET_WITHIN_SECONDS * 1000;
      while (sandbox.running().length > 0 && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
      assert.deepEqual(sandbox.running(), []);
    });
  });
});

async function holdsStill(stack: Stack, recording: Recording): Promise<void> {
  for (const operation of ["preview", "up"] as const) {
    const { changes, steps } = await perform(stack, operation);
    assert.deepEqual(steps, [], operation);
    assert.deepEqual(changes, { same: recording.size }, operation);
  }
}

/** Which of the recorded objects the cluster holds, with their identifiers. */
async function held(cluster: Cluster, { objects }: Recording): Promise<ReadonlyMap<string, string>> {
  const { code, stdout, stderr } = await cluster.kubectl(
    ["get", "-f", "-", "-o", "json", "--ignore-not-found"],
    { input: JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }) },
  );
  assert.equal(code, 0, stderr);
  if (stdout.trim() === "") return new Map();
  const answer = JSON.parse(stdout) as KubernetesObject & { readonly items?: readonly KubernetesObject[] };
  return new Map(
    (answer.items ?? [answer]).map((object) => [identity(object), String(object.metadata["uid"])]),
  );
}

interface WebhookConfiguration {
  readonly metadata: { readonly name: string };
  readonly webhooks?: readonly {
    readonly name: string;
    readonly clientConfig: { readonly caBundle?: string };
  }[];
}

async function webhooksWithoutCertificate({ api }: Cluster): Promise<readonly string[]> {
  const kinds = ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"];
  const lists = await Promise.all(
    kinds.map((kind) => api.list<WebhookConfiguration>(`/apis/admissionregistration.k8s.io/v1/${kind}`)),
  );
  const configurations = lists.flat();
  assert.ok(configurations.length > 0);
  return configurations.flatMap(({ metadata, webhooks = [] }) =>
    webhooks
      .filter(({ clientConfig }) => (clientConfig.caBundle ?? "") === "")
      .map((webhook) => `${metadata.name}/${webhook.name}`),
  );
}
