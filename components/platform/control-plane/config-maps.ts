import { injectorConfig, readTemplates } from "../injection";
import type { ConfigMapObject } from "../kubernetes-objects";
import { commonLabels } from "../labels";
import { installerValues } from "./installer-values";
import { meshConfigText } from "./mesh-config";
import { controlPlaneNames } from "./names";
import type { ControlPlaneSettings } from "./settings";

function configMap(
  settings: ControlPlaneSettings,
  name: string,
  data: ConfigMapObject["data"],
  annotations?: Record<string, string>,
): ConfigMapObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name,
      namespace: settings.namespace,
      labels: { "istio.io/rev": controlPlaneNames(settings).rev, ...commonLabels("istiod") },
      ...(annotations === undefined ? {} : { annotations }),
    },
    ...(data === undefined ? {} : { data }),
  };
}

/** The ConfigMaps of a control plane, by the suffix of their resource name. */
export interface ControlPlaneConfigMaps {
  /** Mesh configuration. */
  readonly "mesh-config"?: ConfigMapObject;
  /** Injection templates and what they read. */
  readonly injector?: ConfigMapObject;
  /** How this control plane would be asked for in the installer's words. */
  readonly values: ConfigMapObject;
}

/** Our injection templates, with those that the team has laid over them. */
function injectorText({ given }: ControlPlaneSettings): string {
  const from = given.injectionTemplates?.from;
  if (from === undefined) return injectorConfig();
  return injectorConfig({
    injection: { templates: readTemplates(from, "injectionTemplates.from").templates },
  });
}

/**
 * The ConfigMaps of a control plane. istiod reads the first two and follows their changes; where it runs in another
 * cluster, only the mesh configuration of its config cluster is of interest to it.
 */
export function controlPlaneConfigMaps(settings: ControlPlaneSettings): ControlPlaneConfigMaps {
  const names = controlPlaneNames(settings);
  const values = installerValues(settings);
  const { remote } = settings;
  return {
    ...(remote === undefined || remote.configCluster
      ? {
          "mesh-config": configMap(settings, names.meshConfig, {
            mesh: meshConfigText(settings),
            meshNetworks: "networks: {}",
          }),
        }
      : {}),
    ...(remote === undefined
      ? {
          injector: configMap(settings, names.injector, {
            config: injectorText(settings),
            values: values.injector,
          }),
        }
      : {}),
    values: configMap(
      settings,
      names.values,
      { "merged-values": values.merged, "original-values": values.original },
      {
        "kubernetes.io/description":
          "The settings of this control plane in the words of the official installer, for tools that look for them here. Changing them has no effect.",
      },
    ),
  };
}
