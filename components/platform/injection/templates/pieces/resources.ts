import { json, lines, when } from "../template-text";

function take(list: string, amount: string, annotation: string): string {
  const name = `"sidecar.istio.io/${annotation}"`;
  return `{{- if isset .ObjectMeta.Annotations ${name} }}{{ $_ := set ${list} "${amount}" (index .ObjectMeta.Annotations ${name}) }}{{ end }}`;
}

/** Reads the annotations for `resources` into `$requests` and `$limits`. */
export const resourceVariables = lines(
  "{{- $requests := dict }}",
  "{{- $limits := dict }}",
  take("$requests", "cpu", "proxyCPU"),
  take("$requests", "memory", "proxyMemory"),
  take("$limits", "cpu", "proxyCPULimit"),
  take("$limits", "memory", "proxyMemoryLimit"),
);

/**
 * Requests and limits of the proxy and of its init container. One annotation is enough to leave the mesh's values aside
 * altogether, so that a pod that asks for its own CPU does not inherit a limit that was chosen with another request in mind.
 */
export const resources = when(
  "or $requests $limits",
  'resources: {{ dict "requests" $requests "limits" $limits | structToJSON }}',
  when(".Values.global.proxy.resources", `resources: ${json("(omitNil .Values.global.proxy.resources)")}`),
);
