import { UNKNOWN, type Unknown } from "../kubernetes-object";
import { readLabels, type Labels } from "./labels";
import type { MeshObject } from "./mesh-object";
import type { Selected, WorkloadIndex } from "./workloads";

/** Gateways that the default profiles of Istio install; a set that does not hold their pods says nothing of them. */
const customary: ReadonlySet<string> = new Set([
  "istio=ingressgateway",
  "istio=egressgateway",
  "istio=eastwestgateway",
  "app=istio-ingressgateway",
  "app=istio-egressgateway",
]);

/** An Istio Gateway with the pods that run it. */
export interface GatewayView {
  readonly object: MeshObject;
  readonly namespace: string | Unknown;
  readonly selector: Labels;
  readonly pods: Selected;
}

export function readGateway(object: MeshObject, workloads: WorkloadIndex): GatewayView {
  const selector = readLabels(object.spec.get("selector"));
  return {
    object,
    namespace: object.namespace,
    selector,
    // A Gateway without selector is for every gateway there is.
    pods:
      selector.known.size === 0 ? { workloads: [], open: true } : workloads.selectAnywhere(selector.known),
  };
}

/** The gateway that Istio's own installation brings, whose pods most sets leave out. */
export function isCustomaryGateway({ selector }: GatewayView): boolean {
  return [...selector.known].some(([key, value]) => customary.has(`${key}=${value}`));
}

/** What Istio's own ingress gateway opens unless its installation says otherwise: as Service and as container ports. */
const CUSTOMARY_PORTS: ReadonlySet<number> = new Set([80, 443, 8080, 8443, 15021, 15443, 31400]);

/** Whether the ingress gateway of Istio's own installation opens a port; undefined for another gateway. */
export function customaryOpens({ selector }: GatewayView, port: number): boolean | undefined {
  const isIngress =
    selector.known.get("istio") === "ingressgateway" || selector.known.get("app") === "istio-ingressgateway";
  return isIngress ? CUSTOMARY_PORTS.has(port) : undefined;
}

export function isOpen({ namespace, selector, pods }: GatewayView): boolean {
  return namespace === UNKNOWN || selector.open || pods.open;
}
