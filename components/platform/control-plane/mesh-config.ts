import { dump } from "js-yaml";
import type * as pulumi from "@pulumi/pulumi";

import { combine } from "../combine";
import { overlay } from "../overlay";
import { present } from "../present";
import type { MeshConfigArgs } from "./mesh-config-args";
import { discoveryAddress } from "./names";
import { PROFILES } from "./profile";
import type { ControlPlaneSettings } from "./settings";

type Fields = Readonly<Record<string, unknown>>;

/** The fields that the arguments set, in Istio's words. */
export function givenMeshConfig(config: MeshConfigArgs): Fields {
  const { minTlsVersion, outboundTrafficPolicy, pathNormalization, extra, ...rest } = config;
  const typed = present({
    ...rest,
    outboundTrafficPolicy: outboundTrafficPolicy && { mode: outboundTrafficPolicy },
    meshMTLS: minTlsVersion && { minProtocolVersion: minTlsVersion },
    pathNormalization: pathNormalization && { normalization: pathNormalization },
  });
  return overlay(typed, extra ?? {});
}

/** Mesh configuration as it goes into the `istio` ConfigMap, before it becomes text. */
export function meshConfigFields(settings: ControlPlaneSettings): Fields {
  const derived: Fields = {
    rootNamespace: settings.namespace,
    trustDomain: "cluster.local",
    enablePrometheusMerge: true,
    defaultProviders: { metrics: ["prometheus"] },
    defaultConfig: present({
      discoveryAddress: discoveryAddress(settings),
      meshId: settings.meshId,
      image: settings.variant && { imageType: settings.variant },
    }),
  };
  return [PROFILES[settings.profile].meshConfig, givenMeshConfig(settings.meshConfig)].reduce(
    overlay,
    derived,
  );
}

/** Mesh configuration as YAML, keys sorted so that the same configuration is always the same text. */
export function meshConfigText(settings: ControlPlaneSettings): pulumi.Input<string> {
  return combine(meshConfigFields(settings), (fields) => dump(fields, { sortKeys: true, lineWidth: -1 }));
}
