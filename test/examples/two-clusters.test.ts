import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as path from "node:path";
import { type Deployment, Secret } from "../../engine";
import { FileStateStore } from "../../engine/state";
import { runStack, type TestStack } from "../../testing";
import { FAST } from "../engine/support/project";
import { UserProject } from "../package/installed";

type Fields = Readonly<Record<string, unknown>>;

describe("the example of two clusters", function () {
  this.timeout(300_000);
  const project = new UserProject();
  const stacks = new Map<string, TestStack>();

  before(async () => {
    project.linkPackage();
    project.copy("examples/two-clusters", "two-clusters");
    const cwd = path.join(project.folder, "two-clusters");
    // The keys of the root are made once, as in a backend.
    const state = new FileStateStore({ folder: path.join(project.folder, "state"), project: "two-clusters" });
    for (const stack of ["east", "west"]) stacks.set(stack, await runStack({ cwd, stack, state, env: FAST }));
    // A token is known once a cluster has made it: the stacks are taken as deployed.
    const resolveStack = (name: string) =>
      Promise.resolve({ kubeconfig: new Secret(`the way into ${name}`), addresses: {} });
    stacks.set("peering", await runStack({ cwd, stack: "peering", resolveStack, env: FAST }));
  });
  after(() => project.remove());

  const of = (name: string): TestStack => {
    const found = stacks.get(name);
    assert.ok(found);
    return found;
  };

  const revealed = (value: unknown): unknown => (value instanceof Secret ? value.reveal() : value);

  /** A fingerprint of a secret value, to compare it without showing it. */
  function print(value: unknown): string {
    return createHash("sha256")
      .update(JSON.stringify(revealed(value)))
      .digest("hex");
  }

  it("passes the strict pack in every stack", () => {
    for (const name of ["east", "west", "peering"]) of(name).assertNoFindings({ pack: "strict" });
  });

  it("has one root for both clusters, and an authority of its own in each", () => {
    const authority = (deployment: Deployment): Fields => {
      const cacerts = deployment.resources.find(({ inputs }) => {
        const { metadata } = inputs as { metadata?: { name?: unknown } };
        return metadata?.name === "cacerts";
      });
      const data = (cacerts?.inputs as { data?: unknown } | undefined)?.data;
      return revealed(data) as Fields;
    };
    const [east, west] = [authority(of("east").deployment), authority(of("west").deployment)];
    assert.equal(print(east["root-cert.pem"]), print(west["root-cert.pem"]));
    assert.notEqual(print(east["ca-cert.pem"]), print(west["ca-cert.pem"]));
    assert.notEqual(print(east["ca-key.pem"]), print(west["ca-key.pem"]));
  });

  it("tells networks apart: at the root namespace, at the gateway between them, and in the mesh configuration", () => {
    for (const cluster of ["east", "west"]) {
      const stack = of(cluster);
      const network = `net-${cluster}`;
      const [root] = stack.objects({ kind: "Namespace", name: "istio-system" });
      assert.equal(root?.metadata.labels?.["topology.istio.io/network"], network);
      const [service] = stack.objects({ kind: "Service", name: "istio-eastwestgateway" });
      assert.equal(service?.metadata.labels?.["topology.istio.io/network"], network);
      const gateways = stack.objects({ kind: "Gateway" });
      const between = gateways.find(({ metadata }) => metadata.name.includes("cross-network"));
      const [server] = (between?.["spec"] as { servers: Fields[] }).servers;
      assert.deepEqual(server?.["tls"], { mode: "AUTO_PASSTHROUGH" });
      assert.deepEqual(server["hosts"], ["*.local"]);
    }
  });

  it("is one mesh in both: the same routes, and a way out to the other region", () => {
    const rules = ["east", "west"].map((cluster) => {
      const [rule] = of(cluster).objects({ kind: "DestinationRule", name: "catalog" });
      return rule?.["spec"] as { trafficPolicy: { loadBalancer: Fields; outlierDetection: Fields } };
    });
    assert.deepEqual(rules[0], rules[1]);
    const policy = rules[0]?.trafficPolicy;
    assert.deepEqual((policy?.loadBalancer["localityLbSetting"] as Fields)["failover"], [
      { from: "eu-east-1", to: "eu-west-1" },
      { from: "eu-west-1", to: "eu-east-1" },
    ]);
    assert.equal(policy?.outlierDetection["consecutive5xxErrors"], 3);
  });

  it("gives the control plane of each the way into the other, a secret from its stack's output", () => {
    const { deployment } = of("peering");
    const secrets = deployment.resources.filter(({ type }) => type === "kubernetes:core/v1:Secret");
    assert.equal(secrets.length, 2);
    for (const { inputs, provider = "" } of secrets) {
      const { metadata, data } = inputs as { metadata: { name: string; annotations: Fields }; data: unknown };
      const cluster = String(metadata.annotations["networking.istio.io/cluster"]);
      assert.equal(metadata.name, `istio-remote-secret-${cluster}`);
      assert.ok(provider.includes(cluster === "east" ? "::west::" : "::east::"), provider);
      const value = data instanceof Secret ? (data.reveal() as Fields)[cluster] : (data as Fields)[cluster];
      assert.ok(data instanceof Secret || value instanceof Secret);
      assert.equal(
        Buffer.from(String(revealed(value)), "base64").toString("utf8"),
        `the way into organization/two-clusters/${cluster}`,
      );
    }
  });
});
