import assert from "node:assert/strict";
import type { Cluster } from "./harness/cluster";
import { say } from "./harness/progress";
import { apply, destroy, isDefinition, received, settle } from "./support/applied";
import { asDeployer, removeDeployer } from "./support/deployer";
import { missingFrom } from "./support/holds";
import type { Container, Pod } from "./support/kinds";
import { identity, type KubernetesObject, objectsIn } from "./support/objects";
import { refuseOccupied } from "./support/occupied";
import { openCluster, requiresCluster, requiresInjection } from "./support/requires-cluster";
import { synthesise } from "./support/synthesise";
import { TemporaryFolder } from "./support/temporary-folder";
import { notUp } from "./support/up";
import { version } from "./support/version";

/** With pretended nodes it is seconds; a cluster of the user's pulls images. */
const UP_WITHIN_SECONDS = 300;
/** Long enough for the controllers to have seen everything once more. */
const QUIET_SECONDS = 5;

for (const stack of ["dev", "staging", "prod"]) {
  describe(`stack ${stack} on a real API server`, function () {
    this.timeout(600_000);
    let cluster: Cluster;
    let folder: TemporaryFolder;
    let files: readonly string[];
    let objects: readonly KubernetesObject[];
    let deployer: string;

    before(async function () {
      requiresCluster(this);
      folder = new TemporaryFolder();
      files = await synthesise({ stack }, folder.path("manifests"), folder.path("state"));
      objects = files.flatMap(objectsIn);
      cluster = await openCluster();
      await refuseOccupied(cluster, objects);
      deployer = await asDeployer(cluster);
      say(`stack ${stack}: ${objects.length} objects in ${files.length} files`);
    });

    after(async () => {
      if (deployer !== undefined) await removeDeployer(cluster);
      await cluster?.stop();
      folder?.remove();
    });

    const pods = (namespace: string) => cluster.api.list<Pod>(`/api/v1/namespaces/${namespace}/pods`);

    it("accepts every file with only the ones before it present, without a warning, from the shipped role", async () => {
      for (const file of files) await apply(cluster, file, deployer);
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

    it("injects a native sidecar into every pod of the application, from the templates that were applied", async function () {
      requiresInjection(this, cluster);
      const all = await pods("bookinfo");
      assert.ok(all.length >= 6, `${all.length} pods`);
      for (const { metadata, spec } of all) {
        const sidecar = spec.initContainers?.find(({ name }) => name === "istio-proxy");
        assert.equal(sidecar?.restartPolicy, "Always", `${metadata.name} has no native sidecar`);
        assert.match(sidecar.image ?? "", /\/proxyv2:/, metadata.name);
        assert.equal(variable(sidecar, "CA_ADDR"), "istiod.istio-system.svc:15012", metadata.name);
      }
    });

    it("completes the gateways, whose pods pass the restricted level of Pod Security", async function () {
      requiresInjection(this, cluster);
      const all = await pods("istio-ingress");
      assert.ok(all.length >= 1, "there is no gateway pod");
      for (const { metadata, spec } of all) {
        assert.deepEqual(
          spec.containers.map(({ name }) => name),
          ["istio-proxy"],
          metadata.name,
        );
        assert.match(spec.containers[0]?.image ?? "", /\/proxyv2:/, metadata.name);
      }
      const { body } = await cluster.api.request("GET", "/api/v1/namespaces/istio-ingress");
      const { labels } = (body as KubernetesObject).metadata as { readonly labels?: Record<string, string> };
      assert.equal(labels?.["pod-security.kubernetes.io/enforce"], "restricted");
    });

    it("gives istiod every permission that it uses on the way", function () {
      const { istiod } = cluster;
      if (istiod === undefined) {
        console.log("      skipped: istiod runs in the cluster and does not tell what it was refused");
        return this.skip();
      }
      assert.deepEqual([...istiod.refusals], []);
      assert.ok(
        istiod.calls.some(({ path }) => path.startsWith("/inject")),
        "the API server never asked the injector",
      );
    });

    it("changes nothing when it is applied again, not even after the controllers have run", async () => {
      const versions = async () => {
        const held = await received(cluster, files);
        return new Map([...held].map(([name, object]) => [name, version(object)]));
      };
      const before = await versions();
      for (const file of files) await apply(cluster, file, deployer);
      await new Promise((resolve) => setTimeout(resolve, QUIET_SECONDS * 1000));
      assert.deepEqual(await versions(), before);
    });

    it("leaves nothing behind but the custom resource definitions when it is destroyed in reverse order", async () => {
      await destroy(cluster, files, deployer);
      const left = await received(cluster, files);
      assert.deepEqual([...left.keys()].sort(), objects.filter(isDefinition).map(identity).sort());
    });
  });
}

function variable(container: Container, name: string): string | undefined {
  return container.env?.find((one) => one.name === name)?.value;
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
