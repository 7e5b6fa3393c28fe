import assert from "node:assert/strict";
import type { Cluster } from "../harness/cluster";
import { say } from "../harness/progress";
import { apply, destroy, isDefinition, received, settle } from "./applied";
import { asDeployer, removeDeployer } from "./deployer";
import { missingFrom } from "./holds";
import { identity, type KubernetesObject, objectsIn } from "./objects";
import { refuseOccupied } from "./occupied";
import { openCluster, requiresCluster } from "./requires-cluster";
import { type Program, synthesise } from "./synthesise";
import { TemporaryFolder } from "./temporary-folder";
import { notUp } from "./up";
import { version } from "./version";

/** With pretended nodes it is seconds; a cluster of the user's pulls images. */
const UP_WITHIN_SECONDS = 300;
/** Long enough for the controllers to have seen everything once more. */
const QUIET_SECONDS = 5;
const TIMEOUT_MS = 600_000;

/** A program's objects on an API server, for further cases; each field is there once cases run. */
export interface OnApiServer {
  readonly cluster: Cluster;
  readonly objects: readonly KubernetesObject[];
}

export interface OnApiServerOptions {
  /** A cluster that several suites use, one after the other, from {@link sharedCluster}. Default: one of its own. */
  readonly cluster?: () => Cluster;
  /** Whether it is applied a second time, to see that nothing changes. @default true */
  readonly again?: boolean;
  /** Puts there what the program expects of the cluster, before anything is applied. */
  readonly prepare?: (cluster: Cluster) => Promise<void>;
  /** Further cases, which run once everything is up. */
  readonly further?: (it: OnApiServer) => void;
}

/** Opens one cluster for all suites inside this `describe`. What one leaves there are custom resource definitions alone. */
export function sharedCluster(): () => Cluster {
  let cluster: Cluster | undefined;
  before(async function () {
    this.timeout(TIMEOUT_MS);
    requiresCluster(this);
    cluster = await openCluster();
  });
  after(() => cluster?.stop());
  return () => {
    assert.ok(cluster);
    return cluster;
  };
}

/**
 * The suite of what an API server must say of any program: it runs the program with the offline engine, applies its
 * manifests as the shipped role, and destroys them again.
 *
 * @example
 * onApiServer("example shop", { cwd: "examples/shop", stack: "dev" });
 */
export function onApiServer(title: string, program: Program, options: OnApiServerOptions = {}): void {
  describe(title, function () {
    this.timeout(TIMEOUT_MS);
    let cluster: Cluster;
    let folder: TemporaryFolder;
    let files: readonly string[];
    let objects: readonly KubernetesObject[];
    let deployer: string | undefined;

    before(async function () {
      requiresCluster(this);
      folder = new TemporaryFolder();
      files = await synthesise(program, folder.path("manifests"), folder.path("state"));
      objects = files.flatMap(objectsIn);
      assert.ok(objects.length > 0, "the program makes no objects");
      cluster = options.cluster?.() ?? (await openCluster());
      await refuseOccupied(cluster, objects);
      deployer = await asDeployer(cluster);
      await options.prepare?.(cluster);
      say(`${title}: ${objects.length} objects in ${files.length} files`);
    });

    after(async () => {
      if (deployer !== undefined) await removeDeployer(cluster);
      if (options.cluster === undefined) await cluster?.stop();
      folder?.remove();
    });

    it("accepts every file with only the ones before it present, without a warning, from the shipped role", async () => {
      assert.ok(deployer);
      for (const file of files) await apply(cluster, [file], deployer);
    });

    it("keeps every field that was sent", async () => {
      const all = await received(cluster, files);
      for (const object of objects) {
        const held = all.get(identity(object));
        assert.ok(held !== undefined, `${identity(object)} is not there`);
        assert.deepEqual(missingFrom(storedForm(object), held), [], identity(object));
      }
    });

    it("brings every workload up and gives every load balancer an address", async () => {
      assert.deepEqual(await settle(UP_WITHIN_SECONDS, () => notUp(cluster)), []);
    });

    options.further?.({
      get cluster() {
        return cluster;
      },
      get objects() {
        return objects;
      },
    });

    it("gives istiod every permission that it uses on the way", function () {
      const { istiod } = cluster;
      if (istiod === undefined) {
        console.log("      skipped: istiod runs in the cluster and does not tell what it was refused");
        return this.skip();
      }
      assert.deepEqual([...istiod.refusals], []);
    });

    const again = options.again === false ? () => undefined : it;
    again("changes nothing when it is applied again, not even after the controllers have run", async () => {
      const versions = async () => {
        const held = await received(cluster, files);
        return new Map([...held].map(([name, object]) => [name, version(object)]));
      };
      const before = await versions();
      assert.ok(deployer);
      await apply(cluster, files, deployer);
      await new Promise((resolve) => setTimeout(resolve, QUIET_SECONDS * 1000));
      assert.deepEqual(await versions(), before);
    });

    it("leaves nothing behind but the custom resource definitions when it is destroyed in reverse order", async () => {
      assert.ok(deployer);
      await destroy(cluster, files, deployer);
      const left = await received(cluster, files);
      assert.deepEqual([...left.keys()].sort(), objects.filter(isDefinition).map(identity).sort());
    });
  });
}

/** The server turns a Secret's `stringData` into `data`; nothing else that we send has a second form. */
function storedForm(object: KubernetesObject): KubernetesObject {
  const { stringData, ...rest } = object as KubernetesObject & {
    readonly stringData?: Readonly<Record<string, string>>;
  };
  if (object.kind !== "Secret" || stringData === undefined) return object;
  const encoded = Object.entries(stringData).map(([key, text]) => [
    key,
    Buffer.from(text).toString("base64"),
  ]);
  return { ...rest, data: { ...(rest["data"] as object | undefined), ...Object.fromEntries(encoded) } };
}
