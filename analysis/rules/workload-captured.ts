import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { findWaypoint, waypointUse } from "../model/ambient";
import { kinds } from "../model/kinds";
import { readLabels } from "../model/labels";
import type { MeshObject } from "../model/mesh-object";
import { containersOf, describeWorkload, labelsOf, podSpecOf, type Workload } from "../model/workloads";
import { known, type Value } from "../reader";
import type { Rule, Verdict } from "../rule";

const exclusions = [
  "traffic.sidecar.istio.io/excludeInboundPorts",
  "traffic.sidecar.istio.io/excludeOutboundPorts",
  "traffic.sidecar.istio.io/excludeOutboundIPRanges",
  "traffic.sidecar.istio.io/includeInboundPorts",
  "traffic.sidecar.istio.io/includeOutboundIPRanges",
  "traffic.sidecar.istio.io/includeOutboundPorts",
  "ambient.istio.io/bypass-inbound-capture",
];

export const workloadCaptured: Rule = {
  id: "workload-captured",
  group: "workload",
  title: "Traffic of a workload passes the mesh",
  description:
    "A workload of a namespace in the mesh is left out, by label, by annotation, by host network, or for some of its ports; waits for an injector that never comes; or is to have a sidecar and be ambient at once.",
  severity: "high",
  level: "mandatory",
  scope: "stack",
  anchors: [
    "IST0103",
    "IST0146",
    "IST0147",
    "KIA1311",
    "KIA1312",
    "KIA1313",
    "KIA1314",
    "KIA1315",
    "KIA1316",
  ],
  fix: "Remove what leaves the workload out, or except it with a reason and a last day",
  docs: "https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/",
  *check(model) {
    for (const workload of model.workloads.all) {
      if (!workload.isPod || workload.role !== undefined) continue;
      yield* checkImage(model, workload);
      yield* checkEnrolment(model, workload);
      yield* checkExclusions(model, workload);
    }
    for (const object of [
      ...model.ofKind(kinds.namespace),
      ...model.ofKind(kinds.service),
      ...model.workloads.all.map(({ object }) => object),
    ])
      yield* checkWaypoint(model, object);
  },
};

/** `image: auto` is a place for the injector. */
function* checkImage(model: MeshModel, workload: Workload): Iterable<Verdict> {
  const { object } = workload;
  const proxy = containersOf(workload).find(
    (each) => each.get("name").text() === "istio-proxy" && each.get("image").text() === "auto",
  );
  if (proxy === undefined) return;
  const { path } = proxy.get("image");
  if (object.groupKind === kinds.pod) {
    yield object.report(
      path,
      `Pod "${object.key}" has image "auto", which no injector has replaced: it does not start`,
      {
        anchors: ["IST0147"],
        ...(isLive(object) ? {} : { level: "advisory" }),
        fix: 'Label the pod so that an injector matches it, sidecar.istio.io/inject: "true" for example',
      },
    );
    return;
  }
  const home = workload.namespace === UNKNOWN ? undefined : model.namespaces.get(workload.namespace);
  const labels = readLabels((home ?? object).labels);
  const namespaceLabels = home === undefined ? new Map<string, string>() : labels.known;
  const answer = model.injection.injects(namespaceLabels, labelsOf(workload).known);
  if (answer === true || (home !== undefined && labels.open)) return;
  if (answer === undefined) {
    yield object.wait(path);
    return;
  }
  const own = model.namespaces.ownEnrolment(workload);
  const asks =
    own === "sidecar" || (own === "unset" && model.namespaces.enrolmentOfWorkload(workload) === "sidecar");
  // Without an injector in the set, labels that ask for one are all there is to go by.
  if (model.injection.injectors.length === 0 && asks) {
    if (!isLive(object)) return;
  }
  yield object.report(
    path,
    `${describeWorkload(workload)} has image "auto", but no injector matches its pods: they do not start`,
    {
      anchors: ["IST0146"],
      fix: 'Label the pod template sidecar.istio.io/inject: "true", or its namespace istio-injection: enabled',
      ...(model.injection.injectors.length > 0 || !asks ? {} : { level: "advisory" }),
    },
  );
}

/** It was read from a cluster, so what it shows is what runs. */
function isLive(object: MeshObject): boolean {
  return object.root.get("status").has("phase") || object.groupKind === kinds.pod;
}

