import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { ApiClient } from "./api-client";
import type { Binaries } from "./binaries";
import { tokenSigningKey } from "./certificate";
import { egressSelectorConfiguration } from "./egress";
import { freePort } from "./free-port";
import type { Access } from "./kubeconfig";
import type { Workspace } from "./workspace";

const READY_WITHIN_SECONDS = 90;
/** Between the moment in which a port is found free and the one in which it is used, another program may take it. */
const ATTEMPTS = 3;
const TAKEN = /address already in use/;
/** The API server has none: see there. */
const WITHOUT_STREAMING_LISTS = { KUBE_FEATURE_WatchListClient: "false" };

/** An API server that answers, with all rights in it. */
export interface ApiServer {
  readonly access: Required<Access>;
  readonly api: ApiClient;
}

/** Starts etcd and kube-apiserver, and waits until there are namespaces. */
export async function startApiServer(
  workspace: Workspace,
  binaries: Binaries,
  egressSocket: string,
): Promise<ApiServer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(workspace, binaries, egressSocket);
    } catch (error) {
      await workspace.processes.stop();
      if (attempt === ATTEMPTS || !TAKEN.test(String(error))) throw error;
    }
  }
}

async function startOnce(workspace: Workspace, binaries: Binaries, egressSocket: string): Promise<ApiServer> {
  const { processes } = workspace;
  const data = fs.mkdtempSync(workspace.path("data-"));
  const [client, peer, port] = [await freePort(), await freePort(), await freePort()];
  const etcd = `http://127.0.0.1:${client}`;
  const etcdPeer = `http://127.0.0.1:${peer}`;
  processes.start("etcd", binaries.etcd, [
    `--data-dir=${data}/etcd`,
    `--listen-client-urls=${etcd}`,
    `--advertise-client-urls=${etcd}`,
    `--listen-peer-urls=${etcdPeer}`,
    `--initial-advertise-peer-urls=${etcdPeer}`,
    `--initial-cluster=default=${etcdPeer}`,
  ]);
  const token = randomBytes(24).toString("hex");
  const signing = tokenSigningKey();
  const signingKey = workspace.write("service-account.key", signing.privateKey);
  processes.start("kube-apiserver", binaries.apiServer, [
    `--etcd-servers=${etcd}`,
    `--secure-port=${port}`,
    "--bind-address=127.0.0.1",
    // Streaming lists need watch progress, which etcd 3.4 lacks; kwok would see no pod but when it lists them all again.
    "--feature-gates=WatchList=false",
    // It must not be loopback, and nobody uses it: with one given, a machine without a network will do.
    "--advertise-address=192.0.2.1",
    `--cert-dir=${data}`,
    `--token-auth-file=${workspace.write("tokens.csv", `${token},admin,admin,system:masters\n`)}`,
    // It taints new nodes until the node lifecycle controller, which does not run here, lifts that again.
    "--disable-admission-plugins=TaintNodesByCondition",
    "--authorization-mode=RBAC",
    "--allow-privileged=true",
    "--service-cluster-ip-range=10.0.0.0/16",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-signing-key-file=${signingKey}`,
    `--service-account-key-file=${workspace.write("service-account.pub", signing.publicKey)}`,
    `--egress-selector-config-file=${workspace.write("egress.json", egressSelectorConfiguration(egressSocket))}`,
  ]);
  const server = `https://127.0.0.1:${port}`;
  const certificate = `${data}/apiserver.crt`;
  const ca = await until("the API server has its certificate", workspace, () => readIfThere(certificate));
  const access = { server, ca, token };
  const api = new ApiClient(access);
  await until("the API server is ready", workspace, () => answers(api, "/readyz"));
  await until("there are namespaces", workspace, () => answers(api, "/api/v1/namespaces/default"));
  return { access, api };
}

/** Starts the controllers, the scheduler and kwok, and waits until service accounts are made. */
export async function startControllers(
  workspace: Workspace,
  binaries: Binaries,
  { access, api }: ApiServer,
  adminKubeconfig: string,
): Promise<void> {
  const start = (name: string, file: string, ...args: string[]) =>
    workspace.processes.start(
      name,
      file,
      [`--kubeconfig=${adminKubeconfig}`, ...args],
      WITHOUT_STREAMING_LISTS,
    );
  start(
    "kube-controller-manager",
    binaries.controllerManager,
    `--root-ca-file=${workspace.write("ca.crt", access.ca)}`,
    `--service-account-private-key-file=${workspace.path("service-account.key")}`,
    "--use-service-account-credentials=true",
    "--leader-elect=false",
    "--secure-port=0",
    // The nodes are pretended: whatever watches their health would find them ill.
    "--controllers=*,-node-lifecycle-controller,-node-ipam-controller,-taint-eviction-controller",
    // There are no metrics to wait for; the bounds of an autoscaler are what is looked at here.
    "--horizontal-pod-autoscaler-sync-period=1s",
  );
  start("kube-scheduler", binaries.scheduler, "--leader-elect=false", "--secure-port=0");
  start(
    "kwok",
    binaries.kwok,
    "--manage-all-nodes=true",
    "--server-address=",
    `--config=${binaries.kwokStages}`,
  );
  await until("namespaces have a service account", workspace, () =>
    answers(api, "/api/v1/namespaces/default/serviceaccounts/default"),
  );
}

async function answers(api: ApiClient, url: string): Promise<true | undefined> {
  const { status } = await api.request("GET", url);
  return status === 200 ? true : undefined;
}

function readIfThere(file: string): Promise<string | undefined> {
  const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
  return Promise.resolve(text.includes("END CERTIFICATE") ? text : undefined);
}

/** Waits for a value; a question that fails is one without an answer yet, unless a program has ended. */
async function until<T>(
  what: string,
  { processes }: Workspace,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + READY_WITHIN_SECONDS * 1000;
  for (;;) {
    const failure = processes.failure();
    if (failure !== undefined) throw new Error(`waiting until ${what}: ${failure}`);
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`waiting until ${what}: not within ${READY_WITHIN_SECONDS} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
