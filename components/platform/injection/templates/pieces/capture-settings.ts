/** Which traffic of a pod goes through the proxy: what the mesh says, and what the pod's annotations say instead. */

/** One setting of the capture. */
export interface Setting {
  readonly annotation: string;
  /** The mesh's value, below `.Values.global.proxy`; without one only the annotation counts. */
  readonly value?: string;
}

const TRAFFIC = "traffic.sidecar.istio.io";

export const includeOutboundIPRanges: Setting = {
  annotation: `${TRAFFIC}/includeOutboundIPRanges`,
  value: "includeIPRanges",
};
export const excludeOutboundIPRanges: Setting = {
  annotation: `${TRAFFIC}/excludeOutboundIPRanges`,
  value: "excludeIPRanges",
};
export const includeInboundPorts: Setting = {
  annotation: `${TRAFFIC}/includeInboundPorts`,
  value: "includeInboundPorts",
};
export const excludeInboundPorts: Setting = {
  annotation: `${TRAFFIC}/excludeInboundPorts`,
  value: "excludeInboundPorts",
};
export const includeOutboundPorts: Setting = {
  annotation: `${TRAFFIC}/includeOutboundPorts`,
  value: "includeOutboundPorts",
};
export const excludeOutboundPorts: Setting = {
  annotation: `${TRAFFIC}/excludeOutboundPorts`,
  value: "excludeOutboundPorts",
};
export const kubevirtInterfaces: Setting = { annotation: `${TRAFFIC}/kubevirtInterfaces` };
export const rerouteVirtualInterfaces: Setting = { annotation: "istio.io/reroute-virtual-interfaces" };
export const excludeInterfaces: Setting = { annotation: `${TRAFFIC}/excludeInterfaces` };

/** A pipeline with what holds for the pod. */
export function effective({ annotation, value }: Setting): string {
  return value === undefined
    ? `index .ObjectMeta.Annotations "${annotation}"`
    : `annotation .ObjectMeta "${annotation}" .Values.global.proxy.${value}`;
}

/** A condition: whether pod or mesh say anything. An annotation that is there but empty does. */
export function isGiven({ annotation, value }: Setting): string {
  const annotated = `isset .ObjectMeta.Annotations "${annotation}"`;
  return value === undefined ? annotated : `or (${annotated}) .Values.global.proxy.${value}`;
}

/** A pipeline with the inbound ports that are left alone: the kubelet must reach the agent whatever the pod says. */
export const uncapturedInboundPorts = `excludeInboundPort $statusPort (${effective(excludeInboundPorts)})`;
