import assert from "node:assert/strict";
import { istioCustomResourceDefinitions } from "../../components/resources";
import type { Cluster } from "./harness/cluster";
import { isDefinition, received } from "./support/applied";
import { missing, proxy } from "./support/data-plane/missing";
import { type DataPlane, dataPlane } from "./support/data-plane/snapshot";
import { watching } from "./support/data-plane/watch";
import { asDeployer, removeDeployer } from "./support/deployer";
import type { Service } from "./support/kinds";
import { identity, objectsIn } from "./support/objects";
import { refuseOccupied } from "./support/occupied";
import { openCluster, requiresCluster, requiresInjection } from "./support/requires-cluster";
import { Rollout } from "./support/rollout";
import { synthesise } from "./support/synthesise";
import { TemporaryFolder } from "./support/temporary-folder";
import { configure, upgradeGuide, writeProject } from "./support/upgrade-guide";

/** Fewer would be a state before and one after, and nothing of what is between. */
const STATES_AT_LEAST = 3;

/** The releases in the guide; a pod's image tells which one's istiod injected it. */
const OLD = "1.30.3";
const NEW = "1.31.1";

/** What the sections of the guide lead through. */
const WAYS = [
  { title: "With a tag", oldIstiod: "istio-system/istiod-1-30-3", comesBack: true },
  { title: "Without a tag", oldIstiod: "istio-system/istiod", comesBack: false },
] as const;
const NEW_ISTIOD = "istio-system/istiod-1-31-1";

const guide = upgradeGuide();

it("the guide to upgrading has no way that is not replayed", () => {
  assert.deepEqual(
    guide.ways.map(({ title }) => title),
    WAYS.map(({ title }) => title),
  );
});

