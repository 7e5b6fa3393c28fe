import type { Unknown } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { known, knownTexts, type Value } from "../reader";
import { hostsMeet } from "./hosts";
import { selectorPicks } from "./label-selector";
import { readLabels } from "./labels";
import type { MeshObject } from "./mesh-object";

/** What a `parentRef` says beside the name of the Gateway. */
export interface ParentRef {
  readonly sectionName: string | undefined;
  readonly port: number | undefined;
}

/** The object that a `parentRef` means, and which of its listeners. */
export interface NamedParent extends ParentRef {
  readonly kind: string;
  readonly groupKind: string;
  readonly namespace: string | Unknown;
  readonly name: string | Unknown | undefined;
}

/** Reads a `parentRef` with what it leaves out: a Gateway, in the namespace of the route. */
export function readParentRef(ref: Value, route: MeshObject): NamedParent {
  const group = known(ref.get("group").text()) ?? "gateway.networking.k8s.io";
  const kind = known(ref.get("kind").text()) ?? "Gateway";
  return {
    kind,
    groupKind: `${group === "core" ? "" : group}/${kind}`,
    namespace: ref.get("namespace").text() ?? route.namespace,
    name: ref.get("name").text(),
    sectionName: known(ref.get("sectionName").text()),
    port: known(ref.get("port").number()),
  };
}

/** The hosts that a listener takes: the one it names, or all. */
export function listenerHost(listener: Value): string {
  return known(listener.get("hostname").text())?.toLowerCase() || "*";
}

/** The kinds of routes that a listener of a protocol takes where it does not say. */
const routesOf: Readonly<Record<string, readonly string[]>> = {
  HTTP: ["HTTPRoute", "GRPCRoute"],
  HTTPS: ["HTTPRoute", "GRPCRoute"],
  TLS: ["TLSRoute", "TCPRoute"],
  TCP: ["TCPRoute"],
  UDP: ["UDPRoute"],
};

/** Why a route does not attach to a Gateway; undefined where some listener takes it, or may. */
export function bindingFault(
  model: MeshModel,
  route: MeshObject,
  namespace: string,
  gateway: MeshObject,
  ref: ParentRef,
): string | undefined {
  const list = gateway.spec.get("listeners");
  if (list.isUnknown) return undefined;
  const name = `Gateway "${gateway.key}"`;
  const named = list
    .items()
    .filter((listener) => ref.sectionName === undefined || listener.get("name").text() === ref.sectionName)
    .filter((listener) => ref.port === undefined || listener.get("port").number() === ref.port);
  if (named.length === 0) {
    const what = [
      ...(ref.sectionName === undefined ? [] : [`named "${ref.sectionName}"`]),
      ...(ref.port === undefined ? [] : [`on port ${ref.port}`]),
    ].join(" ");
    return `${name} has no listener ${what}`;
  }
  const ofKind = named.filter((listener) => takesKind(listener, route.kind));
  if (ofKind.length === 0) return `no listener of ${name} takes a ${route.kind}`;
  const allowed = ofKind.filter((listener) => takesNamespace(model, listener, namespace, gateway));
  if (allowed.length === 0)
    return `${name} takes no routes of namespace "${namespace}" (allowedRoutes.namespaces): by itself it takes those of its own namespace only`;
  const hosts = route.spec.get("hostnames");
  const names = knownTexts(hosts);
  if (hosts.isUnknown || names.length < hosts.items().length || names.length === 0) return undefined;
  const fits = allowed.some((listener) => {
    const taken = listenerHost(listener);
    return listener.get("hostname").isUnknown || names.some((host) => hostsMeet(taken, host.toLowerCase()));
  });
  if (fits) return undefined;
  const taken = allowed.flatMap((listener) => known(listener.get("hostname").text()) ?? []);
  return `${name} takes ${taken.map((host) => `"${host}"`).join(" and ")} there, and none of the route's hostnames (${names.map((host) => `"${host}"`).join(", ")})`;
}

function takesKind(listener: Value, kind: string): boolean {
  const list = listener.get("allowedRoutes").get("kinds");
  if (list.isUnknown || listener.get("protocol").isUnknown) return true;
  if (list.items().length > 0) return list.items().some((each) => each.get("kind").text() === kind);
  const usual = routesOf[known(listener.get("protocol").text()) ?? ""];
  return usual === undefined || usual.includes(kind);
}

function takesNamespace(model: MeshModel, listener: Value, namespace: string, gateway: MeshObject): boolean {
  const namespaces = listener.get("allowedRoutes").get("namespaces");
  if (namespaces.isUnknown) return true;
  const from = namespaces.get("from").text() ?? "Same";
  if (from === "Same") return gateway.namespace === namespace;
  if (from !== "Selector") return true;
  const object = model.namespaces.get(namespace);
  // A namespace that is not in the set may carry any label.
  if (object === undefined) return true;
  const labels = readLabels(object.labels);
  const all = new Map([...labels.known, ["kubernetes.io/metadata.name", namespace]]);
  return labels.open || selectorPicks(namespaces.get("selector"), all) !== false;
}
