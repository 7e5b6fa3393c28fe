import { istioCrds } from "../../resources/crds";
import type { ControlPlaneArgs } from "../control-plane/args";
import { meshConfigWithAuthority } from "../control-plane/mesh-config";
import { askedOfIstiod, installerEnv } from "../control-plane/asked-of-istiod";
import { defaultTemplates, furtherTemplates } from "../control-plane/config-maps";
import { furtherFiles } from "../control-plane/deployment";
import { externalProxyConfig } from "../control-plane/external/settings";
import { Profile } from "../control-plane/profile";
import { caBundle, webhookAt } from "../control-plane/remote/webhooks";
import type { ControlPlaneSettings } from "../control-plane/settings";
import { overlay } from "../overlay";
import { platformDefaults } from "../platforms";
import { present } from "../present";
import { type ChartTable, filled, type FixedValues, valuesOf } from "./table";

type Values = Readonly<Record<string, (settings: ControlPlaneSettings, args: ControlPlaneArgs) => unknown>>;
type Entry = ReturnType<typeof valuesOf<ControlPlaneSettings, ControlPlaneArgs>>;
const istiod = (values: Values): Entry => valuesOf("istiod", values);
const both = (values: Values): Entry => [...valuesOf("base", values), ...valuesOf("istiod", values)];

/** What is installed, in this order. */
export const CONTROL_PLANE_CHARTS = ["base", "istiod"];

/**
 * The arguments of `ControlPlane` as values of the charts `base` and `istiod`. Below `pilot.` the chart reads them again,
 * over what it has itself for a profile or a platform: there, arguments win.
 */
