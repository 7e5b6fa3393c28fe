import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { compileMesh } from "../../components/compile";
import { defineMesh, MeshError } from "../../components/intent";
import { VirtualMachineBootstrap, type WorkloadGroupArgs } from "../../components/platform";
import {
  type VirtualMachineSettings,
  virtualMachineFiles,
} from "../../components/platform/virtual-machine/files";
import { Secret } from "../../engine";
import { goModuleDir } from "../../scripts/generate-resources/read-module";
import { named, run } from "./support";

/** The cases with which `istioctl x workload entry configure` is tested, where Istio's module is on this machine. */
function testData(): string | undefined {
  try {
    const root = goModuleDir("istio.io/istio", "v0.0.0-20260827124520-eed52ebb66ad");
    return join(root, "istioctl/pkg/workload/testdata");
  } catch {
    return undefined;
  }
}

function shop() {
  return defineMesh("shop", {
    services: {
      ledger: {
        namespace: "bank",
        ports: {
          grpc: { number: 9000, protocol: "grpc" },
          admin: { number: 80, protocol: "http", targetPort: 8080 },
        },
        workloadGroups: {
          "ledger-vms": {
            network: "vms",
            labels: { version: "v2" },
            ports: { grpc: 19000, admin: 18080 },
            annotations: { "proxy.istio.io/config": "proxyMetadata: { FROM_GROUP: it's }\nconcurrency: 4\n" },
            probe: { httpGet: { path: "/healthz", port: 19001 } },
          },
        },
      },
    },
  });
}

function group(): WorkloadGroupArgs {
  const found = compileMesh(shop()).find(({ kind }) => kind === "WorkloadGroup");
  assert.ok(found?.kind === "WorkloadGroup");
  return found;
}

const settings = (more: Partial<VirtualMachineSettings> = {}): VirtualMachineSettings => ({
  workloadGroup: group(),
  meshConfig: "",
  ingressAddress: "",
  ...more,
});

