import { platformDefaults } from "../platforms";
import { DEFAULT_ROOT_NAMESPACE } from "../versions";
import type { ZtunnelArgs } from "../ztunnel/args";
import type { ZtunnelSettings } from "../ztunnel/settings";
import { type ChartTable, filled, type FixedValues, valuesOf } from "./table";

type Values = Readonly<Record<string, (settings: ZtunnelSettings, args: ZtunnelArgs) => unknown>>;
const ztunnel = (values: Values): ReturnType<typeof valuesOf<ZtunnelSettings, ZtunnelArgs>> =>
  valuesOf("ztunnel", values);

/** The arguments of `Ztunnel` as values of the chart `ztunnel`. */
export const ZTUNNEL_TABLE: ChartTable<ZtunnelSettings, ZtunnelArgs> = {
  istioVersion: { instead: "the default of `chart.version` and of `tag`" },
  profile: { instead: "the defaults of `resources` and `variant`" },
  namespace: { instead: "the namespace of the release" },
  controlPlaneNamespace: ztunnel({
    istioNamespace: (_, { controlPlaneNamespace }) => controlPlaneNamespace ?? DEFAULT_ROOT_NAMESPACE,
  }),
  revision: ztunnel({ revision: ({ revision }) => (revision === "" ? undefined : revision) }),
  hub: ztunnel({ hub: ({ hub }) => hub }),
  tag: ztunnel({ tag: ({ tag }) => tag }),
  variant: ztunnel({ variant: ({ variant }) => variant }),
  imagePullSecrets: ztunnel({ imagePullSecrets: ({ imagePullSecrets }) => filled(imagePullSecrets) }),
  platform: ztunnel({
    "global.platform": (_, { platform }) => platformDefaults(platform).istioName,
    "seLinuxOptions.type": ({ seLinuxType }) => seLinuxType,
  }),
  clusterName: ztunnel({ "multiCluster.clusterName": ({ clusterName }) => clusterName }),
  network: ztunnel({ network: ({ network }) => network }),
  caAddress: ztunnel({ caAddress: ({ caAddress }) => caAddress }),
  xdsAddress: ztunnel({ xdsAddress: ({ xdsAddress }) => xdsAddress }),
  resources: ztunnel({ resources: ({ resources }) => resources }),
  logLevel: ztunnel({ logLevel: ({ logLevel }) => logLevel }),
  logAsJson: ztunnel({ logAsJson: ({ logAsJson }) => logAsJson }),
  terminationGracePeriodSeconds: ztunnel({
    terminationGracePeriodSeconds: ({ terminationGracePeriodSeconds }) => terminationGracePeriodSeconds,
  }),
  env: ztunnel({ env: ({ env }) => filled(env) }),
  nodeSelector: ztunnel({ nodeSelector: ({ nodeSelector }) => filled(nodeSelector) }),
  affinity: ztunnel({ affinity: ({ affinity }) => affinity }),
  criticalPodsQuota: ztunnel({
    "resourceQuotas.enabled": ({ criticalPodsQuota }) => criticalPodsQuota > 0,
    "resourceQuotas.pods": ({ criticalPodsQuota }) => (criticalPodsQuota > 0 ? criticalPodsQuota : undefined),
  }),
  networkPolicy: ztunnel({ "global.networkPolicy.enabled": ({ networkPolicy }) => networkPolicy }),
  source: { instead: "whether the chart is installed" },
  chart: { instead: "which chart is installed" },
};

/** As our own DaemonSet: its name, whatever the release is called, and that it speaks HBONE, whatever the profile is. */
export const ZTUNNEL_VALUES: FixedValues = {
  resourceName: "ztunnel",
  "meshConfig.defaultConfig.proxyMetadata.ISTIO_META_ENABLE_HBONE": "true",
};
