import { UNKNOWN } from "../../../analysis";
import { kinds } from "../../../analysis/model/kinds";
import type { MeshObject } from "../../../analysis/model/mesh-object";
import { isGranted } from "../../../analysis/model/reference-grants";
import { bindingFault, readParentRef } from "../../../analysis/model/route-binding";
import { known, knownTexts, type Value } from "../../../analysis/reader";
import { type Boxes, LISTENER_SETS } from "./boxes";
import { describeRouteMatch, percent, percentages, textOf, words } from "./describe";
import type { NodeDraft } from "./drafts";

const ROUTES = [
  kinds.httpRoute,
  kinds.grpcRoute,
  kinds.tlsRoute,
  "gateway.networking.k8s.io/TCPRoute",
  "gateway.networking.k8s.io/UDPRoute",
];

/** Where a route starts, and why it does not where no listener takes it. */
interface Start {
  readonly box: NodeDraft;
  readonly broken: string | undefined;
}

/** Where the routes of the Gateway API send requests, from Gateways and, inside the mesh, from Services. */
export function readGatewayApiRoutes(boxes: Boxes): void {
  for (const groupKind of ROUTES) {
    for (const route of boxes.model.ofKind(groupKind)) {
      const starts = route.spec
        .get("parentRefs")
        .items()
        .flatMap((ref) => startsOf(boxes, route, ref));
      for (const start of starts) {
        start.box.objects.add(boxes.drafts.key(route));
        for (const rule of route.spec.get("rules").items()) readRule(boxes, route, rule, start);
      }
    }
  }
}

function startsOf(boxes: Boxes, route: MeshObject, ref: Value): readonly Start[] {
  const { model } = boxes;
  const named = readParentRef(ref, route);
  const { groupKind, namespace, name } = named;
  if (typeof namespace !== "string" || typeof name !== "string" || route.namespace === UNKNOWN) return [];
  const parent = model.find(groupKind, namespace, name);
  if (parent === undefined) return [];
  const isListener = groupKind === kinds.kubernetesGateway || LISTENER_SETS.includes(groupKind);
  const broken = isListener ? bindingFault(model, route, route.namespace, parent, named) : undefined;
  const starts = groupKind === kinds.serviceEntry ? externalsOf(boxes, parent) : boxes.of(parent);
  return starts.map((box) => ({ box, broken }));
}

function externalsOf(boxes: Boxes, entry: MeshObject): readonly NodeDraft[] {
  return knownTexts(entry.spec.get("hosts")).flatMap(
    (host) => boxes.drafts.node(`external ${host.toLowerCase()}`) ?? [],
  );
}

function readRule(boxes: Boxes, route: MeshObject, rule: Value, start: Start): void {
  const hosts = knownTexts(route.spec.get("hostnames"));
  const when = rule.get("matches").items().map(describeRouteMatch).join(", ");
  const refs = rule.get("backendRefs").items();
  const weights = percentages(
    refs.map((ref) => ref.get("weight")),
    1,
  );
  const draw = (ref: Value, ...label: readonly (string | undefined)[]): void => {
    const { target, broken } = backendOf(boxes, route, ref);
    if (target === start.box) return;
    const why = start.broken ?? broken;
    // A Gateway serves many hosts, a TLSRoute tells them apart.
    const text = words(route.kind === "TLSRoute" ? hosts.join(" ") : "", ...label);
    boxes.drafts.addEdge("route", start.box, target, { label: text, broken: why }, route);
  };
  refs.forEach((ref, index) => draw(ref, when, percent(weights[index])));
  for (const filter of rule.get("filters").items()) {
    const ref = filter.get("requestMirror").get("backendRef");
    if (ref.isPresent) draw(ref, "mirror", when);
  }
}

function backendOf(boxes: Boxes, route: MeshObject, ref: Value): { target: NodeDraft; broken?: string } {
  const { model } = boxes;
  const kind = known(ref.get("kind").text()) ?? "Service";
  const group = known(ref.get("group").text()) ?? "";
  const name = textOf(ref.get("name"));
  const namespace = known(ref.get("namespace").text()) ?? known(route.namespace) ?? "default";
  if (kind === "Hostname") {
    return { target: boxes.known(name.toLowerCase()) ?? boxes.external(name.toLowerCase(), route) };
  }
  const groupKind = `${group === "core" ? "" : group}/${kind}`;
  const object = model.find(groupKind, namespace, name);
  const [there] = object === undefined ? [] : boxes.of(object);
  const target =
    there ??
    boxes.external(kind === "Service" ? `${name}.${namespace}` : `${kind} ${namespace}/${name}`, route);
  const from = { groupKind: route.groupKind, namespace: known(route.namespace) ?? "" };
  return namespace === from.namespace || isGranted(model, from, { groupKind, namespace, name })
    ? { target }
    : { target, broken: `no ReferenceGrant in "${namespace}" lets it refer to ${kind} "${name}"` };
}
