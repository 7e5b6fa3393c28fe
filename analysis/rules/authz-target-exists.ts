import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { kinds } from "../model/kinds";
import { describeLabels } from "../model/labels";
import { roleOfClass } from "../model/kubernetes-gateways";
import type { PolicyView, TargetRef } from "../model/policies";
import { describeWorkload, type Workload } from "../model/workloads";
import type { Rule, Verdict } from "../rule";

/** Kinds whose selectors hold for workloads; Telemetry and Sidecar have rules of their own. */
const selecting = [kinds.authorizationPolicy, kinds.requestAuthentication, kinds.peerAuthentication];

export const authzTargetExists: Rule = {
  id: "authz-target-exists",
  group: "authz",
  title: "Policies hold for something",
  description:
    "The selector of a policy matches no workload of the mesh, or a targetRef names an object that does not exist: what it was to protect stays as open as it was.",
  severity: "high",
  level: "mandatory",
  scope: "stack",
  anchors: ["IST0127", "KIA0004"],
  fix: "Correct the labels of the selector or the name of the target",
  docs: "https://istio.io/latest/docs/reference/config/security/authorization-policy/",
  *check(model) {
    for (const groupKind of selecting) {
      for (const policy of model.policies(groupKind).all) {
        for (const target of policy.targets) yield* checkTarget(model, policy, target);
        if (policy.targets.length === 0) yield* checkSelector(model, policy);
      }
    }
  },
};

function* checkSelector(model: MeshModel, policy: PolicyView): Iterable<Verdict> {
  const { object, namespace, selector } = policy;
  const isAuthorization = object.groupKind === kinds.authorizationPolicy;
  if (namespace === UNKNOWN || selector.open) {
    yield object.wait("spec.selector");
    return;
  }
  const isRoot = namespace === model.config.rootNamespace;
  if (!policy.hasSelector) {
    const inMesh = model.workloads.inNamespace(namespace).some((workload) => mayBeInMesh(model, workload));
    // A policy for a whole namespace may wait for workloads that others deploy.
    if (isAuthorization && !isRoot && !inMesh)
      yield object.report(
        "metadata.namespace",
        `namespace "${namespace}" has no workload of the mesh in this set, so the policy holds for nothing`,
        { anchors: ["IST0127"], level: "advisory" },
      );
    return;
  }
  const { workloads, open } = isRoot
    ? model.workloads.selectAnywhere(selector.known)
    : model.workloads.select(namespace, selector.known);
  if (workloads.some((workload) => mayBeInMesh(model, workload))) return;
  if (open) {
    yield object.wait("spec.selector");
    return;
  }
  const isSettled = isRoot
    ? model.workloads.all.length > 0
    : model.workloads.inNamespace(namespace).length > 0;
  const [outside] = workloads;
  const where = isRoot ? "the set" : `namespace "${namespace}"`;
  yield object.report(
    "spec.selector.matchLabels",
    outside === undefined
      ? `no workload of ${where} has ${describeLabels(selector.known)}, so the ${object.kind} holds for nothing`
      : `${describeWorkload(outside)} has ${describeLabels(selector.known)} but is not in the mesh, so the ${object.kind} does not hold for it`,
    {
      anchors: isAuthorization ? ["IST0127", "KIA0004"] : ["KIA0004"],
      ...(isSettled ? {} : { level: "advisory" }),
    },
  );
}

/** A namespace that is not in the set may be enrolled elsewhere. */
function mayBeInMesh(model: MeshModel, workload: Workload): boolean {
  const enrolment = model.namespaces.enrolmentOfWorkload(workload);
  if (enrolment !== "unset") return enrolment !== "out";
  return (
    workload.namespace !== UNKNOWN &&
    model.namespaces.get(workload.namespace) === undefined &&
    !isBarePod(workload)
  );
}

/** A Pod is shown as it runs: had it been injected, one would see it. */
function isBarePod({ object }: Workload): boolean {
  return object.groupKind === kinds.pod;
}

const clusterWide: ReadonlySet<string> = new Set([kinds.gatewayClass]);

function* checkTarget(model: MeshModel, policy: PolicyView, target: TargetRef): Iterable<Verdict> {
  const { object, namespace } = policy;
  const { groupKind, name, value } = target;
  if (name === UNKNOWN || namespace === UNKNOWN) {
    yield object.wait(value.path);
    return;
  }
  const home = clusterWide.has(groupKind) ? "" : namespace;
  if (name === "" || model.find(groupKind, home, name) !== undefined) return;
  if (groupKind === kinds.service && model.declaredService(namespace, name) !== undefined) return;
  // istiod brings its own classes.
  if (groupKind === kinds.gatewayClass && roleOfClass(name, []) !== undefined) return;
  const others = model.ofKind(groupKind);
  if (others.some((each) => each.name === UNKNOWN || each.namespace === UNKNOWN)) {
    yield object.wait(value.path);
    return;
  }
  const kind = groupKind.slice(groupKind.indexOf("/") + 1);
  yield object.report(
    value.get("name").path,
    `no ${kind} "${home === "" ? name : `${home}/${name}`}" exists, so the ${object.kind} holds for nothing`,
    {
      anchors: object.groupKind === kinds.authorizationPolicy ? ["IST0127"] : [],
      ...(others.some((each) => each.namespace === home) ? {} : { level: "advisory" }),
    },
  );
}
