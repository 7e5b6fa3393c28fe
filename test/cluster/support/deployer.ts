import assert from "node:assert/strict";
import * as path from "node:path";
import type { Cluster } from "../harness/cluster";

const NAMESPACE = "kube-system";
const ACCOUNT = "deployer";
const ROLE_FILE = path.join(__dirname, "..", "..", "..", "docs", "deployer-role.yaml");

/** A kubeconfig of a service account that is bound to the role we ship and to nothing else. */
export async function asDeployer(cluster: Cluster): Promise<string> {
  const run = async (...args: string[]) => {
    const { code, stderr } = await cluster.kubectl(args);
    assert.equal(code, 0, stderr);
  };
  await run("apply", "--server-side", "-f", ROLE_FILE);
  await run("create", "serviceaccount", ACCOUNT, "-n", NAMESPACE);
  await run(
    ...["create", "clusterrolebinding", ACCOUNT, "--clusterrole", "meshwright-deployer"],
    ...["--serviceaccount", `${NAMESPACE}:${ACCOUNT}`],
  );
  return cluster.kubeconfigOf(NAMESPACE, ACCOUNT);
}