function* checkEnrolment(model: MeshModel, workload: Workload): Iterable<Verdict> {
  const { object, namespace, template } = workload;
  if (namespace === UNKNOWN) return;
  const home = model.namespaces.enrolment(namespace);
  const metadata = template.get("metadata");
  const inject = metadata.get("labels").get("sidecar.istio.io/inject");
  const mode = metadata.get("labels").get("istio.io/dataplane-mode");
  if (inject.isUnknown || mode.isUnknown) {
    yield object.wait(inject.path || "metadata.labels");
    return;
  }
  const own = model.namespaces.ownEnrolment(workload);
  if (inject.text() === "true" && mode.text() === "ambient")
    yield object.report(
      inject.path,
      `${describeWorkload(workload)} is to have a sidecar and to be ambient: the sidecar wins`,
      {
        anchors: ["KIA1311"],
        fix: "Keep one of the labels",
      },
    );
  else if (home === "ambient" && own === "sidecar" && inject.text() === "true")
    yield object.report(
      inject.path,
      `${describeWorkload(workload)} has a sidecar in ambient namespace "${namespace}"`,
      {
        anchors: ["KIA1316"],
        level: "advisory",
        fix: "Remove the label, so that the workload is ambient as its namespace is",
      },
    );
  if (home !== "sidecar" && home !== "ambient") return;
  if (own === "out") yield* reportOut(workload, home, inject, metadata);
  else if (own === "unset" && home === "sidecar" && object.groupKind === kinds.pod && isStarted(object))
    yield object.report(
      "spec.containers",
      `Pod "${object.key}" runs without a proxy, though namespace "${namespace}" injects one`,
      {
        anchors: ["IST0103"],
        fix: "Restart the pod, so that the injector sees it",
      },
    );
}

/** A Pod that nobody wrote: it is shown with the node or the state that it runs in. */
function isStarted(object: MeshObject): boolean {
  return object.groupKind === kinds.pod;
}

function* reportOut(workload: Workload, home: string, inject: Value, metadata: Value): Iterable<Verdict> {
  const { object } = workload;
  const network = podSpecOf(workload).get("hostNetwork");
  const annotation = metadata.get("annotations").get("sidecar.istio.io/inject");
  const [path, why] = inject.isPresent
    ? [inject.path, `label ${String(inject.raw)}`]
    : annotation.text() === "false"
      ? [annotation.path, "annotation sidecar.istio.io/inject"]
      : network.boolean() === true
        ? [network.path, "hostNetwork, whose traffic cannot be captured"]
        : [metadata.get("labels").path, "its labels"];
  const isJob = object.groupKind.startsWith("batch/");
  yield object.report(
    path,
    `${describeWorkload(workload)} is left out of the mesh by ${why}, though its namespace is enrolled (${home})`,
    { anchors: [], ...(isJob ? { level: "advisory" } : {}) },
  );
}

function* checkExclusions(model: MeshModel, workload: Workload): Iterable<Verdict> {
  const annotations = workload.template.get("metadata").get("annotations");
  if (annotations.entries().length === 0) return;
  const enrolment = model.namespaces.enrolmentOfWorkload(workload);
  if (enrolment === "out" || isGateway(workload)) return;
  for (const name of exclusions) {
    const value = annotations.get(name);
    const text = value.text();
    if (text === UNKNOWN) yield workload.object.wait(value.path);
    if (
      typeof text !== "string" ||
      (name.includes("/include") && text === "*") ||
      (name.includes("/exclude") && text === "")
    )
      continue;
    if (name.endsWith("bypass-inbound-capture") && text !== "true") continue;
    yield workload.object.report(
      value.path,
      `${describeWorkload(workload)} keeps traffic out of the mesh: ${name} is ${JSON.stringify(text)}`,
      { anchors: [] },
    );
  }
}

function isGateway({ template }: Workload): boolean {
  return template.get("metadata").get("annotations").has("inject.istio.io/templates");
}

function* checkWaypoint(model: MeshModel, object: MeshObject): Iterable<Verdict> {
  const use = waypointUse(object);
  if (use === undefined) return;
  if (use === UNKNOWN) {
    yield object.wait("metadata.labels");
    return;
  }
  if (use.name === "none") return;
  if (findWaypoint(model, use) === undefined) {
    const isSettled = model.ofKindIn(kinds.kubernetesGateway, use.namespace).length > 0;
    yield object.report(use.path, `no waypoint "${use.namespace}/${use.name}" exists`, {
      anchors: ["KIA1313"],
      fix: 'Add a Gateway of class "istio-waypoint" with this name, or correct the label',
      ...(isSettled ? {} : { level: "advisory" }),
    });
  }
  const home = object.groupKind === kinds.namespace ? object.name : object.namespace;
  if (home === UNKNOWN || home === "") return;
  const enrolment = model.namespaces.enrolment(home);
  if (
    model.namespaces.get(home) !== undefined &&
    enrolment !== "ambient" &&
    enrolment !== "unknown" &&
    !isIngressUse(object)
  )
    yield object.report(
      use.path,
      `${object.kind} "${object.key}" asks for a waypoint, but namespace "${home}" is not ambient`,
      {
        anchors: ["KIA1312"],
        level: "advisory",
        fix: "Label the namespace istio.io/dataplane-mode=ambient",
      },
    );
}

/** A gateway at the edge may send to a waypoint whoever is behind it. */
function isIngressUse({ labels }: MeshObject): boolean {
  return known(labels.get("istio.io/ingress-use-waypoint").text()) === "true";
}
