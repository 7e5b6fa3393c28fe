import { lines, variable, when } from "../template-text";
import { value } from "./environment-variable";

/**
 * Whether a tracing provider of the mesh wants spans that say what OpenTelemetry's conventions for Kubernetes say of a
 * service. Otherwise the proxy names services as Istio always has.
 */
const wanted = lines(
  variable("$conventions", "false"),
  "{{- range .MeshConfig.ExtensionProviders }}",
  '{{- if eq (print .GetOpentelemetry.GetServiceAttributeEnrichment) "OTEL_SEMANTIC_CONVENTIONS" }}{{ $conventions = true }}{{ end }}',
  "{{- end }}",
);

function annotated(attribute: string): string {
  return `(index .ObjectMeta.Annotations "resource.opentelemetry.io/${attribute}")`;
}

/** An image's tag or digest says the version only where it is the pod's only one. */
const version = when(
  "eq (len .Spec.Containers) 1",
  '{{- $image = regexFind "[:@][^/]+$" (index .Spec.Containers 0).Image | trimPrefix "@" | trimPrefix ":" }}',
);

/** The pod has no name yet; Kubernetes puts it in when the container starts. */
const instance = when(
  ".Spec.Containers",
  '{{- $instance = printf "%s.$(POD_NAME).%s" $namespace (index .Spec.Containers 0).Name }}',
);

function add(attribute: string, source: string): string {
  return `{{- with ${source} }}{{ $attributes = append $attributes (printf "${attribute}=%s" .) }}{{ end }}`;
}

/** Environment with the attributes of the service; its name follows from the proxy's own configuration. */
export const telemetryAttributes = lines(
  wanted,
  when(
    "$conventions",
    lines(
      variable("$namespace", 'coalesce .DeploymentMeta.Namespace .ObjectMeta.Namespace "default"'),
      variable("$image", '""'),
      variable("$instance", '""'),
      variable("$attributes", "list"),
      version,
      instance,
      add("service.namespace", `coalesce ${annotated("service.namespace")} $namespace`),
      add(
        "service.version",
        `coalesce ${annotated("service.version")} (index .ObjectMeta.Labels "app.kubernetes.io/version") $image`,
      ),
      add("service.instance.id", `coalesce ${annotated("service.instance.id")} $instance`),
      value("OTEL_RESOURCE_ATTRIBUTES", '{{ $attributes | join "," | quote }}'),
    ),
  ),
);
