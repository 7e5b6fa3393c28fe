import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { kubeconfig } from "../../components/platform/remote-access/kubeconfig";
import { runProgram, Secret } from "../../engine";
import { writeManifests } from "../../engine/manifests";
import { FAST } from "../engine/support/project";
import { UserProject } from "../package/installed";
import { type Cluster, type LocalCluster, startCluster } from "./harness/cluster";
import { apply, received, settle } from "./support/applied";
import { asDeployer } from "./support/deployer";
import { missingFrom } from "./support/holds";
import { identity, type KubernetesObject, manifestFiles, objectsIn } from "./support/objects";
import { requiresOwnCluster } from "./support/requires-cluster";
import { synthesise } from "./support/synthesise";
import { TemporaryFolder } from "./support/temporary-folder";
import { notUp } from "./support/up";

const NAMES = ["east", "west"] as const;
type Name = (typeof NAMES)[number];

const otherThan = (name: Name): Name => (name === "east" ? "west" : "east");

const READER_TOKEN = "istio-reader-service-account-istio-remote-secret-token";

interface TokenSecret extends KubernetesObject {
  readonly data?: { readonly token?: string; readonly "ca.crt"?: string };
}

describe("the example of two clusters on two real API servers", function () {
  this.timeout(900_000);
  const project = new UserProject();
  const cwd = path.join(project.folder, "two-clusters");
  let folder: TemporaryFolder;
  const clusters = new Map<Name, LocalCluster>();
  const deployers = new Map<Name, string>();
  const files = new Map<Name, readonly string[]>();

  before(async function () {
    requiresOwnCluster(this);
    folder = new TemporaryFolder();
    project.linkPackage();
    project.copy("examples/two-clusters", "two-clusters");
    for (const stack of NAMES) {
      files.set(stack, await synthesise({ cwd, stack }, folder.path(stack), folder.path("state")));
    }
    for (const name of NAMES) {
      const cluster = await startCluster();
      clusters.set(name, cluster);
      deployers.set(name, await asDeployer(cluster));
    }
  });

  after(async () => {
    for (const cluster of clusters.values()) await cluster.stop();
    folder?.remove();
    project.remove();
  });

  function on(name: Name): { cluster: Cluster; deployer: string; own: readonly string[] } {
    const [cluster, deployer] = [clusters.get(name), deployers.get(name)];
    assert.ok(cluster && deployer);
    return { cluster, deployer, own: files.get(name) ?? [] };
  }

  /** What the stack of a cluster says of the way into it, once the cluster has filled the token in. */
  async function kubeconfigOf(name: Name): Promise<string> {
    const { cluster, server } = { ...on(name), ...clusters.get(name) };
    assert.ok(server);
    let held: TokenSecret | undefined;
    const open = await settle(30, async () => {
      const { stdout } = await cluster.kubectl([
        ...["get", "secret", READER_TOKEN, "-n", "istio-system", "-o", "json"],
      ]);
      held = JSON.parse(stdout) as TokenSecret;
      return held.data?.token === undefined ? ["the token is not there"] : [];
    });
    assert.deepEqual(open, []);
    return kubeconfig({
      clusterName: name,
      server,
      certificateAuthorityData: held?.data?.["ca.crt"] ?? "",
      token: Buffer.from(held?.data?.token ?? "", "base64").toString("utf8"),
    });
  }

  for (const name of NAMES) {
    it(`is accepted in ${name}, file by file, from the shipped role, and comes up`, async () => {
      const { cluster, deployer, own } = on(name);
      for (const file of own) await apply(cluster, [file], deployer);
      assert.deepEqual(await settle(300, () => notUp(cluster)), []);
      const held = await received(cluster, own);
      for (const object of own.flatMap(objectsIn).filter(({ kind }) => kind !== "Secret")) {
        const there = held.get(identity(object));
        assert.ok(there !== undefined, `${identity(object)} is not there`);
        assert.deepEqual(missingFrom(object, there), [], identity(object));
      }
    });
  }

  it("takes in each cluster the secret that tells its control plane of the other, made of the stacks' outputs", async () => {
    const outputs = new Map<string, { kubeconfig: Secret }>();
    for (const name of NAMES) {
      outputs.set(`organization/two-clusters/${name}`, { kubeconfig: new Secret(await kubeconfigOf(name)) });
    }
    const resolveStack = (name: string) => Promise.resolve(outputs.get(name));
    const out = folder.path("peering");
    await writeManifests(await runProgram({ cwd, stack: "peering", resolveStack, env: FAST }), out);
    for (const name of NAMES) {
      const { cluster, deployer } = on(name);
      const own = manifestFiles(out).filter((file) => path.basename(file).includes(`.${name}.`));
      assert.deepEqual(own.flatMap(objectsIn).map(identity), [
        `Secret istio-system/istio-remote-secret-${otherThan(name)}`,
      ]);
      for (const file of own) await apply(cluster, [file], deployer);
    }
  });

  it("lets each control plane read the other cluster by that secret, and change nothing there", async () => {
    for (const name of NAMES) {
      const other = otherThan(name);
      const { stdout } = await on(name).cluster.kubectl([
        ...["get", "secret", `istio-remote-secret-${other}`, "-n", "istio-system"],
        ...["-o", `jsonpath={.data.${other}}`],
      ]);
      const file = folder.path(`${other}-from-${name}.kubeconfig`);
      fs.writeFileSync(file, Buffer.from(stdout, "base64").toString("utf8"), { mode: 0o600 });
      const { cluster } = on(other);
      const read = await cluster.kubectl(["get", "services,endpointslices", "-A", "-o", "name"], {
        kubeconfig: file,
      });
      assert.equal(read.code, 0, read.stderr);
      assert.match(read.stdout, /service\/catalog/);
      const may = await cluster.kubectl(["auth", "can-i", "create", "pods", "-A"], { kubeconfig: file });
      assert.equal(may.stdout.trim(), "no");
    }
  });

  it("keeps networks apart by the labels that control planes read, with one root of trust", async () => {
    const roots = await Promise.all(
      NAMES.map(async (name) => {
        const { cluster } = on(name);
        const labelled = await cluster.kubectl([
          ...["get", "namespaces,services", "-A", "-o", "name"],
          ...["-l", `topology.istio.io/network=net-${name}`],
        ]);
        assert.deepEqual(labelled.stdout.trim().split("\n").sort(), [
          "namespace/istio-system",
          "service/istio-eastwestgateway",
        ]);
        const { stdout } = await cluster.kubectl([
          ...["get", "secret", "cacerts", "-n", "istio-system", "-o", "jsonpath={.data.root-cert\\.pem}"],
        ]);
        return stdout;
      }),
    );
    assert.ok(roots[0]);
    assert.equal(roots[0], roots[1]);
  });
});
