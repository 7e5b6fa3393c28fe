import type { GatewayArgs } from "../gateway/args";
import { templatesOf } from "../gateway/templates";
import type { GatewaySettings } from "../gateway/settings";
import { platformDefaults } from "../platforms";
import { type ChartTable, filled, valuesOf } from "./table";

type Values = Readonly<Record<string, (settings: GatewaySettings, args: GatewayArgs) => unknown>>;
const gateway = (values: Values): ReturnType<typeof valuesOf<GatewaySettings, GatewayArgs>> =>
  valuesOf("gateway", values);

/** The arguments of `Gateway` as values of the chart `gateway`. */
export const GATEWAY_TABLE: ChartTable<GatewaySettings, GatewayArgs> = {
  istioVersion: { instead: "the default of `chart.version`" },
  direction: { instead: "the defaults of `gatewayName`, `ports` and `serviceType`" },
  gatewayName: gateway({
    name: ({ name }) => name,
    // As our own objects have it, so that permissions stay with the account.
    "serviceAccount.name": ({ name }) => `${name}-service-account`,
  }),
  namespace: { instead: "the namespace of the release" },
  profile: { instead: "the defaults of `ports`, `autoscale` and `resources`" },
  revision: gateway({ revision: ({ rev }) => (rev === "default" ? undefined : rev) }),
  labels: gateway({
    // What else pods are selected by, beside the two labels that the chart makes of the name.
    labels: ({ labels, selector: { app: _app, istio: _istio, ...further } }) =>
      filled({ ...further, ...labels }),
  }),
  ports: gateway({
    "service.ports": ({ ports }) => ports.map((port) => ({ ...port, protocol: "TCP" })),
  }),
  serviceType: gateway({ "service.type": ({ serviceType }) => serviceType }),
  serviceAnnotations: gateway({ "service.annotations": ({ serviceAnnotations }) => serviceAnnotations }),
  loadBalancerIP: gateway({ "service.loadBalancerIP": ({ loadBalancerIP }) => loadBalancerIP }),
  loadBalancerSourceRanges: gateway({
    "service.loadBalancerSourceRanges": ({ loadBalancerSourceRanges }) => loadBalancerSourceRanges,
  }),
  externalTrafficPolicy: gateway({
    "service.externalTrafficPolicy": ({ externalTrafficPolicy }) => externalTrafficPolicy,
  }),
  replicas: gateway({
    replicaCount: ({ scaling }) => (scaling.mode === "fixed" ? scaling.replicas : undefined),
  }),
  autoscale: gateway({
    "autoscaling.enabled": ({ scaling }) => scaling.mode === "auto",
    "autoscaling.minReplicas": ({ scaling }) => (scaling.mode === "auto" ? scaling.min : undefined),
    "autoscaling.maxReplicas": ({ scaling }) => (scaling.mode === "auto" ? scaling.max : undefined),
    "autoscaling.targetCPUUtilizationPercentage": ({ scaling }) =>
      scaling.mode === "auto" ? scaling.targetCpuPercent : undefined,
    // The chart adds the budget only from two replicas on.
    "podDisruptionBudget.minAvailable": () => 1,
  }),
  resources: gateway({ resources: ({ resources }) => resources }),
  priorityClassName: gateway({ priorityClassName: (_, { priorityClassName }) => priorityClassName }),
  affinity: gateway({ affinity: (_, { affinity }) => affinity }),
  tolerations: gateway({ tolerations: (_, { tolerations }) => tolerations }),
  topologySpreadConstraints: gateway({
    topologySpreadConstraints: (_, { topologySpreadConstraints }) => topologySpreadConstraints,
  }),
  platform: gateway({ "global.platform": (_, { platform }) => platformDefaults(platform).istioName }),
  privilegedPorts: { instead: "which ports are accepted, and a setting in `securityContext`" },
  network: {
    instead:
      "a label among `labels` and a variable among `env`; the chart selects pods without that label, so such a gateway cannot change its source in place",
  },
  crossNetworkHosts: { instead: "the Gateway object beside the chart" },
  exposeControlPlane: { instead: "the Gateway and the VirtualService beside the chart" },
  clusterDomain: { instead: "the host in the VirtualService beside the chart" },
  loadBalancerClass: gateway({
    "service.loadBalancerClass": (_, { loadBalancerClass }) => loadBalancerClass,
  }),
  externalIPs: gateway({ "service.externalIPs": (_, { externalIPs }) => externalIPs }),
  ipFamilyPolicy: gateway({ "service.ipFamilyPolicy": (_, { ipFamilyPolicy }) => ipFamilyPolicy }),
  ipFamilies: gateway({ "service.ipFamilies": (_, { ipFamilies }) => ipFamilies }),
  env: gateway({
    env: ({ env }, { privilegedPorts }) =>
      // As in our own Deployment: istiod then leaves out listeners that could not be bound.
      filled({ ...(privilegedPorts === true ? {} : { ISTIO_META_UNPRIVILEGED_POD: "true" }), ...env }),
  }),
  podAnnotations: gateway({
    podAnnotations: (_, args) =>
      filled({
        ...args.podAnnotations,
        ...(args.furtherTemplates === undefined
          ? {}
          : { "inject.istio.io/templates": templatesOf(args.furtherTemplates) }),
      }),
  }),
  furtherTemplates: { instead: "an annotation among `podAnnotations`" },
  // The chart's own repeats a label, which strict readers of YAML refuse.
  networkPolicy: { instead: "our own NetworkPolicy, beside the chart" },
  imagePullSecrets: gateway({
    imagePullSecrets: (_, { imagePullSecrets = [] }) => filled(imagePullSecrets.map((name) => ({ name }))),
  }),
  nodeSelector: gateway({ nodeSelector: (_, { nodeSelector }) => nodeSelector }),
  source: { instead: "whether the chart is installed" },
  chart: { instead: "which chart is installed" },
};
