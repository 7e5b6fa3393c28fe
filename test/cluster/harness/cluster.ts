import { type Binaries, findBinaries } from "./binaries";
import type { ApiClient } from "./api-client";
import { type ApiServer, startApiServer, startControllers } from "./control-plane";
import { Egress } from "./egress";
import { injector } from "./istiod/injector";
import { IstiodStandIn } from "./istiod/stand-in";
import { kubeconfig } from "./kubeconfig";
import { type Kubectl, kubectlFor, kubeconfigOfAccount } from "./kubectl";
import { serveLoadBalancers } from "./load-balancers";
import { addNodes } from "./nodes";
import { during } from "./progress";
import { Workspace } from "./workspace";

export type { KubectlResult } from "./kubectl";

/** A cluster to which everything may be done. */
export interface Cluster {
  /** A kubeconfig with all rights. */
  readonly kubeconfig: string;
  readonly api: ApiClient;
  readonly kubectl: Kubectl;
  /** Why pods get no sidecars here; undefined where they do. */
  readonly withoutInjection: string | undefined;
  /** What stands in for istiod; absent where a real one runs. */
  readonly istiod?: IstiodStandIn;
  /** A kubeconfig for a service account that exists. */
  kubeconfigOf(namespace: string, serviceAccount: string): Promise<string>;
  /** Ends whatever was started for it, and removes the files. */
  stop(): Promise<void>;
}

/** A control plane of Kubernetes with pretended nodes, on loopback, in a temporary folder. */
export interface LocalCluster extends Cluster {
  readonly istiod: IstiodStandIn;
  /** Where all of its files are. */
  readonly folder: string;
  /** Address of the API server. */
  readonly server: string;
  /** Ids of its programs. */
  readonly pids: readonly number[];
}

export interface ClusterOptions {
  /**
   * Whether controllers, a scheduler and nodes are there. Without them the API server says of an object what it always
   * says, but nothing comes of it. Default: true.
   */
  readonly controllers?: boolean;
  /** Namespaces in which a control plane may be. Default: `istio-system`. */
  readonly rootNamespaces?: readonly string[];
}

/** Starts a cluster; it is stopped at the latest when this process ends. */
export async function startCluster(options: ClusterOptions = {}): Promise<LocalCluster> {
  const binaries = await findBinaries();
  const controllers = options.controllers ?? true;
  const injection = controllers ? injector() : { reason: "there are no pods without controllers" };
  const workspace = new Workspace();
  // Last first, and the workspace at the very end: what still asks the API server must not find it gone.
  const stops: (() => unknown)[] = [() => workspace.close()];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    return await during("starting a cluster", async () => {
      const istiod = await IstiodStandIn.create(
        injection.inject ?? (() => Promise.resolve(undefined)),
        options.rootNamespaces ?? ["istio-system"],
      );
      const egress = new Egress((socket) => istiod.accept(socket));
      stops.push(() => egress.close());
      const socket = workspace.path("egress.sock");
      await egress.listen(socket);
      const server = await startApiServer(workspace, binaries, socket);
      stops.push(() => server.api.close());
      const admin = workspace.write("admin.kubeconfig", kubeconfig(server.access));
      if (controllers) {
        await startControllers(workspace, binaries, server, admin);
        await addNodes(server.api);
        const loadBalancers = serveLoadBalancers(server.api);
        stops.push(() => loadBalancers.stop());
        istiod.watch(server.api, (token) => ({ ...server.access, token }));
        stops.push(() => istiod.stop());
      }
      return local(workspace, binaries, server, admin, istiod, injection.reason, stop);
    });
  } catch (error) {
    await stop();
    throw error;
  }
}

function local(
  workspace: Workspace,
  binaries: Binaries,
  { access, api }: ApiServer,
  admin: string,
  istiod: IstiodStandIn,
  withoutInjection: string | undefined,
  stop: () => Promise<void>,
): LocalCluster {
  // Nothing of the user's own kubectl settings.
  const env = { PATH: process.env["PATH"], HOME: workspace.folder };
  const kubectl = kubectlFor(workspace, binaries.kubectl, admin, env);
  const { folder, processes } = workspace;
  return {
    kubeconfig: admin,
    api,
    kubectl,
    withoutInjection,
    istiod,
    folder,
    server: access.server,
    get pids() {
      return processes.ids;
    },
    kubeconfigOf: (namespace, account) => kubeconfigOfAccount(workspace, kubectl, access, namespace, account),
    stop,
  };
}
