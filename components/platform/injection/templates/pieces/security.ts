import { block, each, item, json, lines, when } from "../template-text";

const dropAll = lines("drop:", '- "ALL"');
const privileges = lines(
  "allowPrivilegeEscalation: {{ .Values.global.proxy.privileged }}",
  "privileged: {{ .Values.global.proxy.privileged }}",
);
const proxyGroup = "runAsGroup: {{ .ProxyGID | default 1337 }}";
const proxyUser = "runAsUser: {{ .ProxyUID | default 1337 }}";
const seccompProfile = when(
  ".Values.global.proxy.seccompProfile",
  `seccompProfile: ${json(".Values.global.proxy.seccompProfile")}`,
);
/** Istio's own group, which the rules of a transparent proxy name. */
const OWN_GROUP = "runAsGroup: 1337";
const transparent = 'eq $mode "TPROXY"';

/** istio-init edits the pod's iptables as root; istio-validation only looks, and runs as the proxy does. */
export const initSecurity = block(
  "securityContext",
  privileges,
  block(
    "capabilities",
    when("not .Values.pilot.cni.enabled", lines("add:", '- "NET_ADMIN"', '- "NET_RAW"')),
    dropAll,
  ),
  when(
    ".Values.pilot.cni.enabled",
    lines(
      "readOnlyRootFilesystem: true",
      "runAsNonRoot: true",
      when(transparent, lines(OWN_GROUP, "runAsUser: 1337"), lines(proxyGroup, proxyUser)),
    ),
    lines("readOnlyRootFilesystem: false", "runAsNonRoot: false", "runAsGroup: 0", "runAsUser: 0"),
  ),
  seccompProfile,
);

/** Writing iptables' trace to the log takes the kernel's ring buffer, hence everything. */
const tracing = lines(
  "allowPrivilegeEscalation: true",
  block("capabilities", "add:", '- "NET_ADMIN"', dropAll),
  "privileged: true",
  "readOnlyRootFilesystem: true",
  "runAsNonRoot: false",
  proxyGroup,
  "runAsUser: 0",
);

const asRoot = `or (${transparent}) $bindsLowPorts`;

/**
 * A transparent proxy keeps the caller's address, which takes root and NET_ADMIN, and one that may bind low ports takes
 * root and the capability for that; its own traffic is told apart by its group, so the platform has no say in that.
 * Otherwise the proxy has no rights at all.
 */
const ordinary = lines(
  privileges,
  block(
    "capabilities",
    when(
      asRoot,
      lines("add:", when(transparent, '- "NET_ADMIN"'), when("$bindsLowPorts", '- "NET_BIND_SERVICE"')),
    ),
    dropAll,
  ),
  "readOnlyRootFilesystem: true",
  when(
    asRoot,
    lines(OWN_GROUP, "runAsNonRoot: false", "runAsUser: 0"),
    lines(proxyGroup, "runAsNonRoot: true", proxyUser),
  ),
);

/** Security context of a sidecar. */
export const sidecarSecurity = block(
  "securityContext",
  when('eq (index .ProxyConfig.ProxyMetadata "IPTABLES_TRACE_LOGGING") "true"', tracing, ordinary),
  seccompProfile,
);

/** Security context of an injected gateway's container: the deployment around it says the rest. */
export const gatewaySecurity = block("securityContext", proxyUser, proxyGroup);

function gatewayPod(...further: readonly string[]): string {
  return block(
    "securityContext",
    when(
      ".Values.gateways.securityContext",
      each("$key, $value", ".Values.gateways.securityContext", `{{ $key }}: ${json("$value")}`),
      lines("sysctls:", item("name: net.ipv4.ip_unprivileged_port_start", 'value: "0"')),
    ),
    ...further,
  );
}

/** Security context of an injected gateway's pod: by default it may bind low ports without being root. */
export const gatewayPodSecurity = gatewayPod();

/** Security context of a managed gateway's pod. */
export const kubeGatewayPodSecurity = gatewayPod(
  when(".Values.gateways.seccompProfile", `seccompProfile: ${json(".Values.gateways.seccompProfile")}`),
);
