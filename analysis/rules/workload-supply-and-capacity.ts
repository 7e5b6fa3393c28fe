import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { kinds } from "../model/kinds";
import { selectorPicks } from "../model/label-selector";
import { describeLabels, readLabels } from "../model/labels";
import type { MeshObject } from "../model/mesh-object";
import { containersOf, describeWorkload, labelsOf, podSpecOf, push, type Workload } from "../model/workloads";
import { known, type Value } from "../reader";
import type { Rule, Verdict } from "../rule";

const replicated: ReadonlySet<string> = new Set([
  "apps/Deployment",
  "apps/StatefulSet",
  "argoproj.io/Rollout",
]);
const injected: ReadonlySet<string> = new Set(["istio-proxy", "istio-init", "istio-validation"]);

export const workloadSupplyAndCapacity: Rule = {
  id: "workload-supply-and-capacity",
  group: "workload",
  title: "Workloads survive a node and a bad image",
  description:
    "A workload's image can change under its name, it states no resources or probes, runs one replica or may be drained whole, or shares the namespace's default service account, so that policies cannot tell it from others.",
  severity: "low",
  level: "advisory",
  scope: "stack",
  anchors: ["KIA1701", "KIA1702"],
  fix: "Name images by digest, set requests and limits, probes, a service account of its own, two replicas and a PodDisruptionBudget",
  docs: "https://istio.io/latest/docs/ops/deployment/application-requirements/",
  *check(model) {
    for (const workload of model.workloads.all) {
      if (!workload.isPod || workload.role !== undefined) continue;
      const enrolment = model.namespaces.enrolmentOfWorkload(workload);
      if (enrolment === "sidecar" || enrolment === "ambient") yield* judge(model, workload);
    }
    yield* checkGroups(model);
  },
};

function* judge(model: MeshModel, workload: Workload): Iterable<Verdict> {
  const { object } = workload;
  const spec = podSpecOf(workload);
  for (const container of containersOf(workload)) {
    if (!injected.has(known(container.get("name").text()) ?? "")) yield* checkContainer(object, container);
  }
  const account = spec.get("serviceAccountName");
  if (account.isUnknown) yield object.wait(account.path);
  else if (!account.isPresent || account.text() === "default")
    yield object.report(
      account.isPresent ? account.path : spec.path || "spec",
      `${describeWorkload(workload)} has no service account of its own: to policies it is whatever else runs as "default"`,
      { anchors: [], fix: "Set serviceAccountName" },
    );
  if (replicated.has(object.groupKind)) yield* checkReplicas(model, workload);
}

function* checkContainer(object: MeshObject, container: Value): Iterable<Verdict> {
  const name = known(container.get("name").text()) ?? "?";
  const image = container.get("image").text();
  if (image === UNKNOWN) yield object.wait(container.get("image").path);
  else if (image !== undefined && image !== "auto" && !image.includes("@sha256:"))
    yield object.report(
      container.get("image").path,
      `container "${name}" has image ${image} without a digest: what runs can change without a deployment`,
      { anchors: [], fix: "Name the image with its digest, …@sha256:…" },
    );
  const resources = container.get("resources");
  if (resources.isUnknown) yield object.wait(resources.path);
  const requests = resources.get("requests");
  const lacking = [
    ...["cpu", "memory"].filter((each) => !requests.has(each)).map((each) => `requests.${each}`),
    ...(resources.get("limits").has("memory") ? [] : ["limits.memory"]),
  ];
  if (lacking.length > 0 && !resources.isUnknown)
    yield object.report(
      resources.isPresent ? resources.path : container.path,
      `container "${name}" states no ${lacking.join(", ")}`,
      { anchors: [], fix: "Set resources.requests, and limits.memory" },
    );
  const isJob = object.groupKind.startsWith("batch/");
  if (!isJob && !container.has("readinessProbe"))
    yield object.report(
      container.path,
      `container "${name}" has no readinessProbe: it gets requests before it can answer`,
      {
        anchors: [],
        fix: "Set readinessProbe",
      },
    );
}

function* checkReplicas(model: MeshModel, workload: Workload): Iterable<Verdict> {
  const { object, namespace } = workload;
  if (namespace === UNKNOWN) return;
  const value = object.spec.get("replicas");
  const replicas = value.number();
  if (replicas === UNKNOWN) yield object.wait(value.path);
  const scaler = model.ofKindIn(kinds.horizontalPodAutoscaler, namespace).find((each) => {
    const target = each.spec.get("scaleTargetRef");
    return target.get("kind").text() === object.kind && target.get("name").text() === object.name;
  });
  if (scaler === undefined && replicas !== UNKNOWN && (replicas ?? 1) < 2 && replicas !== 0)
    yield object.report(
      value.isPresent ? value.path : "spec",
      `${describeWorkload(workload)} runs one replica: it is gone while its node is drained`,
      { anchors: [], fix: "Set replicas to 2 or more, or add a HorizontalPodAutoscaler" },
    );
  const budgets = model
    .ofKindIn(kinds.podDisruptionBudget, namespace)
    .filter((each) => selectorPicks(each.spec.get("selector"), labelsOf(workload).known) !== false);
  // What runs once is gone in a drain with or without a budget.
  if (budgets.length === 0 && (scaler !== undefined || (typeof replicas === "number" && replicas > 1)))
    yield object.report("metadata.name", `no PodDisruptionBudget holds for ${describeWorkload(workload)}`, {
      anchors: [],
      fix: "Add a PodDisruptionBudget with maxUnavailable 1",
    });
  for (const budget of budgets) {
    const most = budget.spec.get("maxUnavailable").raw;
    const least = budget.spec.get("minAvailable").raw;
    const blocks =
      most === 0 ||
      most === "0%" ||
      least === "100%" ||
      (typeof replicas === "number" && least === replicas && scaler === undefined);
    if (blocks)
      yield budget.report(
        "spec",
        `it never lets a pod of ${describeWorkload(workload)} go, so its nodes cannot be drained`,
        {
          anchors: [],
          fix: "Let at least one pod be unavailable",
        },
      );
  }
}

function* checkGroups(model: MeshModel): Iterable<Verdict> {
  const byLabels = new Map<string, MeshObject[]>();
  for (const group of model.ofKind(kinds.workloadGroup)) {
    if (group.namespace === UNKNOWN) continue;
    const account = group.spec.get("template").get("serviceAccount");
    const name = known(account.text());
    const accounts = model.ofKindIn(kinds.serviceAccount, group.namespace);
    if (
      name !== undefined &&
      name !== "default" &&
      accounts.length > 0 &&
      !accounts.some((each) => each.name === name)
    )
      yield group.report(account.path, `no ServiceAccount "${group.namespace}/${name}" exists`, {
        anchors: ["KIA1701"],
        fix: "Create the ServiceAccount",
      });
    const labels = readLabels(group.spec.get("metadata").get("labels")).known;
    if (labels.size > 0)
      push(byLabels, `${group.namespace}\n${describeLabels(new Map([...labels].sort()))}`, group);
  }
  for (const [key, groups] of byLabels) {
    for (const group of new Set(groups.map(({ key: name }) => name)).size < 2 ? [] : groups)
      yield group.report(
        "spec.metadata.labels",
        `another WorkloadGroup has the same labels (${key.slice(key.indexOf("\n") + 1)}): services cannot tell their machines apart`,
        { anchors: ["KIA1702"], fix: "Give each WorkloadGroup labels of its own" },
      );
  }
}
