/** The kinds that rules ask for, as `group/Kind`: a version never matters. */
export const kinds = {
  virtualService: "networking.istio.io/VirtualService",
  destinationRule: "networking.istio.io/DestinationRule",
  gateway: "networking.istio.io/Gateway",
  serviceEntry: "networking.istio.io/ServiceEntry",
  workloadEntry: "networking.istio.io/WorkloadEntry",
  workloadGroup: "networking.istio.io/WorkloadGroup",
  sidecar: "networking.istio.io/Sidecar",
  envoyFilter: "networking.istio.io/EnvoyFilter",
  proxyConfig: "networking.istio.io/ProxyConfig",
  telemetry: "telemetry.istio.io/Telemetry",
  wasmPlugin: "extensions.istio.io/WasmPlugin",
  trafficExtension: "extensions.istio.io/TrafficExtension",
  requestAuthentication: "security.istio.io/RequestAuthentication",
  peerAuthentication: "security.istio.io/PeerAuthentication",
  authorizationPolicy: "security.istio.io/AuthorizationPolicy",
  kubernetesGateway: "gateway.networking.k8s.io/Gateway",
  httpRoute: "gateway.networking.k8s.io/HTTPRoute",
  grpcRoute: "gateway.networking.k8s.io/GRPCRoute",
  tlsRoute: "gateway.networking.k8s.io/TLSRoute",
  gatewayClass: "gateway.networking.k8s.io/GatewayClass",
  referenceGrant: "gateway.networking.k8s.io/ReferenceGrant",
  serviceImport: "multicluster.x-k8s.io/ServiceImport",
  service: "/Service",
  namespace: "/Namespace",
  configMap: "/ConfigMap",
  secret: "/Secret",
  serviceAccount: "/ServiceAccount",
  node: "/Node",
  pod: "/Pod",
  deployment: "apps/Deployment",
  daemonSet: "apps/DaemonSet",
  podDisruptionBudget: "policy/PodDisruptionBudget",
  horizontalPodAutoscaler: "autoscaling/HorizontalPodAutoscaler",
  networkPolicy: "networking.k8s.io/NetworkPolicy",
  customResourceDefinition: "apiextensions.k8s.io/CustomResourceDefinition",
  mutatingWebhook: "admissionregistration.k8s.io/MutatingWebhookConfiguration",
  validatingWebhook: "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
} as const;

/** Kinds that make pods, with the path of the pod template inside them. */
export const podTemplates: ReadonlyMap<string, readonly string[]> = new Map([
  ["/Pod", []],
  ["/ReplicationController", ["spec", "template"]],
  ["apps/Deployment", ["spec", "template"]],
  ["apps/ReplicaSet", ["spec", "template"]],
  ["apps/StatefulSet", ["spec", "template"]],
  ["apps/DaemonSet", ["spec", "template"]],
  ["batch/Job", ["spec", "template"]],
  ["batch/CronJob", ["spec", "jobTemplate", "spec", "template"]],
  ["argoproj.io/Rollout", ["spec", "template"]],
]);

/** Cluster-scoped kinds among those that can be met beside a mesh; everything else has a namespace. */
const clusterScoped: ReadonlySet<string> = new Set([
  "/Namespace",
  "/Node",
  "/PersistentVolume",
  "rbac.authorization.k8s.io/ClusterRole",
  "rbac.authorization.k8s.io/ClusterRoleBinding",
  "apiextensions.k8s.io/CustomResourceDefinition",
  "apiregistration.k8s.io/APIService",
  "gateway.networking.k8s.io/GatewayClass",
  "networking.k8s.io/IngressClass",
  "node.k8s.io/RuntimeClass",
  "scheduling.k8s.io/PriorityClass",
  "storage.k8s.io/StorageClass",
  "storage.k8s.io/CSIDriver",
]);

export function isClusterScoped(groupKind: string): boolean {
  return clusterScoped.has(groupKind) || groupKind.startsWith("admissionregistration.k8s.io/");
}

/** The group of `apps/v1` is `apps`, that of `v1` is empty. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.lastIndexOf("/");
  return slash === -1 ? "" : apiVersion.slice(0, slash);
}

const groupKinds = new Map<string, Map<string, string>>();
const MOST_VERSIONS = 1000;

/** `group/Kind`, as {@link kinds} writes it: one text for all objects of a kind, which is then quickly compared. */
export function groupKindOf(apiVersion: string, kind: string): string {
  let ofVersion = groupKinds.get(apiVersion);
  if (ofVersion === undefined) {
    ofVersion = new Map();
    if (groupKinds.size < MOST_VERSIONS) groupKinds.set(apiVersion, ofVersion);
  }
  let groupKind = ofVersion.get(kind);
  if (groupKind === undefined) {
    groupKind = `${groupOf(apiVersion)}/${kind}`;
    if (ofVersion.size < MOST_VERSIONS) ofVersion.set(kind, groupKind);
  }
  return groupKind;
}

const kubernetesGroups: ReadonlySet<string> = new Set([
  "",
  "apps",
  "batch",
  "autoscaling",
  "policy",
  "extensions",
  "events",
]);

/** A kind of Kubernetes itself, Gateway API or Istio, as against somebody's own resource that no rule can know. */
export function isKnownGroup(group: string): boolean {
  return (
    kubernetesGroups.has(group) ||
    group.endsWith(".k8s.io") ||
    group === "istio.io" ||
    group.endsWith(".istio.io")
  );
}
