import { UNKNOWN } from "../kubernetes-object";
import { kinds } from "../model/kinds";
import { podSpecOf, describeWorkload, type Workload } from "../model/workloads";
import type { MeshModel } from "../model";
import { known } from "../reader";
import type { Caller } from "./request";

/** The word for a caller without a proxy and without a certificate of the mesh. */
export const OUTSIDE = "outside";

/**
 * Whom a name means: a workload by `namespace/name` or by a name that only one has, the pods of a Service, a Gateway of
 * Istio or of the Gateway API,
 * or {@link OUTSIDE}.
 *
 * @returns nothing where the set holds none of them
 */
export function findCaller(model: MeshModel, name: string): Caller | undefined {
  if (name === OUTSIDE) return { name: "a caller outside the mesh", namespace: "" };
  const fits = (object: { readonly key: string; readonly name: unknown }): boolean =>
    name.includes("/") ? object.key === name : object.name === name;
  const workload = model.workloads.all.find(({ object }) => fits(object));
  const gateway = [...model.gateways.values()].find(({ object }) => fits(object));
  if (gateway !== undefined) return gatewayCaller(gateway.object.key, gateway.pods.workloads[0], model);
  if (workload !== undefined) return callerOf(workload, model);
  const service = model.services.all.find(({ object }) => fits(object));
  if (service === undefined || service.object.namespace === UNKNOWN) return undefined;
  const [first] = model.workloads.select(service.object.namespace, service.selector.known).workloads;
  return first === undefined ? undefined : callerOf(first, model);
}

/** The names that {@link findCaller} knows. */
export function callerNames(model: MeshModel): readonly string[] {
  const gateways = model.ofKind(kinds.gateway).map(({ key }) => key);
  return [...new Set([...gateways, ...model.workloads.all.map(({ object }) => object.key), OUTSIDE])];
}

/** A workload as whoever calls. */
export function callerOf(workload: Workload, model: MeshModel): Caller {
  const namespace = known(workload.namespace) ?? "";
  const enrolment = model.namespaces.enrolmentOfWorkload(workload);
  const isInMesh = enrolment === "sidecar" || enrolment === "ambient";
  if (workload.role === "gateway" && workload.object.groupKind === kinds.kubernetesGateway)
    return {
      name: `Gateway "${workload.object.key}"`,
      namespace,
      workload,
      kubernetesGateway: workload.object,
      principal: principalOf(workload, model),
    };
  return {
    name: describeWorkload(workload),
    namespace,
    workload,
    ...(isInMesh ? { principal: principalOf(workload, model) } : {}),
  };
}

function gatewayCaller(key: string, workload: Workload | undefined, model: MeshModel): Caller {
  const namespace = known(workload?.namespace ?? "") ?? "";
  return {
    name: `Gateway "${key}"`,
    namespace: namespace === "" ? (key.split("/")[0] ?? "") : namespace,
    gateway: key,
    ...(workload === undefined ? {} : { workload, principal: principalOf(workload, model) }),
  };
}

/** The identity in a workload's certificate, without `spiffe://`. */
export function principalOf(workload: Workload, model: MeshModel): string {
  const account = workload.isPod
    ? podSpecOf(workload).get("serviceAccountName")
    : workload.template.get("serviceAccount");
  const name = known(account.text()) || "default";
  return `${model.config.trustDomain}/ns/${known(workload.namespace) ?? ""}/sa/${name}`;
}
