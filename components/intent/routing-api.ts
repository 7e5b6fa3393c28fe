/**
 * The objects that routes are written as: Istio's own (VirtualService, Gateway), or those of the Kubernetes Gateway API
 * (HTTPRoute, GRPCRoute, TCPRoute, Gateway). What a mesh means does not depend on it.
 */
export type RoutingApi = "istio" | "gateway-api";

export const ROUTING_APIS: readonly RoutingApi[] = ["istio", "gateway-api"];
