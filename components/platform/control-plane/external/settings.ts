import type * as pulumi from "@pulumi/pulumi";

import type { ExternalIstiodArgs } from "./args";

/** Environment by which istiod serves other clusters. */
export function externalEnv(args: ExternalIstiodArgs | undefined): Record<string, pulumi.Input<string>> {
  if (args === undefined) return {};
  const served = { EXTERNAL_ISTIOD: "true" };
  if (args.configCluster === undefined) return served;
  const { rootCertificates, sharedMeshConfig = "istio" } = args.configCluster;
  return {
    ...served,
    // Remote secrets are in this cluster, not in the one that mesh objects are read from.
    LOCAL_CLUSTER_SECRET_WATCHER: "true",
    SHARED_MESH_CONFIG: sharedMeshConfig,
    // With a certificate that everybody trusts there is nothing to write into webhooks.
    ...(rootCertificates === undefined
      ? {}
      : { INJECTION_WEBHOOK_CONFIG_NAME: "", VALIDATION_WEBHOOK_CONFIG_NAME: "" }),
  };
}

/** Environment that follows from `external`, by the names that a second value could have. */
export const EXTERNAL_ENV: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(externalEnv({ configCluster: { discoveryAddress: "", rootCertificates: "" } })).map((name) => [
    name,
    "external",
  ]),
);

/** Configuration of the proxies that an external control plane serves. */
export function externalProxyConfig(args: ExternalIstiodArgs | undefined): Readonly<Record<string, unknown>> {
  if (args?.configCluster === undefined) return {};
  const { discoveryAddress, rootCertificates } = args.configCluster;
  return {
    discoveryAddress,
    ...(rootCertificates === undefined
      ? {}
      : { proxyMetadata: { XDS_ROOT_CA: rootCertificates, CA_ROOT_CA: rootCertificates } }),
  };
}
