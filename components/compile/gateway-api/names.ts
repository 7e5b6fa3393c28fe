import type { GatewayIntent, ServiceIntent } from "../../intent/intent";
import { exposureName } from "../names";

/*
 * What the objects of the Gateway API are called. As in `../names.ts`, a name is identity: each is made from one source
 * alone, so that a change elsewhere in the mesh replaces nothing.
 */

/** The API group of Gateways and routes. */
export const GROUP = "gateway.networking.k8s.io";

/** The version of every kind that is written. */
export const VERSION = `${GROUP}/v1` as const;

/**
 * The classes that istiod offers. It makes the GatewayClass objects itself, so they are only ever named.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/
 */
export type IstioGatewayClass = "istio" | "istio-remote" | "istio-waypoint" | "istio-east-west";

/** The class of gateways at the edge of the mesh. */
export const EDGE_CLASS: IstioGatewayClass = "istio";

/** What istiod calls the Deployment, Service and service account of a gateway whose proxies it runs. */
export function managedProxyName(gateway: string): string {
  return `${gateway}-${EDGE_CLASS}`;
}

/** The route of one port of a service: `reviews.http`. */
export function serviceRouteName(service: Pick<ServiceIntent, "name">, port: string): string {
  return `${service.name}.${port}`;
}

/** The Service of some of a service's workloads: `reviews-v1`, as the Gateway API's own examples call it. */
export function versionServiceName(service: Pick<ServiceIntent, "name">, subset: string): string {
  return `${service.name}-${subset}`;
}

/** The route that answers plain HTTP with a redirect. A host has at least one dot, so no exposure is called so. */
export function redirectName(gateway: Pick<GatewayIntent, "name">, part: number): string {
  return `${gateway.name}.https-redirect${part === 0 ? "" : `-${part + 1}`}`;
}

/** What a listener speaks; `tls` goes on unopened. */
export type ListenerProtocol = "http" | "https" | "tls";

/** A listener: `https.www.example.com`, and `https` where it answers for every host. */
export function listenerName(protocol: ListenerProtocol, host: string): string {
  return host === "*" ? protocol : exposureName({ name: protocol }, host);
}

/** A ListenerSet with the listeners that a Gateway has no room for; the Gateway itself holds the first part. */
export function listenerSetName(gateway: Pick<GatewayIntent, "name">, part: number): string {
  return `${gateway.name}-${part + 1}`;
}

/** The permission to refer from a namespace's routes to a Service: `from-edge.reviews`. */
export function grantName(fromNamespace: string, service: string): string {
  return `from-${fromNamespace}.${service}`;
}
