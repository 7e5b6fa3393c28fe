import type {
  DeploymentObject,
  HorizontalPodAutoscalerObject,
  NetworkPolicyObject,
  PlatformMeta,
  PlatformObject,
  PodDisruptionBudgetObject,
  RoleBindingObject,
  RoleObject,
  ServiceAccountObject,
  ServiceObject,
} from "../kubernetes-objects";
import { ipFamiliesOf } from "../ip-families";
import { commonLabels } from "../labels";
import { openPorts } from "../network-policies";
import { UNPRIVILEGED_CONTAINER } from "../pod-security";
import { scheduling } from "../scheduling";
import { disruptionBudget, horizontalPodAutoscaler } from "../scaling";
import { gatewayFiles } from "./pod-files";
import type { GatewaySettings } from "./settings";
import { templatesOf } from "./templates";

/** Every object of a gateway. */
export interface GatewayObjects {
  readonly serviceAccount: ServiceAccountObject;
  readonly role: RoleObject;
  readonly roleBinding: RoleBindingObject;
  readonly deployment: DeploymentObject;
  readonly service: ServiceObject;
  readonly horizontalPodAutoscaler?: HorizontalPodAutoscalerObject;
  readonly podDisruptionBudget?: PodDisruptionBudgetObject;
  readonly networkPolicy?: NetworkPolicyObject;
}

/** Builds every object of a gateway. Pure: plain settings give plain objects. */
export function gatewayObjects(settings: GatewaySettings): GatewayObjects {
  const { name, namespace, rev, selector, scaling } = settings;
  const shared = { "istio.io/rev": rev, ...commonLabels(name) };
  const meta = (objectName: string, labels: Record<string, string>): PlatformMeta => ({
    name: objectName,
    namespace,
    labels,
  });
  const account = `${name}-service-account`;
  const { imagePullSecrets = [] } = settings.given;
  const secretReader = `${name}-sds`;
  const autoscaler = horizontalPodAutoscaler(meta(name, { ...selector, ...shared }), scaling);
  const budget = disruptionBudget(meta(name, { ...selector, ...shared }), scaling, { ...selector });
  return {
    serviceAccount: {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: meta(account, { ...selector, ...shared }),
      ...(imagePullSecrets.length === 0
        ? {}
        : { imagePullSecrets: imagePullSecrets.map((secret) => ({ name: secret })) }),
    },
    // istiod hands a gateway the certificates that its own account may read, and no others.
    role: {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: meta(secretReader, shared),
      rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get", "watch", "list"] }],
    },
    roleBinding: {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: meta(secretReader, shared),
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: secretReader },
      subjects: [{ kind: "ServiceAccount", name: account }],
    },
    deployment: gatewayDeployment(settings, account),
    service: gatewayService(settings),
    ...(autoscaler === undefined ? {} : { horizontalPodAutoscaler: autoscaler }),
    ...(budget === undefined ? {} : { podDisruptionBudget: budget }),
    ...(settings.given.networkPolicy === true
      ? {
          networkPolicy: openPorts(
            meta(rev === "default" ? name : `${name}-${rev}`, { ...selector, ...shared }),
            { ...selector },
            [{ port: 15_021 }],
            [{ port: 15_020 }, { port: 15_090 }],
            ...settings.ports.map(({ targetPort }) => [{ port: targetPort }]),
          ),
        }
      : {}),
  };
}

/** The same objects in one list, in the order in which they may be applied. */
export function listGatewayObjects(objects: GatewayObjects): PlatformObject[] {
  return Object.values(objects);
}

/**
 * The Deployment of a gateway, in the form that the injector completes: image, environment, probes and volumes come from
 * the template named in the annotation.
 */
