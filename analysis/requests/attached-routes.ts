import { UNKNOWN } from "../kubernetes-object";
import { hostCovers, hostsMeet, isWildcard } from "../model/hosts";
import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import {
  bindingFault,
  listenerHost,
  type NamedParent,
  type ParentRef,
  readParentRef,
} from "../model/route-binding";
import { push } from "../model/workloads";
import type { MeshModel } from "../model";
import { known, knownTexts, type Value } from "../reader";
import type { MeshRequest } from "./request";

/** A route of the Gateway API and the parent by which it comes into play. */
interface Attachment {
  readonly route: MeshObject;
  readonly namespace: string;
  readonly ref: Value;
  readonly parent: NamedParent;
}

/** What routes for the mesh are attached to: a Service, or another object that declares a host. */
export type RouteParent = Pick<MeshObject, "groupKind" | "key" | "namespace">;

const indices = new WeakMap<MeshModel, ReadonlyMap<string, readonly Attachment[]>>();

/** Routes by the parents that they name, `group/Kind namespace/name`. */
function attachments(model: MeshModel): ReadonlyMap<string, readonly Attachment[]> {
  const there = indices.get(model);
  if (there !== undefined) return there;
  const index = new Map<string, Attachment[]>();
  for (const route of [...model.ofKind(kinds.httpRoute), ...model.ofKind(kinds.grpcRoute)]) {
    if (route.namespace === UNKNOWN) continue;
    for (const ref of route.spec.get("parentRefs").items()) {
      const parent = readParentRef(ref, route);
      const key = `${parent.groupKind} ${known(parent.namespace) ?? route.namespace}/${known(parent.name) ?? ""}`;
      push(index, key, { route, namespace: route.namespace, ref, parent });
    }
  }
  indices.set(model, index);
  return index;
}

function attachedTo(model: MeshModel, { groupKind, key }: RouteParent): readonly Attachment[] {
  return attachments(model).get(`${groupKind} ${key}`) ?? [];
}

/** Every route of the Gateway API for the mesh that names a service as its parent. */
export function routesOfService(model: MeshModel, service: RouteParent): readonly MeshObject[] {
  return [...new Set(attachedTo(model, service).map(({ route }) => route))];
}

/**
 * The routes of the Gateway API that a caller's proxy has for a host, those of one rank together and the first rank first:
 * a host that is said exactly goes before a wildcard, and in the mesh a route of the caller's own namespace before one of
 * the service's.
 */
export function attachedRoutes(
  model: MeshModel,
  request: MeshRequest,
  service: RouteParent | undefined,
): readonly (readonly MeshObject[])[] {
  const { kubernetesGateway } = request.from;
  if (kubernetesGateway !== undefined) return routesOfGateway(model, request, kubernetesGateway);
  if (request.from.gateway !== undefined || service === undefined) return [];
  const found = attachedTo(model, service).filter(({ ref }) => {
    const port = ref.get("port").number();
    return port === undefined || port === request.port;
  });
  // A route elsewhere than the service's own namespace is for the callers of its namespace alone.
  const of = (namespace: string): readonly MeshObject[] => [
    ...new Set(found.filter((each) => each.namespace === namespace).map(({ route }) => route)),
  ];
  const own = of(request.from.namespace);
  const producers = of(String(service.namespace));
  return [own, ...(request.from.namespace === service.namespace ? [] : [producers])].filter(
    ({ length }) => length > 0,
  );
}

function routesOfGateway(
  model: MeshModel,
  request: MeshRequest,
  gateway: MeshObject,
): readonly (readonly MeshObject[])[] {
  const byHost = new Map<string, MeshObject[]>();
  for (const { route, namespace, parent } of attachedTo(model, gateway)) {
    if (bindingFault(model, route, namespace, gateway, parent) !== undefined) continue;
    for (const host of hostsOf(route, gateway, parent, request)) {
      if (hostCovers(host, request.host) && byHost.get(host)?.includes(route) !== true)
        push(byHost, host, route);
    }
  }
  const precision = (host: string): number => (isWildcard(host) ? host.length : Infinity);
  return [...byHost].sort(([a], [b]) => precision(b) - precision(a)).map(([, routes]) => routes);
}

/** The hosts that a route has at the listeners it is attached to: its own, or theirs where it has none. */
function hostsOf(
  route: MeshObject,
  gateway: MeshObject,
  { sectionName, port }: ParentRef,
  request: MeshRequest,
): readonly string[] {
  const own = knownTexts(route.spec.get("hostnames")).map((host) => host.toLowerCase());
  return gateway.spec
    .get("listeners")
    .items()
    .filter(
      (listener) =>
        (sectionName === undefined || listener.get("name").text() === sectionName) &&
        (port === undefined || listener.get("port").number() === port) &&
        listener.get("port").number() === request.port,
    )
    .flatMap((listener) => {
      const taken = listenerHost(listener);
      return own.length === 0 ? [taken] : own.filter((host) => hostsMeet(taken, host));
    });
}
