import { lines, quoted, when } from "../template-text";

const TRAFFIC = "traffic.sidecar.istio.io";

interface Setting {
  /** The annotation that a pod overrides the mesh's value with. */
  readonly annotation: string;
  /** The mesh's value, below `.Values.global.proxy`; without one only the annotation counts. */
  readonly value?: string;
}

const includeOutboundIPRanges: Setting = {
  annotation: `${TRAFFIC}/includeOutboundIPRanges`,
  value: "includeIPRanges",
};
const excludeOutboundIPRanges: Setting = {
  annotation: `${TRAFFIC}/excludeOutboundIPRanges`,
  value: "excludeIPRanges",
};
const includeInboundPorts: Setting = {
  annotation: `${TRAFFIC}/includeInboundPorts`,
  value: "includeInboundPorts",
};
const excludeInboundPorts: Setting = {
  annotation: `${TRAFFIC}/excludeInboundPorts`,
  value: "excludeInboundPorts",
};
const includeOutboundPorts: Setting = {
  annotation: `${TRAFFIC}/includeOutboundPorts`,
  value: "includeOutboundPorts",
};
const excludeOutboundPorts: Setting = {
  annotation: `${TRAFFIC}/excludeOutboundPorts`,
  value: "excludeOutboundPorts",
};
const kubevirtInterfaces: Setting = { annotation: `${TRAFFIC}/kubevirtInterfaces` };
const rerouteVirtualInterfaces: Setting = { annotation: "istio.io/reroute-virtual-interfaces" };
const excludeInterfaces: Setting = { annotation: `${TRAFFIC}/excludeInterfaces` };

/** What holds for the pod: its annotation, else the mesh's value. */
function setting({ annotation, value }: Setting): string {
  return value === undefined
    ? `(index .ObjectMeta.Annotations "${annotation}")`
    : `(annotation .ObjectMeta "${annotation}" .Values.global.proxy.${value})`;
}

/** Whether pod or mesh say anything: an annotation that is there but empty does. */
function isGiven({ annotation, value }: Setting): string {
  const annotated = `(isset .ObjectMeta.Annotations "${annotation}")`;
  return value === undefined ? annotated : `or ${annotated} .Values.global.proxy.${value}`;
}

/** The inbound ports that are left alone: the agent must be reachable for the kubelet whatever the pod says. */
const uncapturedInboundPorts = `(excludeInboundPort $statusPort ${setting(excludeInboundPorts)})`;

function flag(name: string, value: string): string {
  return lines(`- "${name}"`, `- ${quoted(value)}`);
}

function optionalFlag(name: string, given: Setting): string {
  return when(isGiven(given), flag(name, setting(given)));
}

/** Envoy's own ports, in front of whatever the pod leaves alone. */
const PROXY_PORTS = "15090,15021";

/** Arguments of `istio-iptables`: which traffic of the pod goes through the proxy. */
export const iptablesArguments = lines(
  '- "istio-iptables"',
  flag("-p", ".MeshConfig.ProxyListenPort | default 15001"),
  flag("-z", ".MeshConfig.ProxyInboundListenPort | default 15006"),
  // A transparent proxy runs as root, so its own traffic is told apart by the user of its group instead.
  flag("-u", '$mode | eq "TPROXY" | ternary 1337 .ProxyUID | default 1337'),
  flag("-m", "$mode"),
  flag("-i", setting(includeOutboundIPRanges)),
  flag("-x", setting(excludeOutboundIPRanges)),
  flag("-b", setting(includeInboundPorts)),
  '- "-d"',
  `- "${PROXY_PORTS}{{ with ${uncapturedInboundPorts} }},{{ . }}{{ end }}"`,
  optionalFlag("-q", includeOutboundPorts),
  optionalFlag("-o", excludeOutboundPorts),
  optionalFlag("-k", kubevirtInterfaces),
  optionalFlag("-k", rerouteVirtualInterfaces),
  optionalFlag("-c", excludeInterfaces),
);

function copied(given: Setting, condition?: string, value = setting(given)): string {
  const line = `${given.annotation}: ${quoted(value)}`;
  return condition === undefined ? line : when(condition, line);
}

/** The CNI plugin has no arguments per pod: it reads what the pod's annotations say, so they must say all of it. */
export const captureAnnotations = lines(
  `sidecar.istio.io/interceptionMode: ${quoted("$mode")}`,
  copied(includeOutboundIPRanges, setting(includeOutboundIPRanges).slice(1, -1)),
  copied(excludeOutboundIPRanges, setting(excludeOutboundIPRanges).slice(1, -1)),
  copied(includeInboundPorts, setting(includeInboundPorts).slice(1, -1)),
  copied(excludeInboundPorts, undefined, uncapturedInboundPorts),
  copied(includeOutboundPorts, isGiven(includeOutboundPorts)),
  copied(excludeOutboundPorts, isGiven(excludeOutboundPorts)),
  copied(kubevirtInterfaces, isGiven(kubevirtInterfaces)),
  copied(rerouteVirtualInterfaces, isGiven(rerouteVirtualInterfaces)),
  copied(excludeInterfaces, isGiven(excludeInterfaces)),
);
