import assert from "node:assert/strict";
import * as path from "node:path";
import { deployerRole } from "../../components/platform";
import { grantToDeployer } from "./support/deployer";
import type { Pod } from "./support/kinds";
import { onApiServer, type OnApiServer, sharedCluster } from "./support/on-api-server";
import { requiresInjection, requiresOwnCluster } from "./support/requires-cluster";

const PROGRAM = path.join(__dirname, "programs", "external-authority");

describe("a mesh whose identities are signed by another than istiod, on a real API server", () => {
  before(function () {
    requiresOwnCluster(this);
  });
  const cluster = sharedCluster();
  const program = (stack: string) => ({ cwd: PROGRAM, stack });

  const asking = (address: string) => (on: OnApiServer) => {
    it(`has gateways that ask ${address} for their certificates`, async function () {
      requiresInjection(this, on.cluster);
      for (const { metadata, spec } of await gateways(on)) {
        const asked = spec.containers[0]?.env?.find(({ name }) => name === "CA_ADDR")?.value;
        assert.equal(asked, address, metadata.name);
      }
    });
  };

  onApiServer("istio-csr, in ambient", program("istio-csr"), {
    cluster,
    further: asking("cert-manager-istio-csr.cert-manager.svc:443"),
  });
  onApiServer("a signer of the cluster, in ambient", program("kubernetes-signer"), {
    cluster,
    prepare: (on) =>
      grantToDeployer(on, deployerRole({ kubernetesSigner: "clusterissuers.cert-manager.io/mesh" })),
    further: asking("istiod.istio-system.svc:15012"),
  });
  onApiServer("SPIRE", program("spire"), {
    cluster,
    further: (on) => {
      it("mounts the socket of SPIRE into gateways that are injected, under the restricted level of Pod Security", async function () {
        requiresInjection(this, on.cluster);
        for (const { metadata, spec } of await gateways(on)) {
          const volumes = spec as { readonly volumes?: readonly { name: string; csi?: object }[] };
          const socket = volumes.volumes?.find(({ name }) => name === "workload-socket");
          assert.deepEqual(socket?.csi, { driver: "csi.spiffe.io", readOnly: true }, metadata.name);
        }
      });
    },
  });
});

async function gateways({ cluster }: OnApiServer): Promise<readonly Pod[]> {
  const pods = await cluster.api.list<Pod>("/api/v1/namespaces/edge/pods");
  assert.ok(pods.length >= 1, "there is no gateway pod");
  return pods;
}
