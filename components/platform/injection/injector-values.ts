import type { InjectorOptions, InjectedProxyOptions, ResourceRequirements } from "./injector-options";

const PROXY_RESOURCES: ResourceRequirements = {
  requests: { cpu: "100m", memory: "128Mi" },
  limits: { cpu: "2000m", memory: "1024Mi" },
};

const WAYPOINT_RESOURCES: ResourceRequirements = {
  requests: { cpu: "100m", memory: "128Mi" },
  limits: { cpu: "2", memory: "1Gi" },
};

type Values = Readonly<Record<string, unknown>>;

function isValues(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function overlay(base: Values, over: Values): Values {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const below = merged[key];
    merged[key] = isValues(below) && isValues(value) ? overlay(below, value) : value;
  }
  return merged;
}

function proxyValues(proxy: InjectedProxyOptions, autoInject: string): Values {
  return {
    autoInject,
    clusterDomain: proxy.clusterDomain ?? "cluster.local",
    componentLogLevel: proxy.componentLogLevel ?? "misc:error",
    excludeIPRanges: proxy.excludeIPRanges ?? "",
    excludeInboundPorts: proxy.excludeInboundPorts ?? "",
    excludeOutboundPorts: proxy.excludeOutboundPorts ?? "",
    image: proxy.image ?? "proxyv2",
    includeIPRanges: proxy.includeIPRanges ?? "*",
    includeInboundPorts: proxy.includeInboundPorts ?? "*",
    includeOutboundPorts: proxy.includeOutboundPorts ?? "",
    ...(proxy.lifecycle === undefined ? {} : { lifecycle: proxy.lifecycle }),
    logLevel: proxy.logLevel ?? "warning",
    outlierLogPath: proxy.outlierLogPath ?? "",
    privileged: proxy.privileged ?? false,
    readinessFailureThreshold: proxy.readinessFailureThreshold ?? 4,
    readinessInitialDelaySeconds: proxy.readinessInitialDelaySeconds ?? 0,
    readinessPeriodSeconds: proxy.readinessPeriodSeconds ?? 15,
    resources: proxy.resources ?? PROXY_RESOURCES,
    seccompProfile: proxy.seccompProfile ?? {},
    startupProbe: {
      enabled: proxy.startupProbe?.enabled ?? true,
      failureThreshold: proxy.startupProbe?.failureThreshold ?? 600,
    },
    statusPort: proxy.statusPort ?? 15020,
    tracer: proxy.tracer ?? "none",
  };
}

function globalValues(options: InjectorOptions): Values {
  const { proxyInit, waypoint } = options;
  return {
    caAddress: options.caAddress ?? "",
    caName: options.caName ?? "",
    certSigners: [],
    configCluster: false,
    configValidation: true,
    defaultPodDisruptionBudget: { enabled: true },
    defaultResources: { requests: { cpu: "10m" } },
    externalIstiod: false,
    hub: options.hub ?? "registry.istio.io/release",
    imagePullPolicy: options.imagePullPolicy ?? "",
    imagePullSecrets: options.imagePullSecrets ?? [],
    istioNamespace: options.istioNamespace ?? "istio-system",
    istiod: { enableAnalysis: false },
    logAsJson: options.logAsJson ?? false,
    logging: { level: options.agentLogLevel ?? "default:info" },
    meshID: options.meshId ?? "",
    meshNetworks: options.meshNetworks ?? {},
    mountMtlsCerts: options.mountMtlsCerts ?? false,
    multiCluster: { clusterName: options.clusterName ?? "" },
    nativeNftables: options.nativeNftables ?? false,
    network: options.network ?? "",
    networkPolicy: { enabled: false },
    omitSidecarInjectorConfigMap: false,
    operatorManageWebhooks: false,
    pilotCertProvider: options.pilotCertProvider ?? "istiod",
    ...(options.platform === undefined ? {} : { platform: options.platform }),
    priorityClassName: "",
    proxy: proxyValues(options.proxy ?? {}, options.injection?.autoInject ?? "enabled"),
    proxy_init: {
      forceApplyIptables: proxyInit?.forceApplyIptables ?? false,
      image: proxyInit?.image ?? "proxyv2",
    },
    remotePilotAddress: "",
    resourceScope: "all",
    sds: { token: { aud: options.tokenAudience ?? "istio-ca" } },
    sts: { servicePort: options.stsPort ?? 0 },
    tag: options.tag ?? "1.31.1",
    ...(options.trustBundleName === undefined ? {} : { trustBundleName: options.trustBundleName }),
    variant: options.variant ?? "",
    waypoint: {
      affinity: waypoint?.affinity ?? {},
      nodeSelector: waypoint?.nodeSelector ?? {},
      resources: waypoint?.resources ?? WAYPOINT_RESOURCES,
      tolerations: waypoint?.tolerations ?? [],
      topologySpreadConstraints: waypoint?.topologySpreadConstraints ?? [],
    },
  };
}

function webhookValues(options: InjectorOptions): Values {
  const injection = options.injection;
  return {
    alwaysInjectSelector: injection?.alwaysInjectSelector ?? [],
    defaultTemplates: injection?.defaultTemplates ?? [],
    enableNamespacesByDefault: injection?.enableNamespacesByDefault ?? false,
    injectedAnnotations: injection?.injectedAnnotations ?? {},
    neverInjectSelector: injection?.neverInjectSelector ?? [],
    reinvocationPolicy: injection?.reinvocationPolicy ?? "Never",
    rewriteAppHTTPProbe: injection?.rewriteAppHTTPProbe ?? true,
    templates: injection?.templates ?? {},
  };
}

/** The values as an object, before they become the text of {@link injectorValues}. */
export function injectorValuesObject(options: InjectorOptions = {}): Readonly<Record<string, unknown>> {
  const values = {
    gateways: {
      seccompProfile: options.gateways?.seccompProfile ?? {},
      securityContext: options.gateways?.securityContext ?? {},
    },
    global: globalValues(options),
    pilot: {
      cni: {
        ...(options.cni?.ambient === true ? { ambient: { enabled: true } } : {}),
        enabled: options.cni?.enabled ?? false,
        provider: options.cni?.provider ?? "default",
      },
      env: options.pilotEnv ?? {},
    },
    revision: options.revision ?? "",
    sidecarInjectorWebhook: webhookValues(options),
  };
  return overlay(values, options.values ?? {});
}

/**
 * The text for the key `values` of the ConfigMap `istio-sidecar-injector`: JSON, as istiod hands it to the templates.
 *
 * @param options without any, the values of the official `default` profile
 * @example
 * injectorValues({ tag: "1.31.1", revision: "canary", cni: { enabled: true } });
 */
export function injectorValues(options: InjectorOptions = {}): string {
  return JSON.stringify(injectorValuesObject(options), undefined, 2);
}
