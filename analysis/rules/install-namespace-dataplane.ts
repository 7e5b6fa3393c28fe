import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { kinds } from "../model/kinds";
import type { Edit } from "../edit";
import type { Rule } from "../rule";

/** Options of {@link installNamespaceDataplane}. */
export interface NamespaceDataplaneOptions {
  /** Namespaces that need not say anything; a `*` at the end stands for any ending. */
  readonly excludeNamespaces: readonly string[];
  /** What a remediation writes: `sidecar`, `ambient`, or `out` of the mesh. */
  readonly remediateTo: string;
}

const labelOf: Readonly<Record<string, readonly [name: string, value: string]>> = {
  sidecar: ["istio-injection", "enabled"],
  ambient: ["istio.io/dataplane-mode", "ambient"],
  out: ["istio-injection", "disabled"],
};

/** It judges a namespace by its own labels, so that it says the same when the namespace is registered and afterwards. */
export const installNamespaceDataplane: Rule<NamespaceDataplaneOptions> = {
  id: "install-namespace-dataplane",
  group: "install",
  title: "A namespace says whether it is in the mesh",
  description:
    "A namespace is neither enrolled, with sidecars or in ambient mode, nor left out on purpose: whether its workloads have mutual TLS, policies and telemetry depends on how the injector happens to be installed.",
  severity: "medium",
  level: "mandatory",
  scope: "resource",
  anchors: ["IST0102", "IST0148"],
  fix: "Label the namespace istio.io/dataplane-mode=ambient, istio-injection=enabled or istio.io/rev=<revision>; to leave it out on purpose, istio-injection=disabled",
  docs: "https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/",
  remediable: true,
  options: {
    excludeNamespaces: {
      type: "array",
      items: { type: "string" },
      description: "Namespaces that need not say anything; a * at the end stands for any ending.",
      default: ["kube-*", "istio-system", "gke-*", "openshift-*", "local-path-storage"],
    },
    remediateTo: {
      type: "string",
      enum: ["sidecar", "ambient", "out"],
      description: "What a remediation writes: sidecar, ambient, or out of the mesh.",
      default: "sidecar",
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
      if (own.some((value) => value.isPresent && value.text() !== "")) continue;
      yield namespace.report(
        "metadata.name",
        `namespace "${namespace.key}" is neither enrolled in the mesh nor left out on purpose`,
        { edits: [editFor(options.remediateTo)] },
      );
    }
  },
};

function editFor(choice: string): Edit {
  const [label, value] = labelOf[choice] ?? ["istio-injection", "enabled"];
  return { path: `metadata.labels["${label}"]`, value };
}

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
