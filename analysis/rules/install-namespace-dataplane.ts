import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import type { Rule } from "../rule";

/** Options of {@link installNamespaceDataplane}. */
export interface NamespaceDataplaneOptions {
  /** Namespaces that need not say anything; a `*` at the end stands for any ending. */
  readonly excludeNamespaces: readonly string[];
}

export const installNamespaceDataplane: Rule<NamespaceDataplaneOptions> = {
  id: "install-namespace-dataplane",
  group: "install",
  title: "A namespace says whether it is in the mesh",
  description:
    "A namespace is neither enrolled, with sidecars or in ambient mode, nor left out on purpose: its workloads are outside the mesh, without mutual TLS, policies and telemetry, and nobody decided so.",
  severity: "medium",
  level: "mandatory",
  scope: "resource",
  anchors: ["IST0102", "IST0148"],
  fix: "Label the namespace istio.io/dataplane-mode=ambient, istio-injection=enabled or istio.io/rev=<revision>; to leave it out on purpose, istio-injection=disabled",
  docs: "https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/",
  options: {
    excludeNamespaces: {
      type: "array",
      items: { type: "string" },
      description: "Namespaces that need not say anything; a * at the end stands for any ending.",
      default: ["kube-*", "istio-system", "gke-*", "openshift-*", "local-path-storage"],
    },
  },
  *check(model, options) {
    for (const namespace of model.ofKind(kinds.namespace)) {
      const { name, labels } = namespace;
      if (name !== UNKNOWN && isExcluded(model, name, options)) continue;
      if (namespace.located.isPatch === true) continue;
      const own = ["istio-injection", "istio.io/rev", "istio.io/dataplane-mode"].map((label) =>
        labels.get(label),
      );
      if (labels.isUnknown || own.some((value) => value.isUnknown)) {
        yield namespace.wait(labels.path);
        continue;
      }
      if (own.some((value) => value.isPresent && value.text() !== "") || saidElsewhere(model, namespace))
        continue;
      yield model.injection.byDefault
        ? namespace.report(
            "metadata.name",
            `namespace "${namespace.key}" says nothing of the mesh and is injected, because the injector takes every namespace that does not refuse`,
            { anchors: ["IST0148"] },
          )
        : namespace.report(
            "metadata.name",
            `namespace "${namespace.key}" is neither enrolled in the mesh nor left out on purpose`,
            { anchors: ["IST0102"] },
          );
    }
  },
};

function isExcluded(
  model: MeshModel,
  name: string,
  { excludeNamespaces }: NamespaceDataplaneOptions,
): boolean {
  if (name === model.config.rootNamespace) return true;
  return excludeNamespaces.some((each) =>
    each.endsWith("*") ? name.startsWith(each.slice(0, -1)) : each === name,
  );
}

/** Another object for the same namespace labels it, or each of its workloads decides for itself, as gateways do. */
function saidElsewhere(model: MeshModel, { name }: MeshObject): boolean {
  if (name === UNKNOWN) return false;
  const enrolment = model.namespaces.enrolment(name);
  if (enrolment !== "unset" && !model.injection.byDefault) return true;
  const workloads = model.workloads.inNamespace(name).filter(({ isPod }) => isPod);
  return (
    workloads.length > 0 && workloads.every((workload) => model.namespaces.ownEnrolment(workload) !== "unset")
  );
}
