import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { isAmbientNamespace } from "../model/ambient";
import { kinds } from "../model/kinds";
import { readLabels } from "../model/labels";
import type { MeshObject } from "../model/mesh-object";
import { bySelector, checkSelects, findRivals, namesOf, type Selecting } from "../model/overlap";
import { known } from "../reader";
import type { Rule, Verdict } from "../rule";
import { nearest } from "../text";

export const trafficSidecarScope: Rule = {
  id: "traffic-sidecar-scope",
  group: "traffic",
  title: "A workload has one Sidecar, and it knows its hosts",
  description:
    "Two Sidecars hold for one workload or one namespace, a Sidecar holds for nothing, or it imports a host that nobody declares: the proxy does not know the services that its workload calls.",
  severity: "high",
  level: "mandatory",
  scope: "stack",
  anchors: [
    "IST0101",
    "IST0110",
    "IST0111",
    "KIA0002",
    "KIA0003",
    "KIA0004",
    "KIA1004",
    "KIA1006",
    "KIA1007",
  ],
  fix: "Keep one Sidecar for a namespace and one for each selected workload",
  docs: "https://istio.io/latest/docs/reference/config/networking/sidecar/",
  *check(model) {
    const sidecars = model.ofKind(kinds.sidecar);
    const { wide, selective } = bySelector(sidecars, (object) =>
      readLabels(object.spec.get("workloadSelector").get("labels")),
    );
    for (const [namespace, them] of wide) yield* checkWide(model, namespace, them);
    for (const them of selective.values()) yield* checkSelective(model, them);
    for (const sidecar of sidecars) {
      yield* checkEgress(model, sidecar);
      yield* checkPolicy(sidecar);
    }
  },
};

function* checkWide(model: MeshModel, namespace: string, them: readonly Selecting[]): Iterable<Verdict> {
  // In ambient mode none of them has an effect, which policy-attachment-effective says.
  if (them.length < 2 || isAmbientNamespace(model, namespace)) return;
  for (const { object } of them)
    yield object.report(
      "metadata.namespace",
      `namespace "${namespace}" has ${them.length} Sidecars without workloadSelector: ${namesOf(them)}; one of them takes effect, and which is not defined`,
      { anchors: ["IST0111", "KIA0002"] },
    );
}

function* checkSelective(model: MeshModel, group: readonly Selecting[]): Iterable<Verdict> {
  const path = "spec.workloadSelector.labels";
  for (const { object, what, them } of findRivals(model, group))
    yield object.report(
      path,
      `${what} has ${them.length} Sidecars: ${namesOf(them)}; one of them takes effect, and which is not defined`,
      { anchors: ["IST0110", "KIA0003"] },
    );
  for (const each of group) {
    if (each.namespace === model.config.rootNamespace)
      yield each.object.report(
        path,
        `the Sidecar stands in the root namespace "${each.namespace}" and selects workloads: it holds for those of that namespace only, not for the mesh`,
        {
          anchors: ["KIA1006"],
          fix: "Leave workloadSelector out, or move the Sidecar to the namespace of the workloads",
        },
      );
    yield* checkSelects(model, each, path, ["IST0101", "KIA0004"]);
  }
}

function* checkEgress(model: MeshModel, sidecar: MeshObject): Iterable<Verdict> {
  for (const listener of sidecar.spec.get("egress").items()) {
    for (const item of listener.get("hosts").items()) {
      const text = item.text();
      if (text === UNKNOWN) yield sidecar.wait(item.path);
      const [scope = "", host = ""] = (known(text) ?? "").toLowerCase().split("/");
      if (host === "" || host === "*" || scope.startsWith("~")) continue;
      if (host.startsWith("*") ? model.registry.covers(host) : model.registry.knows(host)) continue;
      if (model.registry.isOpen) {
        yield sidecar.wait(item.path);
        continue;
      }
      const near = nearest(host, model.registry.hosts);
      yield sidecar.report(
        item.path,
        `no Service or ServiceEntry declares "${host}"${near === undefined ? "" : `; did you mean "${near}"?`}`,
        {
          anchors: ["KIA1004"],
          fix: "Import a host by its complete name, as namespace/name.namespace.svc.cluster.local",
        },
      );
    }
  }
}

function* checkPolicy(sidecar: MeshObject): Iterable<Verdict> {
  const policy = sidecar.spec.get("outboundTrafficPolicy");
  if (!policy.isPresent || policy.isUnknown || policy.entries().length > 0) return;
  yield sidecar.report(
    policy.path,
    "outboundTrafficPolicy is empty, which means REGISTRY_ONLY here, whatever the mesh allows",
    {
      anchors: ["KIA1007"],
      level: "advisory",
      fix: "Write the mode, or leave the field out to inherit that of the mesh",
    },
  );
}
