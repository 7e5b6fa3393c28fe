import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import type { MeshObject } from "../model/mesh-object";
import { qualify } from "../model/hosts";
import type { VirtualServiceView } from "../model/virtual-service";
import { known } from "../reader";
import type { Rule, Verdict } from "../rule";

export const trafficMakeBeforeBreak: Rule = {
  id: "traffic-make-before-break",
  group: "traffic",
  title: "A subset is there before a route uses it",
  description:
    "A VirtualService sends to a subset, but nothing makes it wait for the DestinationRule that defines the subset: where the route reaches the proxies first, its requests end in a 503.",
  severity: "low",
  level: "advisory",
  scope: "stack",
  anchors: [],
  fix: "Let the VirtualService depend on the DestinationRule (dependsOn in Pulumi), or apply the DestinationRule's file first",
  docs: "https://istio.io/latest/docs/ops/best-practices/traffic-management/#avoid-503-errors-while-reconfiguring-service-routes",
  *check(model) {
    const position = new Map(model.objects.map((object, index) => [object, index] as const));
    for (const view of model.virtualServices) yield* judge(model, view, position);
  },
};

function* judge(
  model: MeshModel,
  view: VirtualServiceView,
  position: ReadonlyMap<MeshObject, number>,
): Iterable<Verdict> {
  const { object } = view;
  for (const { destination } of view.destinations()) {
    const subset = known(destination.get("subset").text());
    const host = known(destination.get("host").text());
    if (subset === undefined || subset === "" || host === undefined || object.namespace === UNKNOWN) continue;
    const rule = definerOf(model, qualify(host, object.namespace, model.config.clusterDomain), subset);
    if (rule === undefined || isAfter(object, rule, position) !== false) continue;
    yield object.report(
      destination.get("subset").path,
      `the route uses subset "${subset}" of "${host}", but does not wait for DestinationRule "${rule.key}", which defines it`,
    );
    return;
  }
}

function definerOf(model: MeshModel, host: string, subset: string): MeshObject | undefined {
  for (const { things } of model.destinationRules.covering(host)) {
    const found = things.find(({ subsets }) => subsets.some(({ name }) => name === subset));
    if (found !== undefined) return found.object;
  }
  return undefined;
}

/** Whether the route comes after the rule; undefined where the set does not say in which order they are made. */
function isAfter(
  route: MeshObject,
  rule: MeshObject,
  position: ReadonlyMap<MeshObject, number>,
): boolean | undefined {
  const { dependencies, file } = route.located;
  if (dependencies !== undefined && rule.located.urn !== undefined) return dependencies.has(rule.located.urn);
  // Files are applied in an order of the user's; only within one does the set know it.
  if (file === undefined || file !== rule.located.file) return undefined;
  return (position.get(route) ?? 0) > (position.get(rule) ?? 0);
}
