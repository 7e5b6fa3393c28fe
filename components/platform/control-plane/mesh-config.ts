import { dump } from "js-yaml";
import type * as pulumi from "@pulumi/pulumi";

import { combine } from "../combine";
import type { MeshConfigArgs } from "../mesh-config";
import { overlay } from "../overlay";
import { present } from "../present";
import { externalProxyConfig } from "./external/settings";
import { discoveryAddress } from "./names";
import { PROFILES } from "./profile";
import type { ControlPlaneSettings } from "./settings";

type Fields = Readonly<Record<string, unknown>>;

/** The fields that the arguments set. Programs in JavaScript write `undefined` for "not set"; YAML has no such thing. */
export function givenMeshConfig(config: MeshConfigArgs): Fields {
  return withoutUndefined(config) as Fields;
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  // Outputs stay as they are, and so does whatever else is no plain object.
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([key, inner]) => [key, withoutUndefined(inner)]),
  );
}

/** Mesh configuration as it goes into the `istio` ConfigMap, before it becomes text. */
export function meshConfigFields(settings: ControlPlaneSettings): Fields {
  const derived: Fields = {
    rootNamespace: settings.namespace,
    trustDomain: "cluster.local",
    enablePrometheusMerge: true,
    // Telemetry of a remote cluster is what its istiod has been told.
    ...(settings.remote === undefined ? { defaultProviders: { metrics: ["prometheus"] } } : {}),
    defaultConfig: present({
      discoveryAddress: discoveryAddress(settings),
      meshId: settings.meshId,
      image: settings.variant && { imageType: settings.variant },
      ...externalProxyConfig(settings.external),
    }),
  };
  return [PROFILES[settings.profile].meshConfig, meshConfigWithAuthority(settings)].reduce(overlay, derived);
}

/** The fields that the arguments set, with what proxies and istiod must know of an authority outside of istiod. */
export function meshConfigWithAuthority({ authority, meshConfig }: ControlPlaneSettings): Fields {
  const given = givenMeshConfig(meshConfig);
  const { caCertificates, proxyMetadata } = authority;
  const proxies = Object.keys(proxyMetadata).length === 0 ? {} : { defaultConfig: { proxyMetadata } };
  const certificates =
    caCertificates.length === 0
      ? {}
      : { caCertificates: [...caCertificates, ...(meshConfig.caCertificates ?? [])] };
  return { ...overlay(proxies, given), ...certificates };
}

/** Mesh configuration as YAML, keys sorted so that the same configuration is always the same text. */
export function meshConfigText(settings: ControlPlaneSettings): pulumi.Input<string> {
  return combine(meshConfigFields(settings), (fields) => dump(fields, { sortKeys: true, lineWidth: -1 }));
}
