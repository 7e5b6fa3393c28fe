import { lines, quoted, when } from "../template-text";
import {
  effective,
  excludeInterfaces,
  excludeOutboundIPRanges,
  excludeOutboundPorts,
  includeInboundPorts,
  includeOutboundIPRanges,
  includeOutboundPorts,
  isGiven,
  kubevirtInterfaces,
  rerouteVirtualInterfaces,
  type Setting,
  uncapturedInboundPorts,
} from "./capture-settings";

/** Envoy's own ports, in front of whatever the pod leaves alone. */
const PROXY_PORTS = "15090,15021";

function flag(name: string, value: string): string {
  return lines(`- "${name}"`, `- ${value}`);
}

function setting(name: string, given: Setting): string {
  return flag(name, quoted(effective(given)));
}

function optional(name: string, given: Setting): string {
  return when(isGiven(given), setting(name, given));
}

/** Arguments of `istio-iptables`, which sets the capture up, or checks it. */
export const iptablesArguments = lines(
  '- "istio-iptables"',
  flag("-p", quoted(".MeshConfig.ProxyListenPort | default 15001")),
  flag("-z", quoted(".MeshConfig.ProxyInboundListenPort | default 15006")),
  // A transparent proxy is told apart by its group, whatever user the platform gives the namespace.
  flag("-u", quoted('eq $mode "TPROXY" | ternary 1337 .ProxyUID | default 1337')),
  flag("-m", quoted("$mode")),
  setting("-i", includeOutboundIPRanges),
  setting("-x", excludeOutboundIPRanges),
  setting("-b", includeInboundPorts),
  flag("-d", `"${PROXY_PORTS}{{ with ${uncapturedInboundPorts} }},{{ . }}{{ end }}"`),
  optional("-q", includeOutboundPorts),
  optional("-o", excludeOutboundPorts),
  // The newer name wins over the older one.
  when(
    isGiven(rerouteVirtualInterfaces),
    setting("-k", rerouteVirtualInterfaces),
    optional("-k", kubevirtInterfaces),
  ),
  optional("-c", excludeInterfaces),
);
