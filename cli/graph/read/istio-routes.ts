import { UNKNOWN } from "../../../analysis";
import { delegateOf, MESH_GATEWAY, type VirtualServiceView } from "../../../analysis/model/virtual-service";
import { known, type Value } from "../../../analysis/reader";
import type { Boxes } from "./boxes";
import { describeMatch, percent, percentages, textOf, words } from "./describe";
import type { NodeDraft } from "./drafts";

/** Where the VirtualServices of a set send requests, and the subsets that its DestinationRules make. */
export function readIstioRoutes(boxes: Boxes): void {
  const { model, drafts } = boxes;
  for (const { object, host } of model.destinationRules.all) {
    const box = typeof host === "string" ? boxes.known(host) : undefined;
    if (box === undefined) continue;
    box.objects.add(drafts.key(object));
    for (const subset of object.spec.get("subsets").items()) {
      box.subsets.set(textOf(subset.get("name")), undefined);
    }
  }
  for (const view of model.virtualServices) {
    for (const start of startsOf(boxes, view)) {
      start.objects.add(drafts.key(view.object));
      for (const rule of view.rules) readRule(boxes, view, rule.value, start);
    }
  }
}

/** Gateways, and for sidecars the services whose routes these are. */
function startsOf(boxes: Boxes, view: VirtualServiceView): readonly NodeDraft[] {
  const starts = view.gateways.flatMap((gateway) => {
    if (gateway === UNKNOWN) return [];
    if (gateway === MESH_GATEWAY) return view.hosts.flatMap(({ host }) => boxes.known(host) ?? []);
    const there = boxes.model.gateway(gateway);
    return there === undefined ? [] : boxes.of(there.object);
  });
  return [...new Set(starts)];
}

function readRule(boxes: Boxes, view: VirtualServiceView, rule: Value, start: NodeDraft): void {
  const { object } = view;
  const delegate = delegateOf(rule, object.namespace);
  if (delegate !== undefined) {
    const other = boxes.model.virtualService(delegate.namespace, delegate.name);
    if (other === undefined || other === view) return;
    start.objects.add(boxes.drafts.key(other.object));
    // A delegate cannot delegate further.
    for (const { value } of other.rules.filter((each) => !each.value.get("delegate").isPresent)) {
      readRule(boxes, other, value, start);
    }
    return;
  }
  const gateways = view.gateways.flatMap((gateway) => (gateway === UNKNOWN ? [] : [`gateway ${gateway}`]));
  const matches = rule.get("match").items();
  const when = matches.map(describeMatch).join(", ");
  const draw = (destination: Value, share: string | undefined, mirrored = ""): NodeDraft => {
    const target = boxes.ofHost(destination.get("host"), object, gateways);
    const subset = known(destination.get("subset").text());
    if (target !== start) {
      boxes.drafts.addEdge("route", start, target, { label: words(mirrored, when, share, subset) }, object);
    }
    return target;
  };
  const shares = rule.get("route").items();
  const weights = percentages(
    shares.map((share) => share.get("weight")),
    0,
  );
  shares.forEach((share, index) => {
    const destination = share.get("destination");
    const target = draw(destination, percent(weights[index]));
    const subset = known(destination.get("subset").text());
    // What everybody gets who asks for nothing special is what the box says.
    if (subset !== undefined && matches.length === 0) target.subsets.set(subset, weights[index] ?? 100);
  });
  if (rule.get("mirror").isPresent) draw(rule.get("mirror"), undefined, "mirror");
  for (const mirror of rule.get("mirrors").items()) draw(mirror.get("destination"), undefined, "mirror");
}
