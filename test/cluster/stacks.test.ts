import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { type Cluster, startCluster } from "./harness/cluster";
import { say } from "./harness/progress";
import { received, settle } from "./support/applied";
import { asDeployer } from "./support/deployer";
import { missingFrom } from "./support/holds";
import { identity, type KubernetesObject, manifestFiles, objectsIn } from "./support/objects";
import { synthesise } from "./support/synthesise";

const AVAILABLE_WITHIN_SECONDS = 90;
/** Long enough for the controllers to have seen everything once more. */
const QUIET_SECONDS = 5;

interface Deployment {
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly spec: { readonly replicas?: number };
  readonly status?: { readonly availableReplicas?: number };
}
interface Service {
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly spec: { readonly type?: string };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly unknown[] } };
}

for (const stack of ["dev", "staging", "prod"]) {
  describe(`stack ${stack} on a real API server`, function () {
    this.timeout(300_000);
    let cluster: Cluster;
    let folder: string;
    let files: readonly string[];
    let objects: readonly KubernetesObject[];
    let deployer: string;

    before(async () => {
      folder = fs.mkdtempSync(path.join(os.tmpdir(), "meshwright-manifests-"));
      synthesise(stack, folder);
      files = manifestFiles(folder);
      objects = files.flatMap(objectsIn);
      cluster = await startCluster();
      deployer = await asDeployer(cluster);
      say(`stack ${stack}: ${objects.length} objects in ${files.length} files`);
    });

    after(async () => {
      await cluster?.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    });

    const apply = async (file: string): Promise<string> => {
      const { code, stdout, stderr } = await cluster.kubectl(
        ["apply", "--server-side", "--validate=strict", "-f", file],
        { kubeconfig: deployer },
      );
      assert.equal(code, 0, `${path.basename(file)}: ${stderr}`);
      assert.equal(stderr, "", `${path.basename(file)}: the server warned`);
      return stdout;
    };

    it("accepts every file with only the ones before it present, without a warning, from the shipped role", async () => {
      for (const file of files) await apply(file);
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
      const waiting = await settle(AVAILABLE_WITHIN_SECONDS, async () => {
        const deployments = await cluster.api.list<Deployment>("/apis/apps/v1/deployments");
        const services = await cluster.api.list<Service>("/api/v1/services");
        return [
          ...deployments
            .filter(({ spec, status }) => (status?.availableReplicas ?? 0) < (spec.replicas ?? 1))
            .map(({ metadata }) => `Deployment ${metadata.namespace}/${metadata.name} is not available`),
          ...services
            .filter(
              ({ spec, status }) => spec.type === "LoadBalancer" && !status?.loadBalancer?.ingress?.length,
            )
            .map(({ metadata }) => `Service ${metadata.namespace}/${metadata.name} has no address`),
        ];
      });
      assert.deepEqual(waiting, []);
    });

    it("has its webhooks called, once istiod has written its certificate into them", () => {
      const injected = cluster.istiod.calls.filter((call) => call.path.startsWith("/inject"));
      assert.ok(injected.length > 0, "the API server never asked the injector");
    });

    it("changes nothing when it is applied again, not even after the controllers have run", async () => {
      const versions = async () => {
        const held = await received(cluster, files);
        return new Map([...held].map(([name, object]) => [name, version(object)]));
      };
      const before = await versions();
      for (const file of files) await apply(file);
      await new Promise((resolve) => setTimeout(resolve, QUIET_SECONDS * 1000));
      assert.deepEqual(await versions(), before);
    });

    it("leaves nothing behind but the custom resource definitions when it is destroyed in reverse order", async () => {
      const crds = objects.filter(({ kind }) => kind === "CustomResourceDefinition");
      const withoutCrds = [...files]
        .reverse()
        .filter((file) => objectsIn(file).some((o) => !crds.some((c) => same(c, o))));
      for (const file of withoutCrds) {
        const { code, stderr } = await cluster.kubectl(
          ["delete", "--wait=true", "--timeout=60s", "-f", file],
          {
            kubeconfig: deployer,
          },
        );
        assert.equal(code, 0, `${path.basename(file)}: ${stderr}`);
      }
      const left = await received(cluster, files);
      assert.deepEqual([...left.keys()].sort(), crds.map(identity).sort());
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

/**
 * What must stay as it is. Deployments and autoscalers carry a status, which Kubernetes writes into the same object as
 * it pleases; of those the generation counts, which changes with the spec alone.
 */
function version({ kind, metadata }: KubernetesObject): unknown {
  return ["Deployment", "HorizontalPodAutoscaler"].includes(kind)
    ? metadata["generation"]
    : metadata["resourceVersion"];
}

function same(a: KubernetesObject, b: KubernetesObject): boolean {
  return (
    a.kind === b.kind && a.metadata.name === b.metadata.name && a.metadata.namespace === b.metadata.namespace
  );
}
