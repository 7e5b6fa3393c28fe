import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { isIstiod } from "../model/injection";
import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import { injectedImage, isBuildOf, proxyImageOf, revisionOfInjectorConfig } from "../model/proxy-image";
import { containersOf } from "../model/workloads";
import { known } from "../reader";
import type { Rule, Verdict } from "../rule";
import { enumerate } from "../text";

const REVISION = "istio.io/rev";

export const installRevisionConsistent: Rule = {
  id: "install-revision-consistent",
  group: "install",
  title: "A namespace asks for one revision, and it exists",
  description:
    "A namespace carries labels of two ways into the mesh, names a revision or tag that no control plane serves, runs proxies of another version than its injector's, or two parts of one control plane differ in version.",
  severity: "high",
  level: "mandatory",
  scope: "stack",
  anchors: ["IST0123", "IST0102", "IST0158"],
  fix: "Keep one of istio-injection, istio.io/rev and istio.io/dataplane-mode, with the name of a revision or tag that is installed",
  docs: "https://istio.io/latest/docs/setup/upgrade/canary/#stable-revision-labels",
  *check(model) {
    for (const namespace of model.ofKind(kinds.namespace)) {
      yield* checkLabels(namespace);
      yield* checkRevision(model, namespace);
    }
    yield* checkImages(model);
    yield* checkVersions(model);
  },
};

function* checkLabels(namespace: MeshObject): Iterable<Verdict> {
  const { labels } = namespace;
  const injection = labels.get("istio-injection").text();
  const said = ["istio-injection", REVISION, "istio.io/dataplane-mode"].filter((label) => labels.has(label));
  // A namespace that is out of injection may be ambient: that is said on purpose.
  if (said.length < 2 || (injection !== undefined && injection !== "enabled" && injection !== UNKNOWN))
    return;
  if (injection === UNKNOWN) {
    yield namespace.wait(labels.get("istio-injection").path);
    return;
  }
  // A waypoint of a revision serves an ambient namespace that names it.
  const isAmbientRevision =
    injection === undefined && labels.get("istio.io/dataplane-mode").text() === "ambient";
  const pairs = said.map((label) => `${label}=${String(known(labels.get(label).text()) ?? "…")}`);
  yield namespace.report(
    labels.path,
    isAmbientRevision
      ? `namespace "${namespace.key}" carries ${enumerate(pairs)}: an injector of that revision gives its pods sidecars, and they leave the ambient mesh`
      : `namespace "${namespace.key}" carries ${enumerate(pairs)}, of which one is obeyed and the others are not`,
    { anchors: ["IST0123"] },
  );
}

function* checkRevision(model: MeshModel, namespace: MeshObject): Iterable<Verdict> {
  const { injection } = model;
  const value = namespace.labels.get(REVISION);
  const revision = value.text();
  if (revision === undefined || revision === "" || !injection.isPresent) return;
  if (revision === UNKNOWN) yield namespace.wait(value.path);
  else if (!injection.served.has(revision)) {
    yield namespace.report(
      value.path,
      `namespace "${namespace.key}" asks for revision "${revision}", which nothing here serves (there is ${enumerate([...injection.served].sort().map((name) => `"${name}"`))}): its pods get no proxy`,
      { anchors: ["IST0102"] },
    );
  }
}

/** Pods that show their proxy must show that of their injector. */
function* checkImages(model: MeshModel): Iterable<Verdict> {
  const images = new Map<string, string>();
  for (const configMap of model.ofKind(kinds.configMap)) {
    const revision = revisionOfInjectorConfig(configMap);
    const image = revision === undefined ? undefined : injectedImage(configMap);
    if (revision !== undefined && image !== undefined) images.set(revision, image);
  }
  if (images.size === 0) return;
  for (const namespace of model.ofKind(kinds.namespace)) {
    if (namespace.name === UNKNOWN) continue;
    const label = known(namespace.labels.get(REVISION).text());
    if (label === undefined && namespace.labels.get("istio-injection").text() !== "enabled") continue;
    const expected = images.get(label ?? "default");
    if (expected === undefined) continue;
    for (const workload of model.workloads.inNamespace(namespace.name)) {
      const own = workload.template.get("metadata").get("annotations").get("sidecar.istio.io/proxyImage");
      const image = known(proxyImageOf(containersOf(workload, true))?.text());
      if (own.isPresent || image === undefined || isBuildOf(image, expected)) continue;
      yield namespace.report(
        "metadata.name",
        `${workload.object.kind} "${workload.object.key}" runs proxy ${image}, but its injector gives ${expected}: restart it so that both are of one version`,
        { anchors: ["IST0158"], fix: "Restart the workload, so that it gets the proxy of its injector" },
      );
    }
  }
}

/** The parts of one revision are released together. */
function* checkVersions(model: MeshModel): Iterable<Verdict> {
  const istiods = model.ofKind(kinds.deployment).filter(isIstiod);
  const versions = istiods.flatMap((istiod) => versionOf(istiod) ?? []);
  const agents = model
    .ofKind(kinds.daemonSet)
    .filter((each) => each.name === "ztunnel" || each.name === "istio-cni-node");
  if (versions.length === 0) return;
  for (const agent of agents) {
    const version = versionOf(agent);
    if (version === undefined || versions.some((each) => minorsApart(each, version) <= 1)) continue;
    yield agent.report(
      "spec.template.spec.containers[0].image",
      `${agent.kind} "${agent.key}" is of version ${version}, the control plane of ${enumerate([...new Set(versions)])}: more than one minor apart is not supported`,
      { anchors: [], fix: "Install the node agents with the version of the control plane" },
    );
  }
}

function versionOf(object: MeshObject): string | undefined {
  const [container] = object.spec.get("template").get("spec").get("containers").items();
  const image = known(container?.get("image").text());
  return /:v?(\d+\.\d+)(?:\.\d+)?/.exec(image ?? "")?.[1];
}

function minorsApart(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split(".").map(Number);
  const [majorB = 0, minorB = 0] = b.split(".").map(Number);
  return majorA === majorB ? Math.abs(minorA - minorB) : Infinity;
}