for (const { title, oldIstiod, comesBack } of WAYS) {
  describe(`upgrade as docs/upgrade.md leads through it: ${title}`, function () {
    this.timeout(600_000);
    const way = guide.ways.find((one) => one.title === title);
    assert.ok(way);
    let cluster: Cluster;
    let folder: TemporaryFolder;
    let deployer: string;
    let rollout: Rollout;
    let manifests: readonly (readonly string[])[];
    let address: unknown;
    let root: string | undefined;

    before(async function () {
      requiresCluster(this);
      folder = new TemporaryFolder();
      const cwd = folder.path("project");
      writeProject(cwd, guide.program);
      const steps: (readonly string[])[] = [];
      for (const [i, configuration] of way.steps.entries()) {
        configure(cwd, configuration);
        steps.push(await synthesise({ cwd, stack: "prod" }, folder.path(`step-${i}`), folder.path("state")));
      }
      manifests = steps;
      cluster = await openCluster();
      requiresInjection(this, cluster);
      await refuseOccupied(cluster, stepAt(0).flatMap(objectsIn));
      deployer = await asDeployer(cluster);
      // The mesh that is to be upgraded was made when there was no other release.
      await applied(istioCustomResourceDefinitions(OLD));
      rollout = new Rollout(cluster, deployer, async () => missing(await dataPlane(cluster)));
      await rollout.become(stepAt(0));
      await applied([shop()]);
      await kubectl(["rollout", "status", "deployment", "--namespace", "shop"]);
      const plane = await dataPlane(cluster);
      address = addressOf(plane);
      root = plane.roots.get("shop");
    });

    after(async () => {
      if (deployer !== undefined) await removeDeployer(cluster);
      await cluster?.stop();
      folder?.remove();
    });

    const stepAt = (step: 0 | 1 | 2 | 3): readonly string[] => manifests[step] ?? [];

    const kubectl = async (args: readonly string[], input?: string) => {
      const options = { kubeconfig: deployer, ...(input === undefined ? {} : { input }) };
      const { code, stdout, stderr } = await cluster.kubectl(args, options);
      assert.equal(code, 0, stderr);
      return stdout;
    };

    const applied = (items: readonly unknown[]) =>
      kubectl(
        ["apply", "--server-side", "-f", "-"],
        JSON.stringify({ apiVersion: "v1", kind: "List", items }),
      );

    const restart = async () => {
      for (const args of way.restart) await kubectl(args);
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
      await assertNothingMissed(() => rollout.become(stepAt(1)));
      assert.ok((await dataPlane(cluster)).answering.has(NEW_ISTIOD));
      assert.deepEqual(await versions("shop"), [OLD]);
      assert.deepEqual(await versions("edge"), [OLD]);
    });

    it("misses nothing while the namespaces move, and pods that run stay with the old one until they are restarted", async () => {
      await assertNothingMissed(() => rollout.become(stepAt(2)));
      assert.deepEqual(await versions("shop"), [OLD]);
      const withoutOld = without(await dataPlane(cluster), oldIstiod);
      assert.ok(
        missing(withoutOld).includes(`pod shop/cart: nothing answers at its control plane ${oldIstiod}`),
        "taking the old one away now would not be seen",
      );
    });

    it("misses nothing while pods are restarted, after which all are on the new one", async () => {
      await assertNothingMissed(restart);
      assert.deepEqual(await versions("shop"), [NEW]);
      assert.deepEqual(await versions("edge"), [NEW]);
    });

    if (comesBack) {
      it("misses nothing on the way back, and on the way there once more", async () => {
        await assertNothingMissed(async () => {
          await rollout.become(stepAt(1));
          await restart();
        });
        assert.deepEqual([await versions("shop"), await versions("edge")], [[OLD], [OLD]]);
        await assertNothingMissed(async () => {
          await rollout.become(stepAt(2));
          await restart();
        });
        assert.deepEqual([await versions("shop"), await versions("edge")], [[NEW], [NEW]]);
      });
    }

    it("shows that no pod is with the old one any more, before it goes", async () => {
      const table = await kubectl(way.look);
      const rows = table
        .split("\n")
        .map((line) => line.split(/\s+/))
        .filter(([namespace = ""]) => ["edge", "shop"].includes(namespace));
      assert.ok(rows.length >= 4, table);
      assert.deepEqual([...new Set(rows.map(([, , revision]) => revision))], ["1-31-1"], table);
    });

    it("misses nothing while the old control plane goes, and leaves nothing of it", async () => {
      const previous = rollout.files;
      await assertNothingMissed(() => rollout.become(stepAt(3)));
      const kept = new Set(stepAt(3).flatMap(objectsIn).map(identity));
      const gone = previous
        .flatMap(objectsIn)
        .map(identity)
        .filter((name) => !kept.has(name));
      assert.ok(gone.length > 0);
      const held = await received(cluster, previous);
      assert.deepEqual(
        gone.filter((name) => held.has(name)),
        [],
      );
      assert.equal((await dataPlane(cluster)).answering.has(oldIstiod), false);
    });

    it("would see a control plane that goes too early", async () => {
      const plane = without(await dataPlane(cluster), NEW_ISTIOD);
      assert.deepEqual(
        [...new Set(missing(plane))],
        [
          `namespace edge: nothing answers at its injector ${NEW_ISTIOD}`,
          `namespace shop: nothing answers at its injector ${NEW_ISTIOD}`,
          `pod edge/istio-ingressgateway: nothing answers at its control plane ${NEW_ISTIOD}`,
          `pod shop/cart: nothing answers at its control plane ${NEW_ISTIOD}`,
        ],
      );
    });

    it("leaves nothing behind but the custom resource definitions when it is destroyed", async () => {
      await rollout.destroy();
      const left = await received(cluster, rollout.files);
      assert.deepEqual(
        [...left.keys()].sort(),
        rollout.files.flatMap(objectsIn).filter(isDefinition).map(identity).sort(),
      );
    });
  });
}

/** What runs in the mesh. */
function shop(): object {
  const labels = { app: "cart" };
  const containers = [{ name: "cart", image: "registry.example.com/cart:1.0.0" }];
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "cart", namespace: "shop" },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    },
  };
}

function without(plane: DataPlane, service: string): DataPlane {
  return { ...plane, answering: new Set([...plane.answering].filter((name) => name !== service)) };
}

function addressOf({ services }: DataPlane): Service["status"] {
  return services.find(({ spec }) => spec.type === "LoadBalancer")?.status;
}
