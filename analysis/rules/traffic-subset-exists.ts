import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import type { DestinationRuleView, SubsetView } from "../model/destination-rule";
import { isVisibleTo } from "../model/export-scope";
import { qualify } from "../model/hosts";
import { readLabels } from "../model/labels";
import type { RegistryEntry } from "../model/registry";
import { isRuntimeLabel } from "../model/runtime-labels";
import type { VirtualServiceView } from "../model/virtual-service";
import { carries, type Workload } from "../model/workloads";
import { known, type Value } from "../reader";
import type { Rule, Verdict } from "../rule";
import { enumerate } from "../text";

export const trafficSubsetExists: Rule = {
  id: "traffic-subset-exists",
  group: "traffic",
  title: "Subsets are defined and have pods",
  description:
    "A route names a subset that no DestinationRule of its host defines, or a subset has no labels of its own or labels that no pod of that service carries: requests get a 503, or all versions at once.",
  severity: "high",
  level: "mandatory",
  scope: "stack",
  anchors: ["IST0101", "IST0173", "KIA0203", "KIA0209", "KIA1107"],
  fix: "Define the subset in the DestinationRule of that host, with labels that pods of the service carry",
  docs: "https://istio.io/latest/docs/reference/config/networking/destination-rule/#Subset",
  *check(model) {
    for (const view of model.virtualServices) {
      for (const { destination } of view.destinations()) yield* checkUse(model, view, destination);
    }
    for (const rule of model.destinationRules.all) {
      for (const subset of rule.subsets) yield* checkDefinition(model, rule, subset);
    }
  },
};

function* checkUse(model: MeshModel, view: VirtualServiceView, destination: Value): Iterable<Verdict> {
  const { object } = view;
  const value = destination.get("subset");
  const subset = value.text();
  const host = destination.get("host").text();
  if (subset === undefined || subset === "" || host === undefined) return;
  if (subset === UNKNOWN || host === UNKNOWN || object.namespace === UNKNOWN) {
    yield object.wait(value.path);
    return;
  }
  const complete = qualify(host, object.namespace, model.config.clusterDomain);
  const groups = [...model.destinationRules.covering(complete)].map(({ host: of, things }) => ({
    host: of,
    rules: things.filter((rule) =>
      view.clientNamespaces.some((namespace) => isVisibleTo(rule.scope, namespace)),
    ),
    hidden: things.filter((rule) => defines(rule, subset)),
  }));
  const visible = groups.filter(({ rules }) => rules.length > 0);
  // The most specific host that has rules in a namespace decides there; a wider rule of another namespace may still serve.
  if (
    visible.some(({ rules }, at) =>
      rules.some((rule) => defines(rule, subset) && !isShadowed(rule, visible.slice(0, at))),
    )
  )
    return;
  if (model.destinationRules.isOpen || visible.some(({ rules }) => rules.some((rule) => rule.subsetsOpen))) {
    yield object.wait(value.path);
    return;
  }
  yield object.report(value.path, undefinedSubset(subset, complete, groups, visible), {
    anchors: ["IST0101", "KIA1107"],
  });
}

function defines(rule: DestinationRuleView, subset: string): boolean {
  return rule.subsets.some(({ name }) => name === subset);
}

/** In one namespace, a rule for a narrower host replaces a wider one whole: subsets are not inherited. */
function isShadowed(
  rule: DestinationRuleView,
  narrower: readonly { readonly rules: readonly DestinationRuleView[] }[],
): boolean {
  return narrower.some(({ rules }) =>
    rules.some((other) => other.object.namespace === rule.object.namespace && !other.hasWorkloadSelector),
  );
}

function undefinedSubset(
  subset: string,
  host: string,
  groups: readonly { readonly hidden: readonly DestinationRuleView[] }[],
  visible: readonly { readonly host: string; readonly rules: readonly DestinationRuleView[] }[],
): string {
  const base = `subset "${subset}" of "${host}" is not defined`;
  const nearest = visible[0];
  const elsewhere = groups.flatMap(({ hidden }) => hidden)[0];
  if (elsewhere !== undefined) {
    const shadow = nearest?.rules.find(
      (rule) => rule !== elsewhere && rule.object.namespace === elsewhere.object.namespace,
    );
    return shadow !== undefined && nearest?.rules.includes(elsewhere) !== true && visible.length > 1
      ? `${base}: DestinationRule "${elsewhere.object.key}" for "${elsewhere.host}" has it, but "${shadow.object.key}" for "${shadow.host}" is more specific and replaces it`
      : `${base} here: DestinationRule "${elsewhere.object.key}" has it, but is not exported to this namespace`;
  }
  if (nearest === undefined) return `${base}: no DestinationRule speaks of that host`;
  const names = [
    ...new Set(visible.flatMap(({ rules }) => rules.flatMap((rule) => rule.subsets.map(({ name }) => name)))),
  ];
  const rules = enumerate(nearest.rules.map((rule) => `"${rule.object.key}"`));
  return names.length === 0
    ? `${base}: DestinationRule ${rules} defines no subsets`
    : `${base}: DestinationRule ${rules} defines ${enumerate(names.map((name) => `"${name}"`))}`;
}

