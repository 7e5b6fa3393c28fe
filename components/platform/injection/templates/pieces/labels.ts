import { quoted, when } from "../template-text";

function labelOr(...names: readonly string[]): string {
  return names.map((name) => `(index .ObjectMeta.Labels "${name}")`).join(" ");
}

/** The service that telemetry files the workload under; a label's length limits it. */
export const canonicalName = `service.istio.io/canonical-name: {{ coalesce ${labelOr(
  "service.istio.io/canonical-name",
  "app.kubernetes.io/name",
  "app",
)} .DeploymentMeta.Name | trunc 63 | trimSuffix "-" | quote }}`;

/** The version of that service. */
export const canonicalRevision = `service.istio.io/canonical-revision: {{ coalesce ${labelOr(
  "service.istio.io/canonical-revision",
  "app.kubernetes.io/version",
  "version",
)} "latest" | trunc 63 | trimSuffix "-" | quote }}`;

/** Tells the peers of this workload that it speaks mutual TLS. */
export const tlsMode = `security.istio.io/tlsMode: ${quoted('index .ObjectMeta.Labels "security.istio.io/tlsMode" | default "istio"')}`;

/** Says that the proxy takes HBONE tunnels, where its metadata turns them on. */
export const tunnel = when(
  'eq (index .ProxyConfig.ProxyMetadata "ISTIO_META_ENABLE_HBONE") "true"',
  'networking.istio.io/tunnel: {{ index .ObjectMeta.Labels "networking.istio.io/tunnel" | default "http" | quote }}',
);
