import type { PolicyWithPortsIntent, PortIntent, PortPolicyIntent } from "../intent/intent";
import { clientTls } from "./tls";
import type { DestinationRuleTrafficPolicy, DestinationRuleTrafficPolicyPortLevelSetting } from "./types";

/**
 * A policy as a DestinationRule says it.
 *
 * Where a port has settings of its own, Istio forgets everything else for that port, so what is left out there is
 * written out.
 *
 * @param layers from the widest to the narrowest; a later one replaces what it says again
 */
export function trafficPolicy(
  layers: readonly PolicyWithPortsIntent[],
  ports: readonly PortIntent[],
): DestinationRuleTrafficPolicy | undefined {
  const { ports: _, tls, proxyProtocol, ...whole } = Object.assign({}, ...layers) as PolicyWithPortsIntent;
  const settings = ports.flatMap(({ name, number }): DestinationRuleTrafficPolicyPortLevelSetting[] => {
    if (!layers.some((layer) => layer.ports?.[name] !== undefined)) return [];
    // A narrower layer replaces what a wider one says of the port, too.
    const merged = Object.assign(
      {},
      ...layers.flatMap((layer) => [layer, layer.ports?.[name] ?? {}]),
    ) as PortPolicyIntent;
    return [{ port: { number }, ...portPolicy(merged) }];
  });
  const policy: DestinationRuleTrafficPolicy = {
    ...whole,
    ...(tls && { tls: clientTls(tls) }),
    ...(proxyProtocol && { proxyProtocol: { version: proxyProtocol } }),
    ...(settings.length > 0 && { portLevelSettings: settings }),
  };
  return Object.keys(policy).length > 0 ? policy : undefined;
}

function portPolicy({
  loadBalancer,
  connectionPool,
  outlierDetection,
  tls,
}: PortPolicyIntent): DestinationRuleTrafficPolicyPortLevelSetting {
  return {
    ...(connectionPool && { connectionPool }),
    ...(loadBalancer && { loadBalancer }),
    ...(outlierDetection && { outlierDetection }),
    ...(tls && { tls: clientTls(tls) }),
  };
}
