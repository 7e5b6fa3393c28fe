import { block, lines, when } from "../template-text";

const READY = block("httpGet", "path: /healthz/ready", "port: 15021");

function setting(name: string): string {
  const value = `.Values.global.proxy.readiness${name[0]?.toUpperCase() ?? ""}${name.slice(1)}`;
  return `${name}: {{ annotation .ObjectMeta "readiness.status.sidecar.istio.io/${name}" ${value} }}`;
}

/** Gives the proxy ten minutes to come up before liveness counts, without slowing down one that is quick. */
const startupProbe = when(
  ".Values.global.proxy.startupProbe.enabled",
  block(
    "startupProbe",
    READY,
    "initialDelaySeconds: 0",
    "periodSeconds: 1",
    "timeoutSeconds: 3",
    "failureThreshold: {{ .Values.global.proxy.startupProbe.failureThreshold }}",
  ),
);

const readinessProbe = block(
  "readinessProbe",
  READY,
  setting("initialDelaySeconds"),
  setting("periodSeconds"),
  "timeoutSeconds: 3",
  setting("failureThreshold"),
);

/** Probes of a sidecar; a pod without status port has none. */
export const sidecarProbes = when('ne $statusPort "0"', lines(startupProbe, readinessProbe));

/** Readiness of a gateway, from the mesh's values alone. */
export const gatewayProbes = block(
  "readinessProbe",
  READY,
  "initialDelaySeconds: {{ .Values.global.proxy.readinessInitialDelaySeconds }}",
  "periodSeconds: {{ .Values.global.proxy.readinessPeriodSeconds }}",
  "timeoutSeconds: 3",
  "failureThreshold: {{ .Values.global.proxy.readinessFailureThreshold }}",
);
