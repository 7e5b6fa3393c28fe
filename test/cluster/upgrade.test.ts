import assert from "node:assert/strict";
import * as path from "node:path";
import type { Cluster } from "./harness/cluster";
import { apply, destroy, isDefinition, received, remove, settle } from "./support/applied";
import { missing, proxy } from "./support/data-plane/missing";
import { type DataPlane, dataPlane } from "./support/data-plane/snapshot";
import { watching } from "./support/data-plane/watch";
import { asDeployer, removeDeployer } from "./support/deployer";
import type { Service } from "./support/kinds";
import { identity, objectsIn } from "./support/objects";
import { refuseOccupied } from "./support/occupied";
import { openCluster, requiresCluster, requiresInjection } from "./support/requires-cluster";
import { synthesise } from "./support/synthesise";
import { TemporaryFolder } from "./support/temporary-folder";
import { notUp } from "./support/up";

const PROGRAM = path.join(__dirname, "programs", "upgrade");
/** Fewer would be a state before and one after, and nothing of what is between. */
const STATES_AT_LEAST = 3;
const SETTLED_WITHIN_SECONDS = 300;

/** The releases in the program; a pod's image tells which one's istiod injected it. */
const OLD = "1.30.3";
const NEW = "1.31.1";

const UPGRADES = [
  { by: "relabelled namespaces, from the unnamed control plane", from: "default", to: "1-31-1" },
  { by: "a tag that moves", from: "1-30-3", to: "1-31-1", tag: "stable" },
] as const;

