import type { MeshModel } from "../model";
import { UNKNOWN } from "../kubernetes-object";
import { kinds } from "./kinds";
import { roleOfGateway } from "./kubernetes-gateways";
import type { MeshObject } from "./mesh-object";
import type { Workload } from "./workloads";

const USE = "istio.io/use-waypoint";
const USE_NAMESPACE = "istio.io/use-waypoint-namespace";

/** The waypoint that an object asks for by its label. */
export interface WaypointUse {
  /** `none` asks for no waypoint, over what the namespace asks for. */
  readonly name: string;
  readonly namespace: string;
  readonly path: string;
}

export function waypointUse(object: MeshObject): WaypointUse | undefined | typeof UNKNOWN {
  const value = object.labels.get(USE);
  const name = value.text();
  const home = object.groupKind === kinds.namespace ? object.name : object.namespace;
  const namespace = object.labels.get(USE_NAMESPACE).text() ?? home;
  if (name === undefined || name === "") return undefined;
  if (name === UNKNOWN || namespace === UNKNOWN) return UNKNOWN;
  return { name, namespace, path: value.path };
}

/** Whether requests to an object of a namespace pass a waypoint: by its own label, or else its namespace's. */
export function hasWaypoint(model: MeshModel, object: MeshObject): boolean | typeof UNKNOWN {
  const own = waypointUse(object);
  if (own === UNKNOWN) return UNKNOWN;
  if (own !== undefined) return own.name !== "none";
  if (object.namespace === UNKNOWN || object.groupKind === kinds.namespace) return false;
  const home = model.namespaces.get(object.namespace);
  const use = home === undefined ? undefined : waypointUse(home);
  if (use === UNKNOWN) return UNKNOWN;
  return use !== undefined && use.name !== "none";
}

/** The namespace's pods are in ambient mode, as far as its labels say. */
export function isAmbientNamespace(model: MeshModel, namespace: string | typeof UNKNOWN): boolean {
  return namespace !== UNKNOWN && model.namespaces.enrolment(namespace) === "ambient";
}

export function isAmbient(model: MeshModel, workload: Workload): boolean {
  return model.namespaces.enrolmentOfWorkload(workload) === "ambient";
}

/** The Gateway that is a waypoint of this name, if the set holds it. */
export function findWaypoint(model: MeshModel, { namespace, name }: WaypointUse): MeshObject | undefined {
  const gateway = model.find(kinds.kubernetesGateway, namespace, name);
  return gateway !== undefined && roleOfGateway(gateway, model.ofKind(kinds.gatewayClass)) === "waypoint"
    ? gateway
    : undefined;
}
