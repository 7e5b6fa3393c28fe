/** The proxy container of a managed gateway. */
import { block, item, json, lines, quoted, when } from "../../template-text";
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

/** Arguments of the agent in the given role, with what only that role has. */
export function managedArguments(role: "router" | "waypoint", ...further: readonly string[]): string {
  return block(
    "args",
    '- "proxy"',
    `- "${role}"`,
    flag("--domain", '"$(POD_NAMESPACE).svc.{{ .Values.global.proxy.clusterDomain }}"'),
    ...further,
    logFlag("--proxyLogLevel", "logLevel", "proxy.logLevel"),
    logFlag("--proxyComponentLogLevel", "componentLogLevel", "proxy.componentLogLevel"),
    logFlag("--log_output_level", "agentLogLevel", "logging.level"),
    when(".Values.global.sts.servicePort", '- "--stsPort={{ .Values.global.sts.servicePort }}"'),
    when(".Values.global.logAsJson", '- "--log_as_json"'),
  );
}

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
    "runAsUser: {{ .ProxyUID | default 1337 }}",
    "runAsGroup: {{ .ProxyGID | default 1337 }}",
    block("capabilities", "drop:", '- "ALL"'),
    ...further,
  );
}

/** What differs between the proxy containers of managed gateways. */
export interface ManagedContainer {
  readonly arguments: string;
  readonly environment: string;
  readonly mounts: string;
  /** The value that holds requests and limits. */
  readonly resources: string;
  /** Further lines of the security context. */
  readonly security?: string;
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
      security(parts.security ?? ""),
      parts.mounts,
    ),
  );
}