for (const upgrade of UPGRADES) {
  const { by, from, to } = upgrade;
  const tag = "tag" in upgrade ? upgrade.tag : "";
  const [oldIstiod, newIstiod] = [from, to].map((revision) =>
    revision === "default" ? "istio-system/istiod" : `istio-system/istiod-${revision}`,
  );

  describe(`upgrade by ${by}`, function () {
    this.timeout(600_000);
    let cluster: Cluster;
    let folder: TemporaryFolder;
    let deployer: string;
    let files: readonly string[] = [];
    let address: unknown;
    let root: string | undefined;

    before(async function () {
      requiresCluster(this);
      folder = new TemporaryFolder();
      const first = await manifests("before");
      cluster = await openCluster();
      requiresInjection(this, cluster);
      await refuseOccupied(cluster, first.flatMap(objectsIn));
      deployer = await asDeployer(cluster);
      await become(first);
      const plane = await dataPlane(cluster);
      address = addressOf(plane);
      root = plane.roots.get("shop");
    });

    after(async () => {
      if (deployer !== undefined) await removeDeployer(cluster);
      await cluster?.stop();
      folder?.remove();
    });

    const manifests = (step: string) =>
      synthesise(
        { cwd: PROGRAM, stack: "upgrade", config: { step, from, to, tag } },
        folder.path(step),
        folder.path("state"),
      );

    /** Applies the files, waits until all of it is up, and then removes what they no longer hold, last first. */
    const become = async (next: readonly string[]) => {
      for (const file of next) await apply(cluster, file, deployer);
      await up();
      const kept = new Set(next.flatMap(objectsIn).map(identity));
      const gone = files.flatMap(objectsIn).filter((object) => !kept.has(identity(object)));
      await remove(cluster, gone, deployer);
      files = next;
    };

    const up = async () => {
      const open = await settle(SETTLED_WITHIN_SECONDS, async () => [
        ...(await notUp(cluster)),
        ...missing(await dataPlane(cluster)),
      ]);
      assert.deepEqual(open, []);
    };

    const restart = async (namespace: string) => {
      const { code, stderr } = await cluster.kubectl(["rollout", "restart", "deployment", "-n", namespace], {
        kubeconfig: deployer,
      });
      assert.equal(code, 0, stderr);
      const rolled = await cluster.kubectl(["rollout", "status", "deployment", "-n", namespace]);
      assert.equal(rolled.code, 0, rolled.stderr);
    };

    const assertNothingMissed = async (work: () => Promise<void>) => {
      const { found, states } = await watching(cluster, work);
      assert.deepEqual([...found], []);
      assert.ok(states >= STATES_AT_LEAST, `${states} states`);
      const plane = await dataPlane(cluster);
      assert.deepEqual(addressOf(plane), address, "the gateway has another address");
      assert.equal(plane.roots.get("shop"), root, "another certificate is to be trusted");
    };

    const versions = async (namespace: string) => {
      const { pods } = await dataPlane(cluster);
      const images = pods
        .filter(
          ({ metadata }) => metadata.namespace === namespace && metadata.deletionTimestamp === undefined,
        )
        .map((pod) => proxy(pod)?.image?.split(":").at(-1) ?? "no proxy");
      return [...new Set(images)];
    };

    it("starts with every pod on the old control plane", async () => {
      assert.deepEqual(await versions("shop"), [OLD]);
      assert.deepEqual(await versions("edge"), [OLD]);
    });

    it("misses nothing while the new control plane comes up beside the old one, and no pod changes", async () => {
      const next = await manifests("both");
      await assertNothingMissed(() => become(next));
      assert.ok((await dataPlane(cluster)).answering.has(newIstiod ?? ""));
      assert.deepEqual(await versions("shop"), [OLD]);
    });

    it("misses nothing while the namespaces move, and pods that run stay with the old one until they are restarted", async () => {
      const next = await manifests("moved");
      await assertNothingMissed(() => become(next));
      assert.deepEqual(await versions("shop"), [OLD]);
      const withoutOld = without(await dataPlane(cluster), oldIstiod ?? "");
      assert.ok(
        missing(withoutOld).includes(`pod shop/cart: nothing answers at its control plane ${oldIstiod}`),
        "taking the old one away now would not be seen",
      );
    });

    it("misses nothing while pods are restarted, after which all are on the new one", async () => {
      await assertNothingMissed(async () => {
        await restart("shop");
        // By its label a gateway has moved already; behind a tag its pods do not know that anything has changed.
        if (tag !== "") await restart("edge");
      });
      assert.deepEqual(await versions("shop"), [NEW]);
      assert.deepEqual(await versions("edge"), [NEW]);
    });

    it("misses nothing while the old control plane goes, and leaves nothing of it", async () => {
      const old = files.flatMap(objectsIn).map(identity);
      const previous = files;
      const next = await manifests("after");
      await assertNothingMissed(() => become(next));
      const kept = new Set(next.flatMap(objectsIn).map(identity));
      const held = await received(cluster, previous);
      assert.deepEqual(
        old.filter((name) => !kept.has(name) && held.has(name)),
        [],
      );
      assert.equal((await dataPlane(cluster)).answering.has(oldIstiod ?? ""), false);
    });

    it("would see a control plane that goes too early", async () => {
      const plane = without(await dataPlane(cluster), newIstiod ?? "");
      assert.deepEqual(
        [...new Set(missing(plane))],
        [
          `namespace edge: nothing answers at its injector ${newIstiod}`,
          `namespace shop: nothing answers at its injector ${newIstiod}`,
          `pod edge/istio-ingressgateway: nothing answers at its control plane ${newIstiod}`,
          `pod shop/cart: nothing answers at its control plane ${newIstiod}`,
        ],
      );
    });

    it("leaves nothing behind but the custom resource definitions when it is destroyed", async () => {
      await destroy(cluster, files, deployer);
      const left = await received(cluster, files);
      assert.deepEqual(
        [...left.keys()].sort(),
        files.flatMap(objectsIn).filter(isDefinition).map(identity).sort(),
      );
    });
  });
}

function without(plane: DataPlane, service: string): DataPlane {
  return { ...plane, answering: new Set([...plane.answering].filter((name) => name !== service)) };
}

function addressOf({ services }: DataPlane): Service["status"] {
  return services.find(({ spec }) => spec.type === "LoadBalancer")?.status;
}
