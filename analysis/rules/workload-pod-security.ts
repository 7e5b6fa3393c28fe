import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import type { MeshObject } from "../model/mesh-object";
import { containersOf, describeWorkload, podSpecOf, type Workload } from "../model/workloads";
import { known, knownTexts, type Value } from "../reader";
import type { Rule, Verdict } from "../rule";

/** Options of {@link workloadPodSecurity}. */
export interface PodSecurityOptions {
  /** Namespaces that are left alone; a `*` at the end stands for any ending. */
  readonly excludeNamespaces: readonly string[];
}

/** The user and group of Istio's proxy, whose traffic the redirection lets pass. */
const PROXY_ID = 1337;
const proxies: ReadonlySet<string> = new Set(["istio-proxy", "istio-init", "istio-validation"]);

export const workloadPodSecurity: Rule<PodSecurityOptions> = {
  id: "workload-pod-security",
  group: "workload",
  title: "Pods cannot get around their proxy",
  description:
    "A container runs as the proxy's user 1337, so its traffic passes the redirection unseen, or has rights that let it change the redirection, the node or other pods: root, privileges, capabilities, the host's namespaces.",
  severity: "high",
  level: "mandatory",
  scope: "stack",
  anchors: ["IST0144"],
  fix: "Run as another user without privileges: runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities.drop: [ALL], seccompProfile RuntimeDefault",
  docs: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
  options: {
    excludeNamespaces: {
      type: "array",
      items: { type: "string" },
      description: "Namespaces whose pods are left alone; a * at the end stands for any ending.",
      default: ["kube-*", "istio-system"],
    },
  },
  *check(model, { excludeNamespaces }) {
    for (const workload of model.workloads.all) {
      if (!workload.isPod || workload.role !== undefined) continue;
      yield* checkProxyUser(workload);
      const namespace = String(known(workload.namespace) ?? "");
      const isExcluded = excludeNamespaces.some((each) =>
        each.endsWith("*") ? namespace.startsWith(each.slice(0, -1)) : each === namespace,
      );
      if (!isExcluded && isInMesh(model, workload)) yield* checkRestricted(workload);
    }
  },
};

function isInMesh(model: MeshModel, workload: Workload): boolean {
  const enrolment = model.namespaces.enrolmentOfWorkload(workload);
  return enrolment === "sidecar" || enrolment === "ambient";
}

/** istiod and gateways run as 1337 themselves. */
function isIstios({ object, template }: Workload): boolean {
  return (
    object.labels.has("istio") ||
    object.labels.get("release").text() === "istio" ||
    template.get("metadata").get("annotations").has("inject.istio.io/templates")
  );
}

function isApplication(container: Value): boolean {
  return !proxies.has(known(container.get("name").text()) ?? "");
}

function* checkProxyUser(workload: Workload): Iterable<Verdict> {
  if (isIstios(workload)) return;
  const contexts = [
    podSpecOf(workload).get("securityContext"),
    ...containersOf(workload, true)
      .filter(isApplication)
      .map((container) => container.get("securityContext")),
  ];
  for (const context of contexts) {
    if (!context.isPresent) continue;
    for (const field of ["runAsUser", "runAsGroup"]) {
      const value = context.get(field);
      if (value.isUnknown) yield workload.object.wait(value.path);
      if (value.number() === PROXY_ID)
        yield workload.object.report(
          value.path,
          `${describeWorkload(workload)} runs with ${field} ${PROXY_ID}, which is the proxy's own: its traffic is not captured`,
          { anchors: field === "runAsUser" ? ["IST0144"] : [], fix: `Use another id than ${PROXY_ID}` },
        );
    }
  }
}

function* checkRestricted(workload: Workload): Iterable<Verdict> {
  const { object } = workload;
  const spec = podSpecOf(workload);
  const ofPod = spec.get("securityContext");
  for (const field of ["hostPID", "hostIPC"]) {
    if (spec.get(field).boolean() === true)
      yield report(
        object,
        spec.get(field),
        `${describeWorkload(workload)} shares the node's ${field.slice(4)} namespace`,
      );
  }
  for (const container of containersOf(workload, true).filter(isApplication)) {
    const name = known(container.get("name").text()) ?? "?";
    const context = container.get("securityContext");
    if (context.isUnknown || ofPod.isUnknown) {
      yield object.wait(context.path);
      continue;
    }
    yield* checkContainer(object, name, container, context, ofPod);
  }
}

function* checkContainer(
  object: MeshObject,
  name: string,
  container: Value,
  context: Value,
  pod: Value,
): Iterable<Verdict> {
  const who = `container "${name}" of ${object.kind} "${object.key}"`;
  const either = (field: string): Value => (context.has(field) ? context.get(field) : pod.get(field));
  if (context.get("privileged").boolean() === true)
    yield report(
      object,
      context.get("privileged"),
      `${who} is privileged: it can change the redirection and the node`,
    );
  const user = either("runAsUser");
  if (user.number() === 0) yield report(object, user, `${who} runs as root`);
  const capabilities = context.get("capabilities");
  const added = knownTexts(capabilities.get("add")).filter((each) => each !== "NET_BIND_SERVICE");
  if (added.length > 0)
    yield report(object, capabilities.get("add"), `${who} adds the capabilities ${added.join(", ")}`);
  // What follows is missing rather than wrong: the cluster's admission may set it.
  const missing = [
    ...(either("runAsNonRoot").boolean() === true || known(user.number()) ? [] : ["runAsNonRoot: true"]),
    ...(context.get("allowPrivilegeEscalation").boolean() === false
      ? []
      : ["allowPrivilegeEscalation: false"]),
    ...(knownTexts(capabilities.get("drop")).includes("ALL") ? [] : ["capabilities.drop: [ALL]"]),
    ...(either("seccompProfile").isPresent ? [] : ["seccompProfile"]),
  ];
  const hasUnknown = ["runAsNonRoot", "runAsUser", "seccompProfile"].some((field) => either(field).isUnknown);
  if (hasUnknown) yield object.wait(context.path);
  else if (missing.length > 0)
    yield object.report(
      context.isPresent ? context.path : container.path,
      `${who} does not meet the restricted standard: it lacks ${missing.join(", ")}`,
      { anchors: [], level: "advisory" },
    );
}

function report(object: MeshObject, value: Value, message: string): Verdict {
  return value.isUnknown || value.raw === UNKNOWN
    ? object.wait(value.path)
    : object.report(value.path, message, { anchors: [] });
}