export const CONTROL_PLANE_TABLE: ChartTable<ControlPlaneSettings, ControlPlaneArgs> = {
  istioVersion: { instead: "the default of `chart.version` and of `tag`" },
  profile: istiod({
    profile: ({ profile, remote }) => {
      if (remote !== undefined) return "remote";
      // The others are the chart's own defaults.
      return profile === Profile.Demo || profile === Profile.Ambient ? profile : undefined;
    },
  }),
  namespace: both({ "global.istioNamespace": ({ namespace }) => namespace }),
  revision: istiod({ revision: ({ revision }) => (revision === "" ? undefined : revision) }),
  isDefault: { refused: "the unnamed istiod of the chart always answers for those who name no revision" },
  hub: istiod({ "global.hub": ({ hub }) => hub }),
  tag: istiod({ "global.tag": ({ tag }) => tag }),
  variant: istiod({ "global.variant": ({ variant }) => variant }),
  platform: istiod({ "global.platform": ({ platform }) => platformDefaults(platform).istioName }),
  cni: istiod({
    "pilot.cni.enabled": ({ cni }) => cni,
    "pilot.cni.provider": ({ platform }) => platformDefaults(platform).cniProvider,
  }),
  ztunnelNamespace: istiod({ trustedZtunnelNamespace: ({ ztunnelNamespace }) => ztunnelNamespace }),
  imagePullSecrets: both({ "global.imagePullSecrets": ({ imagePullSecrets }) => filled(imagePullSecrets) }),
  meshConfig: istiod({
    meshConfig: (settings) =>
      filled(
        overlay(
          present({ defaultConfig: filled(externalProxyConfig(settings.external)) }),
          meshConfigWithAuthority(settings),
        ),
      ),
  }),
  replicas: istiod({
    "pilot.replicaCount": ({ scaling }) => (scaling.mode === "fixed" ? scaling.replicas : undefined),
  }),
  autoscale: istiod({
    "pilot.autoscaleEnabled": ({ scaling }) => scaling.mode === "auto",
    "pilot.autoscaleMin": ({ scaling }) => (scaling.mode === "auto" ? scaling.min : undefined),
    "pilot.autoscaleMax": ({ scaling }) => (scaling.mode === "auto" ? scaling.max : undefined),
    "pilot.cpu.targetAverageUtilization": ({ scaling }) =>
      scaling.mode === "auto" ? scaling.targetCpuPercent : undefined,
    // The chart goes by the most replicas, not the fewest: a budget for a single one would block every node drain.
    "global.defaultPodDisruptionBudget.enabled": ({ scaling }) =>
      (scaling.mode === "auto" ? scaling.min : scaling.replicas) > 1,
  }),
  resources: istiod({ "pilot.resources": ({ resources }) => resources }),
  proxyResources: istiod({ "global.proxy.resources": ({ given }) => given.proxyResources }),
  injectionTemplates: istiod({
    "sidecarInjectorWebhook.templates": (settings) => filled(furtherTemplates(settings)),
  }),
  env: istiod({
    // The chart writes some by itself, for values of its own.
    "pilot.env": ({ env }) => filled(installerEnv(env)),
    "pilot.taint.enabled": ({ env }) => askedOfIstiod(env).untaint || undefined,
    "global.istiod.enableAnalysis": ({ env }) => askedOfIstiod(env).analysis || undefined,
  }),
  unknownEnv: { instead: "the same value as `env`" },
  traceSampling: istiod({ "pilot.traceSampling": ({ traceSampling }) => traceSampling }),
  logLevel: istiod({ "global.logging.level": ({ logLevel }) => logLevel }),
  logAsJson: istiod({ "global.logAsJson": ({ logAsJson }) => logAsJson }),
  clusterDomain: istiod({ "global.proxy.clusterDomain": ({ clusterDomain }) => clusterDomain }),
  meshId: istiod({ "global.meshID": ({ meshId }) => meshId }),
  clusterName: istiod({ "global.multiCluster.clusterName": ({ clusterName }) => clusterName }),
  network: istiod({ "global.network": ({ network }) => network }),
  remote: istiod({
    "pilot.configMap": ({ remote }) => (remote?.configCluster === true ? true : undefined),
    "global.configCluster": ({ remote }) => (remote?.configCluster === true ? true : undefined),
    "global.remotePilotAddress": ({ remote }) => remote?.endpoint?.address,
    "istiodRemote.injectionPath": ({ remote }) => remote?.injectionPath,
    "istiodRemote.injectionURL": ({ remote }) => remote && webhookAt(remote, remote.injectionPath),
    "istiodRemote.injectionCABundle": ({ remote }) => remote && caBundle(remote),
    "base.validationURL": ({ remote }) => remote && webhookAt(remote, "/validate"),
    "base.validationCABundle": ({ remote }) => remote && caBundle(remote),
  }),
  external: istiod({
    "global.externalIstiod": ({ external }) => external && true,
    "global.caAddress": ({ authority, configCluster }) =>
      authority.caAddress ?? configCluster?.discoveryAddress,
    "global.operatorManageWebhooks": ({ configCluster }) => configCluster && true,
    "global.configValidation": ({ configCluster }) => configCluster && false,
    "pilot.volumes": (settings) => filled(furtherFiles(settings).map(({ volume }) => volume)),
    "pilot.volumeMounts": (settings) => filled(furtherFiles(settings).map(({ mount }) => mount)),
  }),
  externalAuthority: istiod({
    "global.certSigners": ({ authority }) => authority.signer && [authority.signer],
    "sidecarInjectorWebhook.defaultTemplates": (settings) => defaultTemplates(settings),
  }),
  authoritySecret: { refused: "they mount the secret `cacerts`" },
  ipFamilyPolicy: istiod({
    "pilot.ipFamilyPolicy": ({ remote, given }) => (remote ? undefined : given.ipFamilyPolicy),
    "global.ipFamilyPolicy": ({ remote, given }) => remote && given.ipFamilyPolicy,
  }),
  ipFamilies: istiod({
    "pilot.ipFamilies": ({ remote, given }) => (remote ? undefined : given.ipFamilies),
    "global.ipFamilies": ({ remote, given }) => remote && given.ipFamilies,
  }),
  priorityClassName: istiod({ "global.priorityClassName": (_, { priorityClassName }) => priorityClassName }),
  nodeSelector: istiod({ nodeSelector: (_, { nodeSelector }) => nodeSelector }),
  affinity: istiod({ affinity: (_, { affinity }) => affinity }),
  tolerations: istiod({ tolerations: (_, { tolerations }) => tolerations }),
  topologySpreadConstraints: istiod({
    topologySpreadConstraints: (_, { topologySpreadConstraints }) => topologySpreadConstraints,
  }),
  networkPolicy: istiod({ "global.networkPolicy.enabled": (_, { networkPolicy }) => networkPolicy }),
  readerServiceAccount: {
    instead: "whether the chart `base` is installed, which has nothing else left to bring",
  },
  source: { instead: "whether the charts are installed" },
  chart: { instead: "which charts are installed" },
};

/** Definitions belong to `Crds`: they outlive a stack, and are taken over where they exist. */
export const BASE_VALUES: FixedValues = {
  "base.excludedCRDs": istioCrds.crds.map(({ metadata }) => metadata.name),
  defaultRevision: "",
};

/** As our own istiod, which passes Pod Security `restricted`. */
export const ISTIOD_VALUES: FixedValues = { "seccompProfile.type": "RuntimeDefault" };
