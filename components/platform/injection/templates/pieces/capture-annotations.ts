import { lines, quoted, when } from "../template-text";
import {
  effective,
  excludeInboundPorts,
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

function copied({ annotation }: Setting, pipeline: string): string {
  return `${annotation}: ${quoted(pipeline)}`;
}

function unlessEmpty(setting: Setting): string {
  return when(effective(setting), copied(setting, effective(setting)));
}

function whereGiven(setting: Setting): string {
  return when(isGiven(setting), copied(setting, effective(setting)));
}

/** The CNI plugin has no arguments per pod: it reads what the pod's annotations say, so they must say all of it. */
export const captureAnnotations = lines(
  `sidecar.istio.io/interceptionMode: ${quoted("$mode")}`,
  unlessEmpty(includeOutboundIPRanges),
  unlessEmpty(excludeOutboundIPRanges),
  // An empty list means that no port is captured, so it is said too.
  copied(includeInboundPorts, effective(includeInboundPorts)),
  copied(excludeInboundPorts, uncapturedInboundPorts),
  whereGiven(includeOutboundPorts),
  whereGiven(excludeOutboundPorts),
  whereGiven(kubevirtInterfaces),
  whereGiven(rerouteVirtualInterfaces),
  whereGiven(excludeInterfaces),
);
