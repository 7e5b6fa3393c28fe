import type * as pulumi from "@pulumi/pulumi";

import { combine } from "../combine";
import { injectorValuesObject } from "../injection";
import { ipFamiliesOf } from "../ip-families";
import { overlay } from "../overlay";
import { present } from "../present";
import { Platform, platformDefaults } from "../platforms";
import { askedOfIstiod, installerEnv } from "./asked-of-istiod";
import { externalProxyConfig } from "./external/settings";
import { meshConfigWithAuthority } from "./mesh-config";
import { Profile, PROFILES } from "./profile";
import type { RemoteIstiod } from "./remote/settings";
import { caBundle, webhookAt } from "./remote/webhooks";
import type { ControlPlaneSettings } from "./settings";

type Values = Readonly<Record<string, unknown>>;

/** What the official installer assumes where nobody says otherwise, for values that are not the injector's. */
const INSTALLER_DEFAULTS: Values = {
  affinity: {},
  autoscaleBehavior: {},
  autoscaleEnabled: true,
  autoscaleMax: 5,
  autoscaleMin: 1,
  base: { enableIstioConfigCRDs: true },
  cni: { enabled: false, provider: "default" },
  configMap: true,
  cpu: { targetAverageUtilization: 80 },
  defaultRevision: "",
  deploymentAnnotations: {},
  deploymentLabels: {},
  enabled: true,
  env: {},
  envVarFrom: [],
  experimental: { stableValidationPolicy: false },
  extraContainerArgs: [],
  gatewayClasses: {},
  hub: "",
  image: "pilot",
  initContainers: [],
  ipFamilies: [],
  ipFamilyPolicy: "",
  istiodRemote: {
    enabled: false,
    enabledLocalInjectorIstiod: false,
    injectionCABundle: "",
    injectionPath: "/inject",
    injectionURL: "",
  },
  jwksResolverExtraRootCA: "",
  keepaliveMaxServerConnectionAge: "30m",
  memory: {},
  meshConfig: { enablePrometheusMerge: true },
  nodeSelector: {},
  ownerName: "",
  pdb: { minAvailable: 1, unhealthyPodEvictionPolicy: "" },
  podAnnotations: {},
  podLabels: {},
  replicaCount: 1,
  resources: { requests: { cpu: "500m", memory: "2048Mi" } },
  revisionTags: [],
  rollingMaxSurge: "100%",
  rollingMaxUnavailable: "25%",
  seccompProfile: {},
  serviceAccountAnnotations: {},
  serviceAnnotations: {},
  sidecarInjectorWebhookAnnotations: {},
  tag: "",
  taint: { enabled: false, name: "cni.istio.io/not-ready", namespace: "" },
  telemetry: {
    enabled: true,
    v2: { enabled: true, prometheus: { enabled: true }, stackdriver: { enabled: false } },
  },
  tolerations: [],
  topologySpreadConstraints: [],
  traceSampling: 1,
  trustedZtunnelName: "",
  trustedZtunnelNamespace: "",
  variant: "",
  volumeMounts: [],
  volumes: [],
};

/** What the installer takes from a profile. */
function profileValues({ profile, remote }: ControlPlaneSettings): Values {
  if (remote !== undefined) return REMOTE_PROFILE;
  switch (profile) {
    case Profile.Minimal:
    case Profile.Default:
      return {};
    case Profile.Demo:
      return demoValues();
    case Profile.Ambient: {
      const { env, meshConfig, variant } = PROFILES.ambient;
      return { cni: { ambient: { enabled: true } }, global: { variant }, meshConfig, pilot: { env } };
    }
  }
}

function demoValues(): Values {
  const { autoscale, traceSampling, pilotResources, proxyRequests, gatewayPorts, meshConfig } = PROFILES.demo;
  const small = { resources: { requests: proxyRequests } };
  return {
    cni: small,
    gateways: {
      "istio-egressgateway": { autoscaleEnabled: autoscale, ...small },
      "istio-ingressgateway": { autoscaleEnabled: autoscale, ...small, ports: gatewayPorts },
    },
    global: { proxy: small, waypoint: small },
    meshConfig,
    pilot: { autoscaleEnabled: autoscale, resources: pilotResources, traceSampling },
    ztunnel: small,
  };
}

