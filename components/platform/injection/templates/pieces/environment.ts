/** The environment that every proxy of the mesh has, whoever deploys it. */
import { each, lines, quoted, when, withValue } from "../template-text";
import { field, limit, value } from "./environment-variable";

/** Where the agent gets its certificates: an authority of the mesh's own, else istiod of this revision. */
export const certificateAuthority = lines(
  value("PILOT_CERT_PROVIDER", quoted(".Values.global.pilotCertProvider")),
  value(
    "CA_ADDR",
    '"{{ if .Values.global.caAddress }}{{ .Values.global.caAddress }}{{ else }}istiod{{ with .Values.revision }}-{{ . }}{{ end }}.{{ .Values.global.istioNamespace }}.svc:15012{{ end }}"',
  ),
);

/** Who the proxy is, from what Kubernetes knows of the pod once it runs. */
export const identity = lines(
  field("POD_NAME", "metadata.name"),
  field("POD_NAMESPACE", "metadata.namespace"),
  field("INSTANCE_IP", "status.podIP"),
  field("SERVICE_ACCOUNT", "spec.serviceAccountName"),
  field("HOST_IP", "status.hostIP"),
);

/** Lets Envoy start as many threads as it may use CPUs. */
export const threads = limit("ISTIO_CPU_LIMIT", "cpu");

/** The part of the proxy configuration that differs from Istio's defaults. */
export const proxyConfig = value("PROXY_CONFIG", "|\n  {{ protoToJSON .ProxyConfig }}");

/** Lets Go's runtime in the agent keep to what the container may use. */
export const runtimeLimits = lines(limit("GOMEMLIMIT", "memory"), limit("GOMAXPROCS", "cpu"));

/** Cryptography that a standard asks for. */
export const compliance = when(
  ".CompliancePolicy",
  lines(
    value("COMPLIANCE_POLICY", quoted(".CompliancePolicy")),
    // Go's own cryptography has a mode for this standard.
    when('eq .CompliancePolicy "fips-140-3"', value("GODEBUG", '"fips140=only"')),
  ),
);

/** The node that the proxy runs on, for routing by locality. */
export const node = field("ISTIO_META_NODE_NAME", "spec.nodeName");

/** The mesh that the proxy belongs to, and the domain of its identities. */
export const meshIdentity = lines(
  withValue(
    ".Values.global.meshID | default .MeshConfig.TrustDomain",
    value("ISTIO_META_MESH_ID", quoted(".")),
  ),
  withValue(".MeshConfig.TrustDomain", value("TRUST_DOMAIN", quoted("."))),
);

/** Metadata that mesh or pod add to the proxy configuration reaches the agent as environment. */
export const proxyMetadata = each(
  "$key, $value",
  ".ProxyConfig.ProxyMetadata",
  value(quoted("$key"), quoted("$value")),
);
