import type { GatewayIntent } from "../../intent";
import type { InputProblem } from "../../intent/problem";
import type { GatewayArgs } from "../gateway";
import { gatewaySettings } from "../gateway/settings";
import { printed } from "../problems";

/**
 * A gateway whose Service offers the further ports that the mesh serves there: added where its ports are the usual ones.
 *
 * @param typed the gateways of the mesh
 * @param problems receives a port that the gateway's own list lacks, or leads elsewhere
 */
export function withServerPorts(
  args: GatewayArgs,
  typed: readonly GatewayIntent[],
  path: string,
  problems: InputProblem[],
): GatewayArgs {
  const { ports, namespace, selector, labels } = gatewaySettings(args);
  const own: Readonly<Record<string, string>> = { ...labels, ...selector };
  const servers = typed.flatMap((gateway) => {
    const serves =
      gateway.namespace === namespace &&
      Object.entries(gateway.selector).every(([label, value]) => own[label] === value);
    return serves && gateway.server !== undefined ? [{ ...gateway.server, gateway: gateway.name }] : [];
  });
  const missing = [...new Map(servers.map((server) => [server.port, server])).values()].filter(
    ({ port, targetPort }) => !ports.some((each) => each.port === port && each.targetPort === targetPort),
  );
  if (missing.length === 0) return args;
  if (args.ports === undefined && !missing.some(({ port }) => ports.some((each) => each.port === port))) {
    const added = missing.map(({ port, targetPort, protocol, gateway, of }) => ({
      name: `${protocol}-${gateway.slice(of.length + 1)}`,
      port,
      targetPort,
    }));
    return { ...args, ports: [...ports.map((port) => ({ ...port })), ...added] };
  }
  for (const { port, targetPort, gateway } of missing) {
    const other = ports.find((each) => each.port === port);
    problems.push({
      id: "platform/gateway-port",
      path: `${path}.ports`,
      message: `does not offer what gateway ${printed(gateway)} of the mesh serves`,
      got: other === undefined ? "no such port" : `port ${port} with targetPort ${other.targetPort}`,
      expected: `port ${port} with targetPort ${targetPort}`,
      fix: "Add the port, correct the server of the mesh, or leave `ports` out for the usual ones and the mesh's",
    });
  }
  return args;
}