/** What the installer takes from its profile for clusters whose istiod runs in another one. */
const REMOTE_PROFILE: Values = {
  configMap: false,
  global: { omitSidecarInjectorConfigMap: true },
  istiodRemote: { enabled: true },
  telemetry: { enabled: false },
};

/** The values about an istiod in another cluster. */
function remoteValues(remote: RemoteIstiod): Values {
  const config = remote.configCluster;
  const authority = caBundle(remote);
  const url = webhookAt(remote, remote.injectionPath);
  return present({
    base: config
      ? filledValues({ validationURL: webhookAt(remote, "/validate"), validationCABundle: authority })
      : undefined,
    global: filledValues({
      configCluster: config ? true : undefined,
      remotePilotAddress: remote.endpoint?.address,
    }),
    istiodRemote: filledValues({
      injectionCABundle: authority,
      injectionPath:
        url === undefined && remote.injectionPath !== "/inject" ? remote.injectionPath : undefined,
      injectionURL: url,
    }),
    pilot: config ? { configMap: true } : undefined,
    profile: "remote",
  });
}

/** The values about an istiod that serves other clusters. */
function externalValues({ configCluster, external, namespace }: ControlPlaneSettings): Values {
  if (external === undefined) return {};
  if (configCluster === undefined) return { global: { externalIstiod: true } };
  return {
    global: {
      caAddress: configCluster.discoveryAddress,
      configValidation: false,
      externalIstiod: true,
      operatorManageWebhooks: true,
    },
    meshConfig: { defaultConfig: externalProxyConfig(external), rootNamespace: namespace },
  };
}

function filledValues(values: Values): Values | undefined {
  const set = present(values);
  return Object.keys(set).length === 0 ? undefined : set;
}

/** What the installer takes from a platform. */
function platformValues(platform: Platform | undefined): Values {
  const defaults = platformDefaults(platform);
  const dirs = { cniBinDir: defaults.cniBinDir, cniConfDir: defaults.cniConfDir };
  switch (platform) {
    case undefined:
    case Platform.Aks:
    case Platform.Eks:
    case Platform.Kind:
      return {};
    case Platform.Gke: {
      const quotas = { resourceQuotas: { enabled: true } };
      // The installer finds the folder of plugins out by itself there.
      return { cni: { cniBinDir: "", ...quotas }, ...quotas };
    }
    case Platform.K3d:
    case Platform.K3s:
    case Platform.MicroK8s:
      return { cni: dirs };
    case Platform.Minikube:
      return { cni: { cniNetnsDir: defaults.cniNetnsDir } };
    case Platform.OpenShift: {
      const { agentNamespace, cniChained, cniConfFileName, cniProvider, seLinuxType } = defaults;
      return {
        cni: { ...dirs, chained: cniChained, cniConfFileName, provider: cniProvider },
        pilot: {
          cni: { enabled: true, provider: cniProvider },
          terminationMessagePolicy: defaults.terminationMessagePolicy,
        },
        seLinuxOptions: { type: seLinuxType },
        trustedZtunnelNamespace: agentNamespace,
      };
    }
  }
}

function pilotValues({
  authority,
  given: args,
  cni,
  profile,
  remote,
  scaling,
}: ControlPlaneSettings): Values {
  const { autoscale, replicas } = args;
  const env = { ...authority.env, ...args.env, ...args.unknownEnv };
  const scaled = scaling.mode === "auto";
  return present({
    cni: { enabled: cni },
    enabled: true,
    seccompProfile: { type: "RuntimeDefault" },
    // Said only where the profile says otherwise.
    autoscaleEnabled: scaled === PROFILES[profile].autoscale ? undefined : scaled,
    autoscaleMin: autoscale?.min,
    autoscaleMax: autoscale?.max,
    cpu: autoscale?.targetCpuPercent && { targetAverageUtilization: autoscale.targetCpuPercent },
    replicaCount: replicas,
    env: filledValues(installerEnv(env)),
    taint: askedOfIstiod(env).untaint ? { enabled: true } : undefined,
    affinity: args.affinity,
    ...(remote === undefined ? ipFamiliesOf(args) : {}),
    nodeSelector: args.nodeSelector,
    tolerations: args.tolerations,
    topologySpreadConstraints: args.topologySpreadConstraints,
    resources: args.resources,
    traceSampling: args.traceSampling,
  });
}

