import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import type { DestinationRuleView } from "../model/destination-rule";
import { exportElements } from "../model/export-scope";
import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import { knownTexts, type Value } from "../reader";
import type { Rule, Verdict } from "../rule";
import { nearest } from "../text";

export const trafficDestinationRuleEffective: Rule = {
  id: "traffic-destinationrule-effective",
  group: "traffic",
  title: "DestinationRules are found by clients",
  description:
    "A DestinationRule is for a host that nobody declares, or stands in a namespace where no client looks for it: its TLS settings, subsets and limits do nothing. Or an object is exported to a namespace that does not exist.",
  severity: "high",
  level: "mandatory",
  scope: "stack",
  anchors: ["IST0174", "KIA0202", "KIA0005"],
  fix: "Correct the host, and keep the rule in the namespace of the service, of its clients, or in the root namespace",
  docs: "https://istio.io/latest/docs/ops/best-practices/traffic-management/#cross-namespace-configuration",
  *check(model) {
    for (const rule of model.destinationRules.all) yield* judge(model, rule);
    for (const groupKind of [kinds.virtualService, kinds.destinationRule, kinds.serviceEntry]) {
      for (const object of model.ofKind(groupKind)) yield* checkExport(model, object);
    }
  },
};

function* judge(model: MeshModel, rule: DestinationRuleView): Iterable<Verdict> {
  const { object, host } = rule;
  if (!model.registry.knows(host) && !coversSome(model, host)) {
    if (model.registry.isOpen) yield object.wait("spec.host");
    else yield object.report("spec.host", unknownHost(model, host), { anchors: ["IST0174", "KIA0202"] });
    return;
  }
  // A rule that only its own namespace sees is looked up by that namespace's clients alone, whoever they are.
  if (rule.scope.everyone || rule.scope.open || rule.scope.namespaces.size > 0) return;
  yield object.report(
    "spec.exportTo",
    `the rule for "${host}" is exported to nobody, so no client finds it`,
    {
      anchors: [],
      fix: 'Export it to "." for its own namespace, or leave exportTo out',
    },
  );
}

/** A wildcard is for whatever it covers: a service, or at least a namespace of the cluster. */
function coversSome(model: MeshModel, host: string): boolean {
  if (!host.startsWith("*")) return false;
  const suffix = host.slice(1);
  return (
    suffix === "" || `.svc.${model.config.clusterDomain}`.endsWith(suffix) || model.registry.covers(host)
  );
}

function unknownHost(model: MeshModel, host: string): string {
  const base = `no Service or ServiceEntry declares "${host}", so the rule does nothing`;
  for (const suffix of [`.svc.${model.config.clusterDomain}`, `.${model.config.clusterDomain}`]) {
    if (model.registry.knows(`${host}${suffix}`))
      return `${base}: a name with a dot is taken as it stands; "${host}${suffix}" exists`;
  }
  const near = nearest(host, model.registry.hosts);
  return near === undefined ? base : `${base}; did you mean "${near}"?`;
}

function* checkExport(model: MeshModel, object: MeshObject): Iterable<Verdict> {
  const list: Value = object.spec.get("exportTo");
  const elements = exportElements(list);
  if (elements.includes(UNKNOWN)) yield object.wait(list.path);
  const declared = model.namespaces.names();
  for (const name of knownTexts(list)) {
    if (["*", ".", "~"].includes(name) || model.namespaces.get(name) !== undefined) continue;
    const near = nearest(name, declared);
    yield object.report(
      list.path,
      `it is exported to namespace "${name}", which does not exist${near === undefined ? "" : `; did you mean "${near}"?`}`,
      {
        anchors: ["KIA0005"],
        fix: "Correct the namespace in exportTo",
        ...(declared.length > 0 && near !== undefined ? {} : { level: "advisory" }),
      },
    );
  }
}