function gatewayDeployment(settings: GatewaySettings, serviceAccountName: string): DeploymentObject {
  const { name, namespace, rev, selector, scaling } = settings;
  const files = gatewayFiles(settings);
  const set: GatewaySettings["env"] = {
    // No container port is below 1024: istiod then leaves out listeners that could not be bound.
    ...(settings.given.privilegedPorts === true ? {} : { ISTIO_META_UNPRIVILEGED_POD: "true" }),
    ...settings.env,
  };
  const env = Object.entries(set)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([variable, value]) => ({ name: variable, value }));
  const labels = {
    ...selector,
    "istio.io/rev": rev,
    // A gateway is its own proxy and belongs to neither data plane.
    "istio.io/dataplane-mode": "none",
    ...commonLabels(name),
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: {
      ...(settings.replicasGiven && scaling.mode === "fixed" ? { replicas: scaling.replicas } : {}),
      selector: { matchLabels: { ...selector } },
      strategy: { rollingUpdate: { maxSurge: "100%", maxUnavailable: "25%" } },
      template: {
        metadata: {
          annotations: {
            ...settings.given.podAnnotations,
            "inject.istio.io/templates": templatesOf(settings.given.furtherTemplates),
            "prometheus.io/path": "/stats/prometheus",
            "prometheus.io/port": "15020",
            "prometheus.io/scrape": "true",
          },
          labels: {
            ...settings.labels,
            ...labels,
            "service.istio.io/canonical-name": name,
            "service.istio.io/canonical-revision": "latest",
            "sidecar.istio.io/inject": "true",
          },
        },
        spec: {
          serviceAccountName,
          ...scheduling(settings.given, selector),
          securityContext: {
            ...(settings.userFromPlatform ? {} : { runAsGroup: 1337, runAsUser: 1337 }),
            runAsNonRoot: true,
            // Of the pod's own network, where no port means anything to the node.
            ...(settings.given.privilegedPorts === true
              ? { sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }] }
              : {}),
            // The Pod Security level `restricted` asks for it by name.
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [
            {
              name: "istio-proxy",
              image: "auto",
              ports: [
                ...settings.ports.map(({ targetPort }) => ({ containerPort: targetPort, protocol: "TCP" })),
                { containerPort: 15_090, name: "http-envoy-prom", protocol: "TCP" },
              ],
              env: [{ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }, ...env],
              // Quicker than the injector's probe, which suits sidecars: a gateway that is up takes traffic at once.
              readinessProbe: {
                httpGet: { path: "/healthz/ready", port: 15_021, scheme: "HTTP" },
                initialDelaySeconds: 1,
                periodSeconds: 2,
                timeoutSeconds: 1,
                failureThreshold: 30,
                successThreshold: 1,
              },
              resources: settings.resources,
              securityContext: UNPRIVILEGED_CONTAINER,
              volumeMounts: files.map(({ mount }) => mount),
            },
          ],
          volumes: files.map(({ volume }) => volume),
        },
      },
    },
  };
}

function gatewayService(settings: GatewaySettings): ServiceObject {
  const { externalIPs, loadBalancerClass } = settings.given;
  const { name, namespace, rev, selector } = settings;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name,
      namespace,
      labels: { ...selector, "istio.io/rev": rev, ...commonLabels(name) },
      ...(settings.serviceAnnotations === undefined
        ? {}
        : { annotations: { ...settings.serviceAnnotations } }),
    },
    spec: {
      type: settings.serviceType,
      ports: settings.ports.map((port) => ({ ...port, protocol: "TCP" })),
      selector: { ...selector },
      ...(externalIPs === undefined ? {} : { externalIPs: [...externalIPs] }),
      ...ipFamiliesOf(settings.given),
      ...(loadBalancerClass === undefined ? {} : { loadBalancerClass }),
      ...(settings.loadBalancerIP === undefined ? {} : { loadBalancerIP: settings.loadBalancerIP }),
      ...(settings.loadBalancerSourceRanges === undefined
        ? {}
        : { loadBalancerSourceRanges: [...settings.loadBalancerSourceRanges] }),
      ...(settings.externalTrafficPolicy === undefined
        ? {}
        : { externalTrafficPolicy: settings.externalTrafficPolicy }),
    },
  };
}
