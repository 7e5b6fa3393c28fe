import type { KubernetesObject } from "../../../analysis/kubernetes-object";
import type { Recorded } from "./record-tables";

type Fields = Readonly<Record<string, unknown>>;

const groups: Readonly<Record<string, string>> = {
  "istio.networking.v1alpha3": "networking.istio.io/v1",
  "istio.networking.v1beta1": "networking.istio.io/v1beta1",
  "istio.security.v1beta1": "security.istio.io/v1",
  "istio.telemetry.v1alpha1": "telemetry.istio.io/v1",
  "istio.extensions.v1alpha1": "extensions.istio.io/v1alpha1",
};

/** The kinds that are whole objects. */
const whole: ReadonlySet<string> = new Set([
  ...["AuthorizationPolicy", "DestinationRule", "Gateway", "PeerAuthentication", "RequestAuthentication"],
  ...["ServiceEntry", "Sidecar", "Telemetry", "TrafficExtension", "VirtualService", "WasmPlugin"],
  ...["WorkloadEntry", "WorkloadGroup"],
]);

export function objectOf(kind: string, apiVersion: string, spec: unknown): KubernetesObject {
  return { apiVersion, kind, metadata: { name: "example", namespace: "default" }, spec };
}

const networking = (kind: string, spec: Fields): KubernetesObject =>
  objectOf(kind, "networking.istio.io/v1", spec);
const rule = (policy: Fields): KubernetesObject =>
  networking("DestinationRule", { host: "reviews", trafficPolicy: policy });
const http = (fields: Fields): KubernetesObject =>
  networking("VirtualService", {
    hosts: ["reviews"],
    http: [{ route: [{ destination: { host: "reviews" } }], ...fields }],
  });
const mesh = (fields: Fields): KubernetesObject => objectOf("MeshConfig", "", fields);
const to = [{ destination: { host: "reviews" } }];

/** A part of an object, put into an object that is right but for it. */
const around: Readonly<Record<string, (value: Fields) => KubernetesObject>> = {
  Server: (value) => networking("Gateway", { servers: [value] }),
  Port: (port) => networking("Gateway", { servers: [{ hosts: ["a.example.com"], port }] }),
  ServerTLSSettings: (tls) =>
    networking("Gateway", {
      servers: [{ hosts: ["a.example.com"], port: { number: 443, name: "https", protocol: "HTTPS" }, tls }],
    }),
  CorsPolicy: (corsPolicy) => http({ corsPolicy }),
  StringMatch: (uri) => http({ match: [{ uri }] }),
  "HTTPFaultInjection.Abort": (abort) => http({ fault: { abort } }),
  "HTTPFaultInjection.Delay": (delay) => http({ fault: { delay } }),
  Percent: (percentage) => http({ fault: { abort: { httpStatus: 500, percentage } } }),
  HTTPRetry: (retries) => http({ retries }),
  HTTPRewrite: (rewrite) => http({ rewrite }),
  HTTPRedirect: (redirect) => networking("VirtualService", { hosts: ["reviews"], http: [{ redirect }] }),
  HTTPDirectResponse: (directResponse) =>
    networking("VirtualService", { hosts: ["reviews"], http: [{ directResponse }] }),
  RegexRewrite: (uriRegexRewrite) => http({ rewrite: { uriRegexRewrite } }),
  Destination: (destination) => http({ route: [{ destination }] }),
  PortSelector: (port) => http({ route: [{ destination: { host: "reviews", port } }] }),
  HTTPRoute: (value) => networking("VirtualService", { hosts: ["reviews"], http: [value] }),
  TLSRoute: (value) => networking("VirtualService", { hosts: ["*.example.com"], tls: [value] }),
  TLSMatchAttributes: (match) =>
    networking("VirtualService", { hosts: ["*.example.com"], tls: [{ match: [match], route: to }] }),
  TCPRoute: (value) => networking("VirtualService", { hosts: ["reviews"], tcp: [value] }),
  L4MatchAttributes: (match) =>
    networking("VirtualService", { hosts: ["reviews"], tcp: [{ match: [match], route: to }] }),
  ReadinessProbe: (probe) => networking("WorkloadGroup", { template: {}, probe }),
  Subset: (subset) => networking("DestinationRule", { host: "reviews", subsets: [subset] }),
  TrafficPolicy: rule,
  OutlierDetection: (outlierDetection) => rule({ outlierDetection }),
  ConnectionPoolSettings: (connectionPool) => rule({ connectionPool }),
  LoadBalancerSettings: (loadBalancer) => rule({ loadBalancer }),
  ClientTLSSettings: (tls) => rule({ tls }),
  LocalityLoadBalancerSetting: (localityLbSetting) => rule({ loadBalancer: { localityLbSetting } }),
  ZoneAwareLoadBalancerSetting: (zoneAwareLbSetting) => rule({ loadBalancer: { zoneAwareLbSetting } }),
  WorkloadSelector: (workloadSelector) =>
    networking("Sidecar", { workloadSelector, egress: [{ hosts: ["./*"] }] }),
  SidecarPort: (port) => networking("Sidecar", { ingress: [{ port, defaultEndpoint: "127.0.0.1:8080" }] }),
  OutboundTrafficPolicy: (outboundTrafficPolicy) => networking("Sidecar", { outboundTrafficPolicy }),
};

const aroundMesh: Readonly<Record<string, (value: Fields) => KubernetesObject>> = {
  MeshConfig: mesh,
  "MeshConfig.DefaultTrafficPolicy": (defaultTrafficPolicy) => mesh({ defaultTrafficPolicy }),
  ProxyConfig: (defaultConfig) => mesh({ defaultConfig }),
  "ProxyConfig.ConnectionSettings": (connectionSettings) => mesh({ defaultConfig: { connectionSettings } }),
  PrivateKeyProvider: (privateKeyProvider) => mesh({ defaultConfig: { privateKeyProvider } }),
  "Tracing.Zipkin": (zipkin) => mesh({ defaultConfig: { tracing: { zipkin } } }),
  "Tracing.Lightstep": (lightstep) => mesh({ defaultConfig: { tracing: { lightstep } } }),
  "Tracing.Datadog": (datadog) => mesh({ defaultConfig: { tracing: { datadog } } }),
};

/** The object that was tried, or one around the part that was; none where no object holds such a part. */
export function objectAround({ type, value, metadata }: Recorded): KubernetesObject | undefined {
  const inMesh = type.startsWith("istio.mesh.v1alpha1.");
  if (inMesh) return aroundMesh[type.slice("istio.mesh.v1alpha1.".length)]?.(value);
  const [, prefix = "", name = ""] = /^(istio\.\w+\.\w+)\.(.+)$/.exec(type) ?? [];
  const apiVersion = groups[prefix];
  if (apiVersion === undefined) return undefined;
  if (!whole.has(name) && !(name === "ProxyConfig" && prefix === "istio.networking.v1beta1"))
    return around[name]?.(value);
  if (metadata === null) return objectOf(name, apiVersion, value);
  const { labels, annotations } = metadata;
  return {
    apiVersion,
    kind: name,
    metadata: {
      name: metadata.name,
      namespace: metadata.namespace === "" ? "default" : metadata.namespace,
      ...(labels === null ? {} : { labels }),
      ...(annotations === null ? {} : { annotations }),
    },
    spec: value,
  };
}