describe("what a machine needs to join the mesh", () => {
  it("is what istioctl writes, in the cases that istioctl is tested with", function () {
    const root = testData();
    if (root === undefined) {
      console.log("      skipped: the Go module istio.io/istio is not here");
      this.skip();
    }
    const addresses: Record<string, readonly [internal: string, ingress: string]> = {
      "vmconfig/ipv4": ["10.10.10.10", "10.10.10.11"],
      "vmconfig/ipv6": ["fd00:10:96::1", "fd00:10:96::2"],
      "vmconfig-nil-proxy-metadata": ["10.10.10.10", ""],
    };
    assert.ok(readdirSync(join(root, "vmconfig")).every((name) => `vmconfig/${name}` in addresses));
    for (const [folder, [internalAddress, ingressAddress]] of Object.entries(addresses)) {
      const text = (name: string): string => readFileSync(join(root, folder, name), "utf8");
      const isRevisioned = existsSync(join(root, folder, "meshconfig.yaml"));
      const files = virtualMachineFiles({
        workloadGroup: load(text("workloadgroup.yaml")) as WorkloadGroupArgs,
        meshConfig: isRevisioned ? text("meshconfig.yaml") : "defaultConfig: {}",
        internalAddress,
        ingressAddress,
        autoRegister: false,
        ...(isRevisioned && { revision: "rev-1" }),
      });
      assert.equal(files["cluster.env"], text("cluster.env.golden"), folder);
      assert.deepEqual(load(files["mesh.yaml"]), load(text("mesh.yaml.golden")), folder);
      assert.equal(files.hosts, text("hosts.golden"), folder);
    }
  });

  it("names the group to register with, its ports, network, labels and account, over what mesh and group say", () => {
    const meshConfig = `
trustDomain: example.org
defaultConfig: { meshId: mesh1, statusPort: 15025, concurrency: 1, proxyMetadata: { FROM_MESH: a, FROM_GROUP: b } }
`;
    const files = virtualMachineFiles(
      settings({ meshConfig, clusterName: "west", ingressAddress: "203.0.113.7", namespace: "mesh" }),
    );
    assert.deepEqual(files["cluster.env"].trimEnd().split("\n"), [
      "CANONICAL_REVISION='v2'",
      "CANONICAL_SERVICE='ledger'",
      "FROM_GROUP='it'\"'\"'s'",
      "FROM_MESH='a'",
      "ISTIO_INBOUND_PORTS='18080,19000'",
      "ISTIO_LOCAL_EXCLUDE_PORTS='22,15090,15021,15025'",
      `ISTIO_METAJSON_LABELS='{"app":"ledger","service.istio.io/canonical-name":"ledger","service.istio.io/canonical-revision":"v2","version":"v2"}'`,
      "ISTIO_META_AUTO_REGISTER_GROUP='ledger-vms'",
      "ISTIO_META_CLUSTER_ID='west'",
      "ISTIO_META_DNS_CAPTURE='true'",
      "ISTIO_META_MESH_ID='mesh1'",
      "ISTIO_META_NETWORK='vms'",
      `ISTIO_META_POD_PORTS='[{"name":"admin","containerPort":18080,"protocol":""},{"name":"grpc","containerPort":19000,"protocol":""}]'`,
      "ISTIO_META_WORKLOAD_NAME='ledger-vms'",
      "ISTIO_NAMESPACE='bank'",
      "ISTIO_SERVICE='ledger-vms.bank'",
      "ISTIO_SERVICE_CIDR='*'",
      "POD_NAMESPACE='bank'",
      "SERVICE_ACCOUNT='ledger'",
      "TRUST_DOMAIN='example.org'",
    ]);
    const { defaultConfig } = load(files["mesh.yaml"]) as { defaultConfig: Record<string, unknown> };
    assert.deepEqual(
      [defaultConfig["concurrency"], defaultConfig["meshId"], defaultConfig["readinessProbe"]],
      [4, "mesh1", { httpGet: { path: "/healthz", port: 19001 } }],
    );
    assert.equal(files.hosts, "203.0.113.7 istiod.mesh.svc\n");
  });

  it("refuses a gateway that is known by a name, which no hosts file takes", () => {
    assert.throws(
      () => virtualMachineFiles(settings({ ingressAddress: "lb.cloud.example" })),
      /takes an IP address. Leave ingressAddress out, and let DNS lead istiod.istio-system.svc there/,
    );
  });

  it("comes from the control plane itself, with the token of a machine as a secret", async function () {
    this.timeout(120_000);
    const deployment = await run(`
const controlPlane = new platform.ControlPlane("istio", {
  meshConfig: { trustDomain: "example.org" },
  clusterName: "west",
});
new platform.VirtualMachineBootstrap("ledger-vms", {
  workloadGroup: ${JSON.stringify(group())},
  meshConfig: controlPlane.meshConfig,
  rootCertificatePem: "ROOT",
  clusterName: "west",
  token: "s3cret",
  createServiceAccount: true,
});
`);
    const { inputs, outputs } = named(deployment, "ledger-vms");
    assert.equal(
      outputs["tokenCommand"],
      "kubectl create token ledger --namespace bank --audience istio-ca --duration 3600s",
    );
    assert.match(String(outputs["clusterEnv"]), /^TRUST_DOMAIN='example.org'$/m);
    assert.ok(inputs["token"] instanceof Secret && outputs["files"] instanceof Secret);
    assert.ok(!(outputs["clusterEnv"] instanceof Secret));
    const account = named(deployment, "ledger-vms-service-account");
    assert.deepEqual((account.inputs["metadata"] as { name: string }).name, "ledger");
  });

  it("is refused where the arguments cannot be meant, every problem at once", () => {
    const wrong = {
      workloadGroup: { ...group(), metadata: { name: "ledger-vms" } },
      rootCertificatePem: "ROOT",
      internalAddress: "vm-7",
      externalAddress: "203.0.113.8",
      tokenSeconds: 60,
    };
    assert.throws(
      () => new VirtualMachineBootstrap("v", wrong),
      (error) => {
        assert.ok(error instanceof MeshError);
        assert.deepEqual(
          error.problems.map(({ path }) => path),
          ["workloadGroup.metadata.namespace", "tokenSeconds", "internalAddress", "externalAddress"],
        );
        return true;
      },
    );
  });
});
