import { block, each, item, lines, quoted, when } from "../template-text";

function value(name: string, text: string): string {
  return item(`name: ${name}`, `value: ${text}`);
}

function field(name: string, path: string): string {
  return item(`name: ${name}`, block("valueFrom", block("fieldRef", `fieldPath: ${path}`)));
}

function limit(name: string, resource: string): string {
  return item(
    `name: ${name}`,
    block("valueFrom", block("resourceFieldRef", `resource: limits.${resource}`, 'divisor: "1"')),
  );
}

/** Where the agent gets its certificates: an authority of the mesh's own, else istiod of this revision. */
const certificateAuthority = lines(
  value("PILOT_CERT_PROVIDER", quoted(".Values.global.pilotCertProvider")),
  value(
    "CA_ADDR",
    '"{{ if .Values.global.caAddress }}{{ .Values.global.caAddress }}{{ else }}istiod{{ with .Values.revision }}-{{ . }}{{ end }}.{{ .Values.global.istioNamespace }}.svc:15012{{ end }}"',
  ),
);

/** Who the proxy is, from what Kubernetes knows of the pod once it runs. */
const identity = lines(
  field("POD_NAME", "metadata.name"),
  field("POD_NAMESPACE", "metadata.namespace"),
  field("INSTANCE_IP", "status.podIP"),
  field("SERVICE_ACCOUNT", "spec.serviceAccountName"),
  field("HOST_IP", "status.hostIP"),
  limit("ISTIO_CPU_LIMIT", "cpu"),
);

/** The part of the proxy configuration that differs from Istio's defaults. */
const proxyConfig = value("PROXY_CONFIG", "|\n  {{ protoToJSON .ProxyConfig }}");

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

/** Lets Go's runtime in the agent keep to what the container may use. */
const runtimeLimits = lines(limit("GOMEMLIMIT", "memory"), limit("GOMAXPROCS", "cpu"));

const applications = value("ISTIO_META_APP_CONTAINERS", quoted('$applications | join ","'));

const compliance = when(".CompliancePolicy", value("COMPLIANCE_POLICY", quoted(".CompliancePolicy")));

/** What the proxy says of itself to istiod: cluster, node, network, workload, mesh. */
const nodeMetadata = lines(
  value("ISTIO_META_CLUSTER_ID", quoted('.Values.global.multiCluster.clusterName | default "Kubernetes"')),
  field("ISTIO_META_NODE_NAME", "spec.nodeName"),
  value("ISTIO_META_INTERCEPTION_MODE", quoted("$mode")),
  when(".Values.global.network", value("ISTIO_META_NETWORK", quoted(".Values.global.network"))),
  '{{- with coalesce (index .ObjectMeta.Labels "service.istio.io/workload-name") .DeploymentMeta.Name }}',
  value("ISTIO_META_WORKLOAD_NAME", quoted(".")),
  "{{- end }}",
  when(
    "and .TypeMeta.APIVersion .DeploymentMeta.Name",
    value(
      "ISTIO_META_OWNER",
      '"kubernetes://apis/{{ .TypeMeta.APIVersion }}/namespaces/{{ .DeploymentMeta.Namespace | default "default" }}/{{ toLower .TypeMeta.Kind }}s/{{ .DeploymentMeta.Name }}"',
    ),
  ),
  when(
    'isset .ObjectMeta.Annotations "sidecar.istio.io/bootstrapOverride"',
    value("ISTIO_BOOTSTRAP_OVERRIDE", '"/etc/istio/custom-bootstrap/custom_bootstrap.json"'),
  ),
  `{{- with .Values.global.meshID | default .MeshConfig.TrustDomain }}`,
  value("ISTIO_META_MESH_ID", quoted(".")),
  "{{- end }}",
  `{{- with .MeshConfig.TrustDomain }}`,
  value("TRUST_DOMAIN", quoted(".")),
  "{{- end }}",
);

/** Metadata that mesh or pod add to the proxy configuration reaches the agent as environment. */
export const proxyMetadata = each(
  "$key, $value",
  ".ProxyConfig.ProxyMetadata",
  value("{{ $key }}", quoted("$value")),
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
    value("{{ $key }}", quoted("$value")),
  ),
);

/** Environment of a sidecar. */
export const sidecarEnvironment = block(
  "env",
  legacyProbes,
  certificateAuthority,
  identity,
  proxyConfig,
  podPorts,
  applications,
  runtimeLimits,
  compliance,
  nodeMetadata,
  datadog,
  proxyMetadata,
);

/** Environment of a gateway. */
export const gatewayEnvironment = block(
  "env",
  certificateAuthority,
  identity,
  proxyConfig,
  podPorts,
  runtimeLimits,
  applications,
  compliance,
  nodeMetadata,
  proxyMetadata,
);
