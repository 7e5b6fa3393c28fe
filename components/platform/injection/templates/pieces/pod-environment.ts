/** The environment of proxies that are injected into a pod: sidecars, and gateways with the image `auto`. */
import { block, each, lines, quoted, when, withValue } from "../template-text";
import {
  certificateAuthority,
  compliance,
  identity,
  meshIdentity,
  node,
  proxyConfig,
  proxyMetadata,
  runtimeLimits,
  threads,
} from "./environment";
import { value } from "./environment-variable";
import { telemetryAttributes } from "./telemetry-attributes";

/** The ports that the pod's containers name, one per line. */
const podPorts = value(
  "ISTIO_META_POD_PORTS",
  lines(
    "|-",
    "  [",
    '  {{- $comma := "" }}',
    "  {{- range .Spec.Containers }}{{ range .Ports }}",
    "      {{ $comma }}{{ structToJSON . }}",
    '  {{- $comma = "," }}',
    "  {{- end }}{{ end }}",
    "  ]",
  ),
);

const applications = value("ISTIO_META_APP_CONTAINERS", quoted('$applications | join ","'));

const place = lines(
  value("ISTIO_META_CLUSTER_ID", quoted('.Values.global.multiCluster.clusterName | default "Kubernetes"')),
  node,
  when(".Values.global.network", value("ISTIO_META_NETWORK", quoted(".Values.global.network"))),
);

function interceptionMode(mode: string): string {
  return value("ISTIO_META_INTERCEPTION_MODE", quoted(mode));
}

const owner = when(
  "and .TypeMeta.APIVersion .DeploymentMeta.Name",
  value(
    "ISTIO_META_OWNER",
    '"kubernetes://apis/{{ .TypeMeta.APIVersion }}/namespaces/{{ .DeploymentMeta.Namespace | default "default" }}/{{ toLower .TypeMeta.Kind }}s/{{ .DeploymentMeta.Name }}"',
  ),
);

/** The object that the pod comes from: telemetry and the mesh's configuration speak of it, not of the pod. */
const workload = lines(
  withValue(".DeploymentMeta.Name", value("ISTIO_META_WORKLOAD_NAME", quoted("."))),
  owner,
);

/** The same for an application, which a label may rename. */
const application = lines(
  withValue(
    'coalesce (index .ObjectMeta.Labels "service.istio.io/workload-name") .DeploymentMeta.Name',
    value("ISTIO_META_WORKLOAD_NAME", quoted(".")),
  ),
  owner,
);

const bootstrapOverride = when(
  'isset .ObjectMeta.Annotations "sidecar.istio.io/bootstrapOverride"',
  value("ISTIO_BOOTSTRAP_OVERRIDE", '"/etc/istio/custom-bootstrap/custom_bootstrap.json"'),
);

/** Probes of applications that listen on the loopback address alone need the agent's older way. */
const legacyProbes = when(
  'eq .InboundTrafficPolicyMode "localhost"',
  value("REWRITE_PROBE_LEGACY_LOCALHOST_DESTINATION", '"true"'),
);

/** The Datadog agent's settings that the pod's annotations hold as JSON. */
const datadog = when(
  'and (eq .Values.global.proxy.tracer "datadog") (isset .ObjectMeta.Annotations "apm.datadoghq.com/env")',
  each(
    "$key, $value",
    'fromJSON (index .ObjectMeta.Annotations "apm.datadoghq.com/env")',
    value(quoted("$key"), quoted("$value")),
  ),
);

/** Environment of a sidecar. */
export const sidecarEnvironment = block(
  "env",
  legacyProbes,
  certificateAuthority,
  identity,
  threads,
  proxyConfig,
  podPorts,
  applications,
  runtimeLimits,
  compliance,
  place,
  interceptionMode("$mode"),
  application,
  bootstrapOverride,
  meshIdentity,
  telemetryAttributes,
  datadog,
  proxyMetadata,
);

/** Environment of an injected gateway. */
export const gatewayEnvironment = block(
  "env",
  certificateAuthority,
  identity,
  threads,
  proxyConfig,
  podPorts,
  runtimeLimits,
  applications,
  compliance,
  place,
  interceptionMode(".ProxyConfig.InterceptionMode"),
  workload,
  bootstrapOverride,
  meshIdentity,
  proxyMetadata,
);

/** Environment of an agent that serves gRPC clients instead of Envoy. */
export const grpcAgentEnvironment = block(
  "env",
  value("ISTIO_META_GENERATOR", "grpc"),
  value("OUTPUT_CERTS", "/var/lib/istio/data"),
  legacyProbes,
  certificateAuthority,
  identity,
  proxyConfig,
  podPorts,
  applications,
  place,
  workload,
  meshIdentity,
  proxyMetadata,
  // gRPC resolves names by itself, and there is no Envoy to start.
  value("ISTIO_META_DNS_CAPTURE", '"false"'),
  value("DISABLE_ENVOY", '"true"'),
);
