import { block, lines, when } from "../template-text";

function ready(port: string): string {
  return block("httpGet", "path: /healthz/ready", `port: ${port}`);
}

const READY = ready("15021");

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

function readinessProbe(port: string): string {
  return block(
    "readinessProbe",
    ready(port),
    setting("initialDelaySeconds"),
    setting("periodSeconds"),
    "timeoutSeconds: 3",
    setting("failureThreshold"),
  );
}

/** Probes of a sidecar; a pod without status port has none. */
export const sidecarProbes = when('ne $statusPort "0"', lines(startupProbe, readinessProbe("15021")));

/** Readiness of a gateway, from the mesh's values alone. */
export const gatewayProbes = block(
  "readinessProbe",
  READY,
  "initialDelaySeconds: {{ .Values.global.proxy.readinessInitialDelaySeconds }}",
  "periodSeconds: {{ .Values.global.proxy.readinessPeriodSeconds }}",
  "timeoutSeconds: 3",
  "failureThreshold: {{ .Values.global.proxy.readinessFailureThreshold }}",
);

/** Readiness of an agent without Envoy: it answers itself. */
export const grpcAgentProbes = when('ne $statusPort "0"', readinessProbe("15020"));
