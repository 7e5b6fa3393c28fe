import type { GatewayIntent, RuleIntent, ServiceIntent } from "../intent/intent";

/*
 * Every name that compiled objects have or refer to. A name is identity: changing one replaces an object in every
 * cluster. Service, gateway and external names are DNS labels, so a dot or a prefix keeps two sources apart.
 */

/** The name of the mesh-wide PeerAuthentication, which Istio's own documentation calls so. */
export const MESH_PEER_AUTHENTICATION = "default";

/** The NetworkPolicy that keeps what the mesh itself needs open in a namespace. */
export const MESH_PORTS = "mesh-ports";

/** The NetworkPolicy of a service's calls. */
export function callsOf(service: Pick<ServiceIntent, "name">): string {
  return `calls-of-${service.name}`;
}

/** The NetworkPolicy that opens a gateway to the world. */
export function openGateway(gateway: Pick<GatewayIntent, "name">): string {
  return `open-${gateway.name}`;
}

/** The AuthorizationPolicy that allows nothing. */
export const ALLOW_NOTHING = "allow-nothing";

/** The same for waypoints, which read only policies that name them. */
export function allowNothingAt(waypoint: string): string {
  return `${ALLOW_NOTHING}-at-${waypoint}`;
}

/** The AuthorizationPolicy that lets the waypoint of a namespace in. */
export const ALLOW_WAYPOINT = "allow-waypoint";

/** The class of every waypoint. */
export const WAYPOINT_CLASS = "istio-waypoint";

/** The longest name that Kubernetes takes. */
export const LONGEST_NAME = 253;

/** The longest name of a Service, which is a DNS label. */
export const LONGEST_SERVICE_NAME = 63;

/** `reviews.bookinfo.svc.cluster.local`: a short name would be read relative to the object's own namespace. */
export function serviceHost(
  service: Pick<ServiceIntent, "name" | "namespace">,
  clusterDomain: string,
): string {
  return `${service.name}.${service.namespace}.svc.${clusterDomain}`;
}

/** What a caller is known by: the SPIFFE id of its service account, without the scheme. */
export function principal(
  { namespace, serviceAccount }: { readonly namespace: string; readonly serviceAccount: string },
  trustDomain: string,
): string {
  return `${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;
}

/** The DestinationRule of one caller for a destination: `reviews.bookinfo.from-ratings`. */
export function policyOfCaller(
  target: { readonly name: string; readonly namespace: string },
  caller: Pick<ServiceIntent, "name">,
): string {
  return `${target.name}.${target.namespace}.from-${caller.name}`;
}

/** The AuthorizationPolicy of what a gateway passes on unopened. */
export function allowSniAtGateway(gateway: Pick<GatewayIntent, "name">): string {
  return `allow-sni-at-${gateway.name}`;
}

/** The Gateway of what leaves the mesh through the egress gateway, and the DestinationRule towards it. */
export const EGRESS = "egress";

/** The AuthorizationPolicy of what the egress gateway lets through. */
export const ALLOW_AT_EGRESS = "allow-at-egress";

/** The Sidecar of a whole namespace, which Istio's own documentation calls so. */
export const NAMESPACE_SCOPE = "default";

/** The Sidecar of a service's workloads. */
export function scopeName(service: Pick<ServiceIntent, "name">): string {
  return `scope-${service.name}`;
}

/** The EnvoyFilter that counts a service's requests. */
export function localRateLimitName(service: Pick<ServiceIntent, "name">): string {
  return `local-rate-limit-${service.name}`;
}

/** The EnvoyFilter that has a service's requests, or those of a gateway's proxies, counted by the rate-limit service. */
export function globalRateLimitName(kind: "service" | "gateway", name: string): string {
  return kind === "service" ? `global-rate-limit-${name}` : `global-rate-limit-at-${name}`;
}

/** The AuthorizationPolicy of who may ask the rate-limit service. */
export function rateLimitPermission(service: string): string {
  return `allow-to-${service}`;
}

/**
 * The AuthorizationPolicy of one action at a service or gateway: `allow-to-reviews`, `deny-at-ingress`. What tells
 * further ones from it stands behind a dot: `custom-at-ingress.oauth2-proxy`, `deny-to-reviews.dry-run`.
 */
export function rulePolicy(
  action: RuleIntent["action"],
  kind: "service" | "gateway",
  name: string,
  { provider, dryRun }: { readonly provider?: string | undefined; readonly dryRun: boolean },
): string {
  const base = `${action}-${kind === "service" ? "to" : "at"}-${name}`;
  return [base, ...(provider === undefined ? [] : [provider]), ...(dryRun ? ["dry-run"] : [])].join(".");
}

/** The RequestAuthentication of a service or gateway: `tokens-to-reviews`, `tokens-at-ingress`. */
export function authenticationOf(kind: "service" | "gateway", name: string): string {
  return `tokens-${kind === "service" ? "to" : "at"}-${name}`;
}

/** The PeerAuthentication of a service. */
export function mtlsOf(service: Pick<ServiceIntent, "name">): string {
  return `mtls-of-${service.name}`;
}

/** The AuthorizationPolicy of what a gateway lets in. */
export function allowAtGateway(gateway: Pick<GatewayIntent, "name">): string {
  return `allow-at-${gateway.name}`;
}

/** The Telemetry of the mesh, or of a namespace: one name, because a namespace takes only one without a selector. */
export const TELEMETRY_OF_SCOPE = "default";

/** The ProxyConfig of the mesh, or of a namespace. */
export const PROXY_CONFIG_OF_SCOPE = "default";

/** The ProxyConfig of a service's workloads. */
export function proxyConfigOfService(service: Pick<ServiceIntent, "name">): string {
  return `service-${service.name}`;
}

/** The ProxyConfig of a gateway's proxies. */
export function proxyConfigAtGateway(gateway: Pick<GatewayIntent, "name">): string {
  return `gateway-${gateway.name}`;
}

/** The Telemetry of a service's workloads. */
export function telemetryOfService(service: Pick<ServiceIntent, "name">): string {
  return `service-${service.name}`;
}

/** The Telemetry of a gateway's proxies. */
export function telemetryAtGateway(gateway: Pick<GatewayIntent, "name">): string {
  return `gateway-${gateway.name}`;
}

/** How a VirtualService refers to a Gateway, wherever the two are. */
export function gatewayReference(gateway: Pick<GatewayIntent, "name" | "namespace">): string {
  return `${gateway.namespace}/${gateway.name}`;
}

/**
 * The VirtualService of a host at a gateway: `ingress.bookinfo.example.com`. The star of `*.example.com` becomes
 * `wildcard`, and a host whose first label says so already gets `-x` appended, so that no two hosts share a name.
 */
export function exposureName(gateway: Pick<GatewayIntent, "name">, host: string): string {
  const labels = host.split(".");
  const [first = ""] = labels;
  if (first === "*") labels[0] = "wildcard";
  else if (/^wildcard(-x)*$/.test(first)) labels[0] = `${first}-x`;
  return `${gateway.name}.${labels.join(".")}`;
}
