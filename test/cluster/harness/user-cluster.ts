import * as fs from "node:fs";
import { MeshError } from "../../../components/intent/problem";
import { ApiClient } from "./api-client";
import { findKubectl } from "./binaries";
import type { Cluster } from "./cluster";
import { kubectlFor, kubeconfigOfAccount } from "./kubectl";
import { during } from "./progress";
import { Workspace } from "./workspace";

const PROXY_WITHIN_MS = 15_000;

interface Kubeconfig {
  readonly "current-context"?: string;
  readonly contexts?: readonly { readonly name: string; readonly context: { readonly cluster: string } }[];
  readonly clusters?: readonly {
    readonly name: string;
    readonly cluster: { readonly server: string; readonly "certificate-authority-data"?: string };
  }[];
}

/**
 * Uses a cluster that is there already, by its kubeconfig. Tests make and delete namespaces in it, so it has to be allowed
 * by name.
 *
 * @param allowed name of the kubeconfig's current context, or of the cluster that it leads to
 * @throws MeshError `cluster/no-kubeconfig`, `cluster/not-allowed` when the kubeconfig leads elsewhere
 */
export async function useCluster(allowed: string, env: NodeJS.ProcessEnv = process.env): Promise<Cluster> {
  const given = env["KUBECONFIG"] ?? "";
  if (given === "") throw noKubeconfig("KUBECONFIG is not set");
  const program = await findKubectl(env);
  const workspace = new Workspace();
  try {
    // One text without references to other files, so that it stays the same while the tests run.
    const flat = await workspace.processes.run(
      program,
      ["config", "view", "--minify", "--flatten", "--raw", "-o", "json"],
      { env },
    );
    if (flat.code !== 0) throw noKubeconfig(`${given}: ${flat.stderr.trim()}`);
    const config = JSON.parse(flat.stdout) as Kubeconfig;
    const cluster = config.clusters?.[0];
    if (cluster === undefined) throw noKubeconfig(`${given} names no cluster`);
    const context = config["current-context"] ?? "";
    if (context !== allowed && cluster.name !== allowed)
      throw notAllowed(allowed, given, context, cluster.name);
    const admin = workspace.write("admin.kubeconfig", flat.stdout);
    const kubectl = kubectlFor(workspace, program, admin, env);
    const api = await during(`reaching cluster ${cluster.name}`, () => proxy(workspace, program, admin, env));
    const authority = cluster.cluster["certificate-authority-data"];
    const access = {
      server: cluster.cluster.server,
      ...(authority === undefined ? {} : { ca: Buffer.from(authority, "base64").toString("utf8") }),
    };
    return {
      kubeconfig: admin,
      api,
      kubectl,
      withoutInjection: undefined,
      kubeconfigOf: (namespace, account) =>
        kubeconfigOfAccount(workspace, kubectl, access, namespace, account),
      stop: async () => {
        api.close();
        await workspace.close();
      },
    };
  } catch (error) {
    await workspace.close();
    throw error;
  }
}

/** kubectl knows every way in which a kubeconfig may say who is asking; its proxy spares us to know them, too. */
async function proxy(
  workspace: Workspace,
  program: string,
  admin: string,
  env: NodeJS.ProcessEnv,
): Promise<ApiClient> {
  const socket = workspace.path("api.sock");
  workspace.processes.start("kubectl-proxy", program, ["proxy", `--unix-socket=${socket}`], {
    ...env,
    KUBECONFIG: admin,
  });
  const api = new ApiClient({ socket });
  const deadline = Date.now() + PROXY_WITHIN_MS;
  for (;;) {
    const failure = workspace.processes.failure();
    if (failure !== undefined) throw new Error(failure);
    if (fs.existsSync(socket)) {
      const answer = await api.request("GET", "/version").catch(() => undefined);
      if (answer?.status === 200) return api;
      if (Date.now() > deadline)
        throw new Error(`the cluster does not answer: ${JSON.stringify(answer?.body)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function noKubeconfig(got: string): MeshError {
  return new MeshError("the cluster test", [
    {
      id: "cluster/no-kubeconfig",
      path: "KUBECONFIG",
      message: "there is no cluster to use",
      got,
      expected: "a kubeconfig whose current context leads to a cluster of your own",
      fix: "set KUBECONFIG to such a file; without --allow-cluster the tests start a cluster themselves",
    },
  ]);
}

function notAllowed(allowed: string, file: string, context: string, cluster: string): MeshError {
  return new MeshError("the cluster test", [
    {
      id: "cluster/not-allowed",
      path: "--allow-cluster",
      message: "the kubeconfig leads to another cluster than the one that was allowed",
      got: `context ${JSON.stringify(context)} to cluster ${JSON.stringify(cluster)} in ${file}`,
      expected: JSON.stringify(allowed),
      fix: "run kubectl config use-context for the cluster that you mean, or allow this one by its name",
    },
  ]);
}
