import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ApiClient } from "./api-client";
import { type Binaries, findBinaries } from "./binaries";
import { tokenSigningKey } from "./certificate";
import { Egress, egressSelectorConfiguration } from "./egress";
import { freePort } from "./free-port";
import { type Inject, IstiodStandIn } from "./istiod-stand-in";
import { serveLoadBalancers } from "./load-balancers";
import { Processes } from "./processes";
import { say } from "./progress";

const READY_WITHIN_SECONDS = 90;
const NODES = 2;
/** etcd 3.4 has no watch progress, which streaming lists need. */
const WITHOUT_STREAMING_LISTS = { KUBE_FEATURE_WatchListClient: "false" };

export interface KubectlResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A control plane of Kubernetes with pretended nodes, on loopback, in a temporary folder. */
export interface Cluster {
  /** A kubeconfig with all rights. */
  readonly kubeconfig: string;
  readonly api: ApiClient;
  readonly istiod: IstiodStandIn;
  /** Runs kubectl; `kubeconfig` of another identity, `input` for its standard input. */
  kubectl(
    args: readonly string[],
    options?: { readonly kubeconfig?: string; readonly input?: string },
  ): Promise<KubectlResult>;
  /** A kubeconfig for a service account that exists. */
  kubeconfigOf(namespace: string, serviceAccount: string): Promise<string>;
  /** Ends everything and removes the folder. */
  stop(): Promise<void>;
}

export interface ClusterOptions {
  /** What the injection webhook does to a pod. Default: nothing. */
  readonly inject?: Inject;
  /**
   * Whether controllers, a scheduler and nodes are there. Without them the API server says of an object what it always
   * says, but nothing comes of it. Default: true.
   */
  readonly controllers?: boolean;
}