function* checkDefinition(
  model: MeshModel,
  rule: DestinationRuleView,
  subset: SubsetView,
): Iterable<Verdict> {
  const { object } = rule;
  const labels = subset.value.get("labels");
  const { known: entries, open } = readLabels(labels);
  if (open) {
    yield object.wait(labels.path);
    return;
  }
  if (entries.size === 0) {
    // Without labels a subset is a name for a traffic policy, which is what a rule for several hosts needs.
    if (subset.value.has("trafficPolicy")) return;
    yield object.report(
      subset.value.path,
      `subset "${subset.name}" of "${rule.host}" has no labels, so it is every pod of the host`,
      {
        anchors: ["KIA0209"],
      },
    );
    return;
  }
  for (const [key, text] of entries) {
    if (text === "" && isRuntimeLabel(key))
      yield object.report(
        labels.path,
        `subset "${subset.name}" of "${rule.host}" wants ${key} to be empty, which no pod's is`,
        { anchors: ["IST0173"], fix: "Name the locality, or leave the label out" },
      );
  }
  const selector = new Map([...entries].filter(([key]) => !isRuntimeLabel(key)));
  if (selector.size === 0) return;
  for (const entry of model.registry.lookup(rule.host))
    yield* checkPods(model, rule, subset, selector, entry);
}

function* checkPods(
  model: MeshModel,
  rule: DestinationRuleView,
  subset: SubsetView,
  selector: ReadonlyMap<string, string>,
  entry: RegistryEntry,
): Iterable<Verdict> {
  const pods = podsOf(model, entry);
  if (pods === undefined || pods.workloads.some((workload) => carries(workload, selector))) return;
  const { path } = subset.value.get("labels");
  if (pods.open) {
    yield rule.object.wait(path);
    return;
  }
  const wanted = [...selector].map(([key, text]) => `${key}=${text}`).join(",");
  const there = [...new Set(pods.workloads.flatMap((workload) => describe(workload, selector)))].sort();
  const instead =
    there.length === 0 ? "it selects no workload of this set" : `its workloads carry ${enumerate(there)}`;
  yield rule.object.report(
    path,
    `subset "${subset.name}" wants pods of ${entry.kind} "${entry.object.key}" with ${wanted}, but ${instead}`,
    {
      anchors: ["IST0173", "KIA0203"],
      fix: "Correct the labels of the subset, or deploy workloads that carry them",
      ...(pods.isSettled ? {} : { level: "advisory" }),
    },
  );
}

interface Pods {
  readonly workloads: readonly Workload[];
  readonly open: boolean;
  /** The set deploys workloads there, so those that are missing are missed. */
  readonly isSettled: boolean;
}

/**
 * The workloads behind a host; `undefined` where the set cannot tell: a Service without selector, or a
 * host outside.
 */
function podsOf(model: MeshModel, entry: RegistryEntry): Pods | undefined {
  const { object } = entry;
  const namespace = known(object.namespace);
  if (namespace === undefined || entry.kind === "ServiceImport" || entry.kind === "Gateway") return undefined;
  const field =
    entry.kind === "Service"
      ? object.spec.get("selector")
      : object.spec.get("workloadSelector").get("labels");
  const selector = readLabels(field);
  if (selector.open) return { workloads: [], open: true, isSettled: true };
  if (selector.known.size === 0) return undefined;
  const { workloads, open } = model.workloads.select(namespace, selector.known);
  return {
    workloads,
    open: open || workloads.some((workload) => workload.labels === UNKNOWN),
    isSettled: model.workloads.inNamespace(namespace).length > 0,
  };
}

function describe(workload: Workload, selector: ReadonlyMap<string, string>): readonly string[] {
  const labels = known(workload.labels);
  return [...selector.keys()].flatMap((key) => {
    const text = labels?.get(key);
    return typeof text === "string" ? [`${key}=${text}`] : [`no ${key}`];
  });
}
