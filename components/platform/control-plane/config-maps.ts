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
  /** Certificate of a signer outside of istiod. */
  readonly "signer-root"?: ConfigMapObject;
  /** How this control plane would be asked for in the installer's words. */
  readonly values: ConfigMapObject;
}

/** Injection templates beside ours: those that the team has laid over them, and one for an authority outside of istiod. */
export function furtherTemplates({
  authority,
  given,
}: ControlPlaneSettings): Readonly<Record<string, string>> {
  const from = given.injectionTemplates?.from;
  return {
    ...(authority.template === undefined ? {} : { [authority.template.name]: authority.template.text }),
    ...(from === undefined ? {} : readTemplates(from, "injectionTemplates.from").templates),
  };
}

/** Templates of pods that ask for none; absent where they are the injector's own. */
export function defaultTemplates({ authority }: ControlPlaneSettings): readonly string[] | undefined {
  return authority.template === undefined ? undefined : ["sidecar", authority.template.name];
}

function injectorText(settings: ControlPlaneSettings): string {
  const usual = defaultTemplates(settings);
  return injectorConfig({
    injection: {
      templates: furtherTemplates(settings),
      ...(usual === undefined ? {} : { defaultTemplates: usual }),
    },
  });
}

/** The certificate of a signer outside of istiod, from where istiod reads it; none where there is no such signer. */
export function signerRoot(settings: ControlPlaneSettings): ConfigMapObject | undefined {
  const { signerRootPem } = settings.authority;
  if (signerRootPem === undefined) return undefined;
  return configMap(settings, controlPlaneNames(settings).signerRoot, { "root-cert.pem": signerRootPem });
}

/**
 * The ConfigMaps of a control plane. istiod reads the first two and follows their changes; where it runs in another
 * cluster, only the mesh configuration of its config cluster is of interest to it.
 */
export function controlPlaneConfigMaps(settings: ControlPlaneSettings): ControlPlaneConfigMaps {
  const names = controlPlaneNames(settings);
  const values = installerValues(settings);
  const { remote } = settings;
  const root = signerRoot(settings);
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
    ...(root === undefined ? {} : { "signer-root": root }),
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