/** Starts a cluster; it is stopped at the latest when this process ends. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const binaries = findBinaries();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "meshwright-cluster-"));
  const processes = new Processes(folder);
  const clean = () => {
    processes.kill();
    fs.rmSync(folder, { recursive: true, force: true });
  };
  const interrupted = (signal: NodeJS.Signals) => {
    clean();
    process.off("exit", clean);
    process.kill(process.pid, signal);
  };
  process.once("exit", clean);
  process.once("SIGINT", interrupted);
  process.once("SIGTERM", interrupted);
  const istiod = await IstiodStandIn.create(options.inject ?? (() => Promise.resolve(undefined)));
  const egress = new Egress((socket) => istiod.accept(socket));
  const stops: (() => Promise<void>)[] = [() => egress.close(), () => istiod.stop()];
  const stop = async () => {
    for (const end of stops.reverse()) await end();
    await processes.stop();
    process.off("exit", clean);
    process.off("SIGINT", interrupted);
    process.off("SIGTERM", interrupted);
    fs.rmSync(folder, { recursive: true, force: true });
  };
  try {
    const socket = path.join(folder, "egress.sock");
    await egress.listen(socket);
    const api = await startApiServer(binaries, folder, processes, socket);
    stops.push(() => Promise.resolve(api.close()));
    const kubeconfig = path.join(folder, "admin.kubeconfig");
    istiod.watch(api);
    if (options.controllers ?? true) {
      await startControllers(binaries, folder, processes, api);
      await addNodes(api);
      const loadBalancers = serveLoadBalancers(api);
      stops.push(() => loadBalancers.stop());
    }
    say("the cluster answers");
    const kubectl: Cluster["kubectl"] = (args, { kubeconfig: other = kubeconfig, input } = {}) =>
      runKubectl(binaries.kubectl, other, folder, args, input);
    return {
      kubeconfig,
      api,
      istiod,
      kubectl,
      kubeconfigOf: async (namespace, serviceAccount) => {
        const token = await kubectl(["create", "token", serviceAccount, "-n", namespace, "--duration", "2h"]);
        if (token.code !== 0) throw new Error(`no token for ${namespace}/${serviceAccount}: ${token.stderr}`);
        const file = path.join(folder, `${namespace}-${serviceAccount}.kubeconfig`);
        writeKubeconfig(file, api.server, token.stdout.trim(), folder);
        return file;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startApiServer(
  binaries: Binaries,
  folder: string,
  processes: Processes,
  egressSocket: string,
): Promise<ApiClient> {
  const file = (name: string, text: string) => {
    const full = path.join(folder, name);
    fs.writeFileSync(full, text, { mode: 0o600 });
    return full;
  };
  const [etcdPort, etcdPeerPort, apiPort] = [await freePort(), await freePort(), await freePort()];
  const etcd = `http://127.0.0.1:${etcdPort}`;
  const peer = `http://127.0.0.1:${etcdPeerPort}`;
  processes.start("etcd", binaries.etcd, [
    ...[
      "--data-dir",
      path.join(folder, "etcd"),
      "--listen-client-urls",
      etcd,
      "--advertise-client-urls",
      etcd,
    ],
    ...[
      "--listen-peer-urls",
      peer,
      "--initial-advertise-peer-urls",
      peer,
      "--initial-cluster",
      `default=${peer}`,
    ],
  ]);
  const signing = tokenSigningKey();
  const token = randomBytes(24).toString("hex");
  const signingKey = file("service-account.key", signing.privateKey);
  const server = `https://127.0.0.1:${apiPort}`;
  processes.start("kube-apiserver", binaries.apiServer, [
    ...[`--etcd-servers=${etcd}`, `--secure-port=${apiPort}`, "--bind-address=127.0.0.1"],
    ...[
      `--cert-dir=${path.join(folder, "certificates")}`,
      `--token-auth-file=${file("tokens.csv", `${token},admin,admin,system:masters\n`)}`,
    ],
    // It taints new nodes until the node lifecycle controller, which does not run here, lifts that again.
    "--disable-admission-plugins=TaintNodesByCondition",
    ...["--authorization-mode=RBAC", "--allow-privileged=true", "--service-cluster-ip-range=10.0.0.0/16"],
    ...[
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-signing-key-file=${signingKey}`,
    ],
    `--service-account-key-file=${file("service-account.pub", signing.publicKey)}`,
    `--egress-selector-config-file=${file("egress.json", egressSelectorConfiguration(egressSocket))}`,
  ]);
  const certificate = path.join(folder, "certificates", "apiserver.crt");
  const api = new ApiClient(server, token, () =>
    fs.existsSync(certificate) ? fs.readFileSync(certificate, "utf8") : undefined,
  );
  await until(
    "the API server is ready",
    processes,
    async () => (await api.request("GET", "/readyz")).status === 200,
  );
  writeKubeconfig(path.join(folder, "admin.kubeconfig"), server, token, folder);
  await until("there are namespaces", processes, async () => {
    const { status } = await api.request("GET", "/api/v1/namespaces/default");
    return status === 200;
  });
  return api;
}

async function startControllers(
  binaries: Binaries,
  folder: string,
  processes: Processes,
  api: ApiClient,
): Promise<void> {
  const file = (name: string) => path.join(folder, name);
  const kubeconfig = file("admin.kubeconfig");
  processes.start(
    "kube-controller-manager",
    binaries.controllerManager,
    [
      ...[
        `--kubeconfig=${kubeconfig}`,
        `--root-ca-file=${file(path.join("certificates", "apiserver.crt"))}`,
        `--service-account-private-key-file=${file("service-account.key")}`,
      ],
      ...["--use-service-account-credentials=true", "--leader-elect=false", "--secure-port=0"],
      // The nodes are pretended: whatever watches their health would find them ill.
      "--controllers=*,-node-lifecycle-controller,-node-ipam-controller,-taint-eviction-controller",
    ],
    WITHOUT_STREAMING_LISTS,
  );
  processes.start(
    "kube-scheduler",
    binaries.scheduler,
    [`--kubeconfig=${kubeconfig}`, "--leader-elect=false", "--secure-port=0"],
    WITHOUT_STREAMING_LISTS,
  );
  processes.start(
    "kwok",
    binaries.kwok,
    [
      `--kubeconfig=${kubeconfig}`,
      "--manage-all-nodes=true",
      "--server-address=",
      `--config=${binaries.kwokStages}`,
    ],
    WITHOUT_STREAMING_LISTS,
  );
  await until("namespaces have a service account", processes, async () => {
    const { status } = await api.request("GET", "/api/v1/namespaces/default/serviceaccounts/default");
    return status === 200;
  });
}

async function until(what: string, processes: Processes, done: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_SECONDS * 1000;
  for (;;) {
    const failure = processes.failure();
    if (failure !== undefined) throw new Error(`waiting until ${what}: ${failure}`);
    if (await done().catch(() => false)) return;
    if (Date.now() > deadline) throw new Error(`waiting until ${what}: not within ${READY_WITHIN_SECONDS} s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function addNodes(api: ApiClient): Promise<void> {
  for (let i = 0; i < NODES; i++) {
    const capacity = { cpu: "64", memory: "256Gi", pods: "500", "ephemeral-storage": "1Ti" };
    const { status, body } = await api.request("POST", "/api/v1/nodes", {
      apiVersion: "v1",
      kind: "Node",
      metadata: {
        name: `node-${i}`,
        labels: {
          "kubernetes.io/os": "linux",
          "kubernetes.io/arch": "amd64",
          "kubernetes.io/hostname": `node-${i}`,
        },
      },
      status: { allocatable: capacity, capacity },
    });
    if (status !== 201) throw new Error(`node-${i} was not accepted: ${JSON.stringify(body)}`);
  }
}

function writeKubeconfig(file: string, server: string, token: string, folder: string): void {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    clusters: [
      {
        name: "test",
        cluster: { server, "certificate-authority": path.join(folder, "certificates", "apiserver.crt") },
      },
    ],
    users: [{ name: "test", user: { token } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
  };
  fs.writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
}

function runKubectl(
  file: string,
  kubeconfig: string,
  folder: string,
  args: readonly string[],
  input: string | undefined,
): Promise<KubectlResult> {
  return new Promise((resolve) => {
    const child = execFile(
      file,
      ["--cache-dir", path.join(folder, "kubectl-cache"), ...args],
      {
        env: { PATH: process.env["PATH"], HOME: folder, KUBECONFIG: kubeconfig },
        maxBuffer: 256 * 1024 * 1024,
      },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
        resolve({ code, stdout, stderr });
      },
    );
    child.stdin?.end(input ?? "");
  });
}
