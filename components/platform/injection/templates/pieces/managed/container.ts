/** The proxy container of a managed gateway. */
import { block, item, json, lines, quoted, when } from "../../template-text";
import { logAsJson, outlierLog, tokenService } from "../arguments";
import { imagePullPolicy, proxyImage } from "../images";

function flag(name: string, value: string): string {
  return lines(`- "${name}"`, `- ${value}`);
}

function logFlag(name: string, annotation: string, value: string): string {
  return flag(
    name,
    quoted(`annotation .ObjectMeta "sidecar.istio.io/${annotation}" .Values.global.${value}`),
  );
}

const logs = lines(
  logFlag("--proxyLogLevel", "logLevel", "proxy.logLevel"),
  logFlag("--proxyComponentLogLevel", "componentLogLevel", "proxy.componentLogLevel"),
  logFlag("--log_output_level", "agentLogLevel", "logging.level"),
);

const domain = flag("--domain", '"$(POD_NAMESPACE).svc.{{ .Values.global.proxy.clusterDomain }}"');

/** Arguments of a gateway at the mesh's edge. */
export const kubeGatewayArguments = block(
  "args",
  '- "proxy"',
  '- "router"',
  domain,
  logs,
  tokenService,
  logAsJson,
);

/** Arguments of a waypoint. It is its own service in the mesh, and sees outliers that it ejects. */
export const waypointArguments = block(
  "args",
  '- "proxy"',
  '- "waypoint"',
  domain,
  flag("--serviceCluster", '"{{ .ServiceAccount }}.$(POD_NAMESPACE)"'),
  logs,
  logAsJson,
  outlierLog,
);

const ports = block(
  "ports",
  item("containerPort: 15020", "name: metrics", "protocol: TCP"),
  item("containerPort: 15021", "name: status-port", "protocol: TCP"),
  item("containerPort: 15090", "name: http-envoy-prom", "protocol: TCP"),
);

function probe(name: string, failures: number, delay: number, period: number): string {
  return block(
    name,
    block("httpGet", "path: /healthz/ready", "port: 15021", "scheme: HTTP"),
    `failureThreshold: ${failures}`,
    `initialDelaySeconds: ${delay}`,
    `periodSeconds: ${period}`,
    "successThreshold: 1",
    "timeoutSeconds: 1",
  );
}

const probes = lines(probe("startupProbe", 30, 1, 1), probe("readinessProbe", 4, 0, 15));

/** No right at all: low ports need none, because the pod moves where they begin. */
function security(...further: readonly string[]): string {
  return block(
    "securityContext",
    "allowPrivilegeEscalation: false",
    "privileged: false",
    "readOnlyRootFilesystem: true",
    "runAsNonRoot: true",
    block("capabilities", "drop:", '- "ALL"'),
    ...further,
  );
}

/** A gateway runs as the user that istiod found for its namespace. */
export const kubeGatewaySecurity = security(
  "runAsUser: {{ .ProxyUID | default 1337 }}",
  "runAsGroup: {{ .ProxyGID | default 1337 }}",
);

/** A waypoint runs as Istio's own user, but for OpenShift, which chooses one when the pod is admitted. */
export const waypointSecurity = security(
  when(
    'ne (index .Values.global "platform" | default "") "openshift"',
    lines("runAsUser: 1337", "runAsGroup: 1337"),
  ),
  when(".Values.gateways.seccompProfile", `seccompProfile: ${json(".Values.gateways.seccompProfile")}`),
);

/** What differs between the proxy containers of managed gateways. */
export interface ManagedContainer {
  readonly arguments: string;
  readonly environment: string;
  readonly mounts: string;
  /** The value that holds requests and limits. */
  readonly resources: string;
  readonly security: string;
  /** Lifecycle hooks, where it has any. */
  readonly lifecycle?: string;
}

/** The list of containers of a managed gateway: the proxy alone. */
export function managedContainers(parts: ManagedContainer): string {
  return lines(
    "containers:",
    item(
      "name: istio-proxy",
      proxyImage,
      imagePullPolicy,
      parts.arguments,
      parts.environment,
      ports,
      probes,
      when(parts.resources, `resources: ${json(`(omitNil ${parts.resources})`)}`),
      parts.lifecycle ?? "",
      parts.security,
      parts.mounts,
    ),
  );
}
