import assert from "node:assert/strict";
import * as path from "node:path";
import type { Cluster } from "../harness/cluster";
import { objectsIn } from "./objects";

export const DEPLOYER_NAMESPACE = "kube-system";
/** Not the role's own name: in a cluster of the user's that may be the one that their pipeline has. */
export const DEPLOYER = "meshwright-test-deployer";
const ROLE_FILE = path.join(__dirname, "..", "..", "..", "docs", "deployer-role.yaml");
const RBAC = "rbac.authorization.k8s.io";

/** A kubeconfig of a service account that may do what the role allows that we ship, and nothing else. */
export async function asDeployer(cluster: Cluster): Promise<string> {
  await run(cluster, ["apply", "--server-side", "-f", "-"]);
  return cluster.kubeconfigOf(DEPLOYER_NAMESPACE, DEPLOYER);
}

/** Takes that account away again, for clusters that stay. */
export async function removeDeployer(cluster: Cluster): Promise<void> {
  await run(cluster, ["delete", "--ignore-not-found", "-f", "-"]);
}

async function run(cluster: Cluster, args: readonly string[]): Promise<void> {
  const items = [
    ...objectsIn(ROLE_FILE).map((role) => ({ ...role, metadata: { ...role.metadata, name: DEPLOYER } })),
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: DEPLOYER, namespace: DEPLOYER_NAMESPACE } },
    {
      apiVersion: `${RBAC}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: DEPLOYER },
      roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: DEPLOYER },
      subjects: [{ kind: "ServiceAccount", name: DEPLOYER, namespace: DEPLOYER_NAMESPACE }],
    },
  ];
  const { code, stderr } = await cluster.kubectl(args, {
    input: JSON.stringify({ apiVersion: "v1", kind: "List", items }),
  });
  assert.equal(code, 0, stderr);
}

/** Gives the account the rules of a role besides, such as one that was made for what a program needs beyond the usual. */
export async function grantToDeployer(cluster: Cluster, role: object): Promise<void> {
  const name = `${DEPLOYER}-further`;
  const items = [
    { ...role, metadata: { name } },
    {
      apiVersion: `${RBAC}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name },
      roleRef: { apiGroup: RBAC, kind: "ClusterRole", name },
      subjects: [{ kind: "ServiceAccount", name: DEPLOYER, namespace: DEPLOYER_NAMESPACE }],
    },
  ];
  const { code, stderr } = await cluster.kubectl(["apply", "--server-side", "-f", "-"], {
    input: JSON.stringify({ apiVersion: "v1", kind: "List", items }),
  });
  assert.equal(code, 0, stderr);
}
