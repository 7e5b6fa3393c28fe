import { isHostUnder } from "../../intent/dns";
import { gatewayLayer, gatewayPorts } from "../../intent/gateway-layer";
import type { GatewayIntent } from "../../intent/intent";
import { show } from "../../intent/show";
import type { GatewayListener } from "../types/gateway-api";
import { GROUP, listenerName, type ListenerProtocol, listenerSetName } from "./names";
import type { Refusals } from "./refusals";

/** Most listeners of a Gateway, and of each ListenerSet. */
const MOST_LISTENERS = 64;

/** The option by which istiod asks callers for a certificate, checked against `ca.crt` of the same secret. */
const TERMINATE_MODE = "gateway.istio.io/tls-terminate-mode";

/** What a route is attached to. */
export interface Parent {
  readonly group: string;
  readonly kind: "Gateway" | "ListenerSet";
  readonly name: string;
}

/** The listeners of a Gateway, in parts that fit into one object: the first is the Gateway's own, the others are sets. */
export interface ListenerPart {
  readonly parent: Parent;
  readonly listeners: readonly GatewayListener[];
}

/** A Gateway has a listener for each host, and a second one where it redirects plain HTTP. */
export function listenerParts(gateway: GatewayIntent, refusals: Refusals): readonly ListenerPart[] {
  const { tls, passthrough, server } = gateway;
  if (gatewayLayer(gateway) === "tcp" || (server !== undefined && gateway.httpsRedirect)) {
    const path = `gateways.${server?.of}.servers`;
    const what = gateway.httpsRedirect
      ? "a port that only redirects"
      : "connections as a server of a gateway";
    refusals.report("gateway-server", path, "cannot be written for the Gateway API yet", {
      got: `${show(gateway.name)}, ${what}`,
      expected: "ports that serve requests, or connections of a gateway's own",
    });
    return [];
  }
  const listeners = widestHosts(gateway).flatMap((host): readonly GatewayListener[] => {
    if (passthrough) return [{ ...listener("tls", host, server?.port), tls: { mode: "Passthrough" } }];
    return gatewayPorts(gateway).map(({ port, protocol }) =>
      protocol === "https" && tls !== undefined
        ? { ...listener(protocol, host, port), tls: tlsOf(gateway, refusals) }
        : listener("http", host, port),
    );
  });
  const parts = Array.from({ length: Math.ceil(listeners.length / MOST_LISTENERS) }, (_, part) =>
    listeners.slice(part * MOST_LISTENERS, (part + 1) * MOST_LISTENERS),
  );
  return parts.map((each, part) => ({ parent: parentOf(gateway, part), listeners: each }));
}

function parentOf(gateway: GatewayIntent, part: number): Parent {
  return part === 0
    ? { group: GROUP, kind: "Gateway", name: gateway.name }
    : { group: GROUP, kind: "ListenerSet", name: listenerSetName(gateway, part) };
}

/**
 * The hosts that no other host of the gateway covers. A listener takes its host from a wider one and would answer 404
 * where a route says the wider host; all of them share one certificate, so the wider one is enough.
 */
export function widestHosts({ hosts }: GatewayIntent): readonly string[] {
  return hosts.filter((host) => !hosts.some((other) => other !== host && isHostUnder(host, other)));
}

/** The listener that answers for a host of the gateway, and the object that holds it. */
export function sectionOf(
  gateway: GatewayIntent,
  parts: readonly ListenerPart[],
  host: string,
): { readonly parent: Parent; readonly sectionName: string } | undefined {
  const widest = widestHosts(gateway).find((each) => isHostUnder(host, each));
  if (widest === undefined) return undefined;
  const sectionName = listenerName(protocolOf(gateway), widest);
  const part = parts.find(({ listeners }) => listeners.some(({ name }) => name === sectionName));
  return part && { parent: part.parent, sectionName };
}

/** What is spoken to callers where the routes of a gateway hold. */
function protocolOf({ tls, passthrough }: GatewayIntent): ListenerProtocol {
  if (passthrough) return "tls";
  return tls === undefined ? "http" : "https";
}

function listener(protocol: ListenerProtocol, host: string, port = 443): GatewayListener {
  return {
    name: listenerName(protocol, host),
    ...(host !== "*" && { hostname: host }),
    port,
    protocol: protocol.toUpperCase(),
    // Routes live beside their gateway: nobody else's can claim its hosts.
    allowedRoutes: { namespaces: { from: "Same" } },
  };
}

function tlsOf(gateway: GatewayIntent, refusals: Refusals): NonNullable<GatewayListener["tls"]> {
  const path = `gateways.${gateway.name}.tls`;
  const { credentialName, mode, minProtocolVersion, ...rest } = gateway.tls ?? {};
  if (minProtocolVersion === "TLSV1_3" && refusals.once(`${path}.minProtocolVersion`)) {
    refusals.report(
      "tls-version",
      `${path}.minProtocolVersion`,
      "the Gateway API has no lowest TLS version; istiod takes 1.2",
      { got: show(minProtocolVersion), expected: '"TLSV1_2"', fix: "leave it out" },
    );
  }
  if (mode === "optional-mutual" && refusals.once(`${path}.mode`)) {
    refusals.report(
      "optional-client-certificate",
      `${path}.mode`,
      "the Gateway API's standard channel asks every caller for a certificate, or none",
      { got: show(mode), expected: '"mutual" or "simple"', fix: "ask every caller for one" },
    );
  }
  if (refusals.once(path)) refusals.unknown(path, rest);
  return {
    mode: "Terminate",
    certificateRefs: [{ group: "", kind: "Secret", name: credentialName ?? "" }],
    ...(mode === "mutual" && { options: { [TERMINATE_MODE]: "MUTUAL" } }),
  };
}
