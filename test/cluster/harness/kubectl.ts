import type { Ended } from "./processes";
import type { Access } from "./kubeconfig";
import { kubeconfig } from "./kubeconfig";
import type { Workspace } from "./workspace";

export type KubectlResult = Ended;

export interface KubectlOptions {
  /** The kubeconfig of another identity. Default: the one with all rights. */
  readonly kubeconfig?: string;
  /** For its standard input. Default: nothing. */
  readonly input?: string;
}

/** Runs kubectl with these arguments; a non-zero exit code is a result like any other. */
export type Kubectl = (args: readonly string[], options?: KubectlOptions) => Promise<KubectlResult>;

/** kubectl for one cluster. What it caches goes into the workspace, not into the user's home. */
export function kubectlFor(
  workspace: Workspace,
  program: string,
  admin: string,
  env: NodeJS.ProcessEnv,
): Kubectl {
  const cache = workspace.path("kubectl-cache");
  return (args, { kubeconfig: file = admin, input } = {}) =>
    workspace.processes.run(program, ["--cache-dir", cache, ...args], {
      env: { ...env, KUBECONFIG: file },
      ...(input === undefined ? {} : { input }),
    });
}

/** Writes a kubeconfig for a service account that exists, and returns its path. */
export async function kubeconfigOfAccount(
  workspace: Workspace,
  kubectl: Kubectl,
  access: Omit<Access, "token">,
  namespace: string,
  serviceAccount: string,
): Promise<string> {
  const { code, stdout, stderr } = await kubectl([
    ...["create", "token", serviceAccount, "-n", namespace, "--duration", "2h"],
  ]);
  if (code !== 0) throw new Error(`no token for ${namespace}/${serviceAccount}: ${stderr}`);
  return workspace.write(
    `${namespace}-${serviceAccount}.kubeconfig`,
    kubeconfig({ ...access, token: stdout.trim() }),
  );
}
