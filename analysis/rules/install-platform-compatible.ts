import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { isIstiod } from "../model/injection";
import { kinds } from "../model/kinds";
import type { ServiceView } from "../model/services";
import { containersOf, describeWorkload, podSpecOf, type Workload } from "../model/workloads";
import { known } from "../reader";
import type { Rule, Verdict } from "../rule";

/** Options of {@link installPlatformCompatible}. */
export interface PlatformOptions {
  /** The version of the cluster, for example `1.33`; empty where the nodes of the set say it. */
  readonly kubernetesVersion: string;
}

/** The oldest minor of Kubernetes 1 that the Istio releases of this package run on. */
const OLDEST_MINOR = 32;

const CILIUM = "https://istio.io/latest/docs/ambient/install/platform-prerequisites/#cilium";

export const installPlatformCompatible: Rule<PlatformOptions> = {
  id: "install-platform-compatible",
  group: "install",
  title: "The cluster can carry the mesh",
  description:
    "The cluster is older than Istio supports, its network plugin is set so that it takes traffic from the proxies, or a gateway is to open a port below 1024 that its user may not open.",
  severity: "high",
  level: "advisory",
  scope: "stack",
  anchors: ["IST0142"],
  fix: "Upgrade Kubernetes, or set the network plugin as Istio's platform requirements say",
  docs: "https://istio.io/latest/docs/ops/deployment/platform-requirements/",
  options: {
    kubernetesVersion: {
      type: "string",
      description:
        "The version of the cluster, for example 1.33; where it is empty, the nodes of the set say it.",
      default: "",
    },
  },
  *check(model, { kubernetesVersion }) {
    yield* checkVersion(model, kubernetesVersion);
    yield* checkCilium(model);
    yield* checkCalico(model);
    for (const workload of model.workloads.all) yield* checkGatewayPorts(model, workload);
  },
};

function* checkVersion(model: MeshModel, given: string): Iterable<Verdict> {
  if (given !== "") {
    const minor = minorOf(given);
    const istiod = model.ofKind(kinds.deployment).find(isIstiod) ?? model.wholeMesh;
    if (istiod !== undefined && minor !== undefined && minor < OLDEST_MINOR)
      yield istiod.report(
        "metadata.name",
        `the cluster has Kubernetes ${given}; Istio asks for 1.${OLDEST_MINOR} at least`,
      );
    return;
  }
  for (const node of model.ofKind(kinds.node)) {
    const value = node.root.get("status").get("nodeInfo").get("kubeletVersion");
    const version = value.text();
    if (version === UNKNOWN || version === undefined) continue;
    const minor = minorOf(version);
    if (minor !== undefined && minor < OLDEST_MINOR)
      yield node.report(
        value.path,
        `node "${node.key}" has Kubernetes ${version}; Istio asks for 1.${OLDEST_MINOR} at least`,
      );
  }
}

function minorOf(version: string): number | undefined {
  const [, minor] = /^v?1\.(\d+)/.exec(version) ?? [];
  return minor === undefined ? undefined : Number(minor);
}

function* checkCilium(model: MeshModel): Iterable<Verdict> {
  const config = model.ofKind(kinds.configMap).find(({ name }) => name === "cilium-config");
  if (config === undefined) return;
  const data = config.root.get("data");
  const read = (key: string): string | undefined => known(data.get(key).text());
  const hasAgent = model.ofKind(kinds.daemonSet).some(({ name }) => name === "istio-cni-node");
  const hasAmbient = model.ofKind(kinds.daemonSet).some(({ name }) => name === "ztunnel");
  if (hasAgent && read("cni-exclusive") === "true")
    yield config.report(
      data.get("cni-exclusive").path,
      'cni-exclusive is "true": Cilium removes the configuration of Istio\'s node agent, and pods start without redirection',
      { fix: "Set cni.exclusive=false in Cilium's values" },
    );
  const balancesEverySocket = read("bpf-lb-sock") === "true" || read("kube-proxy-replacement") === "true";
  if (balancesEverySocket && read("bpf-lb-sock-hostns-only") !== "true")
    yield config.report(
      data.path,
      'bpf-lb-sock-hostns-only is not "true": Cilium picks the pod of a service before the proxy sees the service, and routes and policies do not apply',
      { fix: "Set socketLB.hostNamespaceOnly=true in Cilium's values" },
    );
  if (hasAmbient && read("enable-bpf-masquerade") === "true")
    yield config.report(
      data.get("enable-bpf-masquerade").path,
      'enable-bpf-masquerade is "true": kubelet\'s probes of ambient pods fail',
      { fix: `Set bpf.masquerade=false in Cilium's values; see ${CILIUM}` },
    );
}

function* checkCalico(model: MeshModel): Iterable<Verdict> {
  for (const felix of model.ofKind("crd.projectcalico.org/FelixConfiguration")) {
    const enabled = felix.spec.get("bpfEnabled").boolean() === true;
    const mode = felix.spec.get("bpfConnectTimeLoadBalancing");
    const legacy = felix.spec.get("bpfConnectTimeLoadBalancingEnabled");
    if (!enabled || mode.text() === "Disabled" || legacy.boolean() === false) continue;
    yield felix.report(
      mode.isPresent ? mode.path : "spec",
      "Calico's eBPF data plane picks the pod of a service at connect time, before the proxy sees the service",
      { fix: "Set bpfConnectTimeLoadBalancing to Disabled" },
    );
  }
}

/** A process without root may open a port below 1024 only where the pod's kernel settings or capabilities let it. */
function* checkGatewayPorts(model: MeshModel, workload: Workload): Iterable<Verdict> {
  if (!isGatewayPod(workload) || workload.role !== undefined) return;
  const spec = podSpecOf(workload);
  const proxy = containersOf(workload).find((each) => each.get("name").text() === "istio-proxy");
  if (proxy === undefined) return;
  const context = proxy.get("securityContext");
  const user =
    known(context.get("runAsUser").number()) ?? known(spec.get("securityContext").get("runAsUser").number());
  const sysctl = spec
    .get("securityContext")
    .get("sysctls")
    .items()
    .some((each) => each.get("name").text() === "net.ipv4.ip_unprivileged_port_start");
  const added = context
    .get("capabilities")
    .get("add")
    .items()
    .map((item) => known(item.text()));
  if (user === 0 || sysctl || added.includes("NET_BIND_SERVICE") || context.isUnknown) return;
  for (const service of model.services.selecting(workload)) {
    const port = lowPort(service);
    if (port !== undefined)
      yield workload.object.report(
        context.path,
        `${describeWorkload(workload)} is to open port ${port} (Service "${service.object.key}"), but its user may not open ports below 1024`,
        {
          fix: "Use a target port above 1023, or the sysctl net.ipv4.ip_unprivileged_port_start=0",
        },
      );
  }
}

/** The pod asks for the gateway's template. */
function isGatewayPod({ template }: Workload): boolean {
  const templates = template.get("metadata").get("annotations").get("inject.istio.io/templates").text();
  return typeof templates === "string" && templates.split(",").includes("gateway");
}

function lowPort({ ports }: ServiceView): number | undefined {
  return ports.flatMap(({ target }) => (typeof target === "number" && target < 1024 ? [target] : []))[0];
}
