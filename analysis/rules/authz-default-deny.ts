import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { actionOf, opennessOf } from "../model/authorization";
import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import { isSelective } from "../model/policy-scope";
import type { Workload } from "../model/workloads";
import { known } from "../reader";
import type { Rule, Verdict } from "../rule";

/** Options of {@link authzDefaultDeny}. */
export interface DefaultDenyOptions {
  /** Namespaces that are left alone. */
  readonly excludeNamespaces: readonly string[];
}

/**
 * Judges each namespace that the set shows to be in the mesh: it is enrolled by its labels, or a workload of it is.
 */
export const authzDefaultDeny: Rule<DefaultDenyOptions> = {
  id: "authz-default-deny",
  group: "authz",
  title: "Namespaces deny what no policy allows",
  description:
    "A namespace of the mesh has no namespace-wide ALLOW policy of its own or of the root namespace, so a workload that no policy selects accepts every call.",
  severity: "high",
  level: "advisory",
  levels: { strict: "mandatory" },
  scope: "stack",
  anchors: ["KIA1301"],
  fix: "Create an AuthorizationPolicy without selector and without rules in the namespace, or one in the root namespace for the whole mesh",
  docs: "https://istio.io/latest/docs/ops/best-practices/security/#use-default-deny-patterns",
  options: {
    excludeNamespaces: {
      type: "array",
      items: { type: "string" },
      description: "Namespaces that need no default deny.",
      default: [],
    },
  },
  *check(model, options) {
    const denied = deniedNamespaces(model);
    if (denied.get(model.config.rootNamespace) === "yes") return;
    const mesh = inMesh(model);
    for (const [namespace, workloads] of mesh) {
      if (options.excludeNamespaces.includes(namespace) || namespace === model.config.rootNamespace) continue;
      const answer = denied.get(namespace) ?? denied.get(model.config.rootNamespace);
      if (answer !== "yes") yield* judge(model, namespace, workloads, answer);
    }
  },
};

/** Namespaces whose namespace-wide policies deny by default; "maybe" where a policy is not known well enough. */
function deniedNamespaces(model: MeshModel): ReadonlyMap<string, "yes" | MeshObject> {
  const denied = new Map<string, "yes" | MeshObject>();
  for (const policy of model.ofKind(kinds.authorizationPolicy)) {
    const namespace = known(policy.namespace);
    if (namespace === undefined) continue;
    const mayBeWide = ["selector", "targetRef", "targetRefs"].some(
      (field) => policy.spec.get(field).isUnknown,
    );
    if (isSelective(policy) && !mayBeWide) continue;
    const answer = mayBeWide ? "unknown" : denies(policy);
    if (answer === "yes") denied.set(namespace, "yes");
    else if (answer === "unknown" && !denied.has(namespace)) denied.set(namespace, policy);
  }
  return denied;
}

/**
 * A namespace-wide ALLOW policy turns everything away that it does not match, whatever its rules are, unless a rule
 * matches everything. So does a DENY policy whose rule matches everything.
 */
function denies(policy: MeshObject): "yes" | "no" | "unknown" {
  const action = actionOf(policy);
  const { allowsEverything, waits } = opennessOf(policy);
  if (action === UNKNOWN) return "unknown";
  if (action === "DENY") return allowsEverything ? "yes" : "no";
  if (action !== "ALLOW" || allowsEverything) return "no";
  return waits.some((path) => /^spec\.rules(\[\d+\])?$/.test(path)) ? "unknown" : "yes";
}

function inMesh(model: MeshModel): ReadonlyMap<string, readonly Workload[]> {
  const mesh = new Map<string, Workload[]>();
  for (const name of model.namespaces.names()) {
    const enrolment = model.namespaces.enrolment(name);
    if (enrolment === "sidecar" || enrolment === "ambient") mesh.set(name, []);
  }
  for (const workload of model.workloads.all) {
    // A gateway of the Gateway API is there to accept calls, and its namespace need not be in the mesh.
    if (workload.role !== undefined) continue;
    const namespace = known(workload.namespace);
    const enrolment = model.namespaces.enrolmentOfWorkload(workload);
    if (namespace === undefined || (enrolment !== "sidecar" && enrolment !== "ambient")) continue;
    const there = mesh.get(namespace);
    if (there === undefined) mesh.set(namespace, [workload]);
    else there.push(workload);
  }
  return mesh;
}

function* judge(
  model: MeshModel,
  namespace: string,
  workloads: readonly Workload[],
  answer: MeshObject | undefined,
): Iterable<Verdict> {
  if (answer !== undefined) {
    yield answer.wait("spec");
    return;
  }
  const object = model.namespaces.get(namespace) ?? workloads[0]?.object;
  if (object === undefined) return;
  const where = object.groupKind === kinds.namespace ? "metadata.name" : "metadata.namespace";
  yield object.report(
    where,
    `namespace "${namespace}" has no AuthorizationPolicy that denies by default, and the root namespace "${model.config.rootNamespace}" has none: a workload that no policy selects accepts every call`,
  );
}
