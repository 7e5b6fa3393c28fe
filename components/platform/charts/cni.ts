import type { CniArgs } from "../cni/args";
import { AppArmorRequest, CniRepair } from "../cni/args";
import type { CniSettings } from "../cni/settings";
import { platformDefaults } from "../platforms";
import { type ChartTable, filled, valuesOf } from "./table";

type Values = Readonly<Record<string, (settings: CniSettings, args: CniArgs) => unknown>>;
const cni = (values: Values): ReturnType<typeof valuesOf<CniSettings, CniArgs>> => valuesOf("cni", values);

/**
 * The arguments of `Cni` as values of the chart `cni`. Below `cni.` the chart reads them again, over what it has itself
 * for a platform: there, arguments win.
 */
export const CNI_TABLE: ChartTable<CniSettings, CniArgs> = {
  istioVersion: { instead: "the default of `chart.version` and of `tag`" },
  profile: { instead: "the defaults of `ambient`, `resources` and `variant`" },
  namespace: { instead: "the namespace of the release" },
  revision: cni({ revision: ({ rev }) => (rev === "default" ? undefined : rev) }),
  hub: cni({ "global.hub": ({ hub }) => hub }),
  tag: cni({ "global.tag": ({ tag }) => tag }),
  variant: cni({ "global.variant": ({ variant }) => variant }),
  imagePullSecrets: cni({ "global.imagePullSecrets": ({ imagePullSecrets }) => filled(imagePullSecrets) }),
  platform: cni({
    "global.platform": (_, { platform }) => platformDefaults(platform).istioName,
    "cni.provider": ({ provider }) => provider,
    "seLinuxOptions.type": ({ seLinuxType }) => seLinuxType,
  }),
  ambient: cni({ "ambient.enabled": ({ ambient }) => ambient }),
  excludeNamespaces: cni({ excludeNamespaces: ({ excludeNamespaces }) => excludeNamespaces }),
  repair: cni({
    "repair.enabled": ({ repair }) => repair !== CniRepair.Off,
    "repair.labelPods": ({ repair }) => repair === CniRepair.Label,
    "repair.deletePods": ({ repair }) => repair === CniRepair.Delete,
    "repair.repairPods": ({ repair }) => repair === CniRepair.Repair,
  }),
  cniBinDir: cni({ "cni.cniBinDir": ({ binDir }) => binDir }),
  cniConfDir: cni({ "cni.cniConfDir": ({ confDir }) => confDir }),
  cniConfFileName: cni({ "cni.cniConfFileName": ({ confFileName }) => confFileName }),
  cniNetnsDir: cni({ "cni.cniNetnsDir": ({ netnsDir }) => netnsDir }),
  chained: cni({ "cni.chained": ({ chained }) => chained }),
  resources: cni({ resources: ({ resources }) => resources }),
  logLevel: cni({ "logging.level": ({ logLevel }) => logLevel }),
  logAsJson: cni({ "global.logAsJson": ({ logAsJson }) => logAsJson }),
  env: cni({ env: ({ env }) => filled(env) }),
  appArmor: cni({ useAppArmorAnnotation: ({ appArmor }) => appArmor === AppArmorRequest.Annotation }),
  affinity: cni({ affinity: ({ affinity }) => affinity }),
  maxUnavailable: cni({
    "updateStrategy.rollingUpdate.maxUnavailable": ({ maxUnavailable }) => maxUnavailable,
  }),
  criticalPodsQuota: cni({
    "cni.resourceQuotas.enabled": ({ criticalPodsQuota }) => criticalPodsQuota > 0,
    "cni.resourceQuotas.pods": ({ criticalPodsQuota }) =>
      criticalPodsQuota > 0 ? criticalPodsQuota : undefined,
  }),
  networkPolicy: cni({ "global.networkPolicy.enabled": ({ networkPolicy }) => networkPolicy }),
  source: { instead: "whether the chart is installed" },
  chart: { instead: "which chart is installed" },
};