/** The values that one would have to give to the official installer for the same control plane. */
function givenValues(settings: ControlPlaneSettings): Values {
  const { given, profile, remote, revision } = settings;
  const asUsual = present({
    defaultRevision: "",
    gateways: { "istio-egressgateway": {}, "istio-ingressgateway": {} },
    global: present({
      caAddress: settings.authority.caAddress,
      certSigners: settings.authority.signer && [settings.authority.signer],
      configValidation: true,
      hub: settings.hub,
      imagePullSecrets: given.imagePullSecrets,
      ...(remote === undefined ? {} : ipFamiliesOf(given)),
      istiod: askedOfIstiod(settings.env).analysis ? { enableAnalysis: true } : undefined,
      istioNamespace: settings.namespace,
      logAsJson: given.logAsJson,
      logging: given.logLevel && { level: given.logLevel },
      meshID: given.meshId,
      // An istiod elsewhere learns of the cluster from the injector's path.
      multiCluster: given.clusterName && !remote ? { clusterName: given.clusterName } : undefined,
      network: remote ? undefined : given.network,
      platform: platformDefaults(given.platform).istioName,
      networkPolicy: given.networkPolicy === undefined ? undefined : { enabled: given.networkPolicy },
      priorityClassName: given.priorityClassName,
      proxy:
        given.proxyResources || given.clusterDomain
          ? present({ resources: given.proxyResources, clusterDomain: given.clusterDomain })
          : undefined,
      tag: settings.tag,
      variant: given.variant,
    }),
    meshConfig: filledValues(meshConfigWithAuthority(settings)),
    pilot: pilotValues(settings),
    // The other two differ in what is installed beside istiod, not in values.
    profile: profile === Profile.Demo || profile === Profile.Ambient ? profile : undefined,
    revision: revision === "" ? undefined : revision,
    trustedZtunnelNamespace: given.ztunnelNamespace,
    ztunnel: { resourceName: "ztunnel" },
  });
  return overlay(asUsual, remote === undefined ? externalValues(settings) : remoteValues(remote));
}

function at(values: Values, key: string): Values {
  return (values[key] ?? {}) as Values;
}

interface ValueTexts {
  /** JSON for the injector's templates. */
  readonly injector: pulumi.Input<string>;
  /** JSON of what was given. */
  readonly original: pulumi.Input<string>;
  /** JSON of what was given over the profile and the installer's defaults. */
  readonly merged: pulumi.Input<string>;
}

/**
 * The control plane's settings in the installer's words.
 *
 * istiod hands the injector's part to the injection templates; the rest is what tools of other makers read to find out
 * how a control plane was installed.
 */
export function installerValues(settings: ControlPlaneSettings): ValueTexts {
  const given = givenValues(settings);
  const text = (compute: (given: Values) => Values): pulumi.Input<string> =>
    combine(given, (known) => JSON.stringify(sorted(compute(known as Values)), undefined, 2));
  return {
    original: text((known) => known),
    injector: text((known) => injectorPart(settings, known)),
    merged: text((known) => {
      const { pilot: _, ...injector } = injectorPart(settings, known);
      const layers = [injector, profileValues(settings), platformValues(settings.platform), known].reduce(
        overlay,
        INSTALLER_DEFAULTS,
      );
      // The installer renders istiod's part with its values at the top.
      return overlay(layers, at(layers, "pilot"));
    }),
  };
}

function injectorPart(settings: ControlPlaneSettings, given: Values): Values {
  const layers = [platformValues(settings.platform), given].reduce(overlay, profileValues(settings));
  return injectorValuesObject({
    ...(settings.revision === "" ? {} : { revision: settings.revision }),
    values: {
      global: at(layers, "global"),
      pilot: {
        cni: overlay(at(layers, "cni"), at(at(layers, "pilot"), "cni")),
        env: at(at(layers, "pilot"), "env"),
      },
    },
  });
}

/** Keys in order at every depth: the same settings are the same text. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
