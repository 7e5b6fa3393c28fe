import type { GatewayIntent } from "../../intent/intent";
import type { Compiled } from "../compiled";
import type { Context } from "../context";
import type { HTTPRouteManifest } from "../types/gateway-api";
import { type ListenerPart, widestHosts } from "./listeners";
import { listenerName, redirectName, VERSION } from "./names";

/** Most hosts that one route names. */
const MOST_HOSTNAMES = 16;

/** Answers plain HTTP with a redirect: a route of its own, because a listener of the Gateway API has no word for it. */
export function compileHttpsRedirect(
  context: Context,
  gateway: GatewayIntent,
  parts: readonly ListenerPart[],
): Compiled<HTTPRouteManifest>[] {
  if (!gateway.httpsRedirect) return [];
  const hosts = widestHosts(gateway);
  return Array.from({ length: Math.ceil(hosts.length / MOST_HOSTNAMES) }, (_, part) => {
    const ofPart = hosts.slice(part * MOST_HOSTNAMES, (part + 1) * MOST_HOSTNAMES);
    const listeners = new Set(ofPart.map((host) => listenerName("http", host)));
    return {
      source: { kind: "gateway", gateway: gateway.name },
      manifest: {
        apiVersion: VERSION,
        kind: "HTTPRoute",
        metadata: context.metadata(redirectName(gateway, part), gateway.namespace),
        spec: {
          // The port stands for all listeners there.
          parentRefs: parts
            .filter((each) => each.listeners.some(({ name }) => listeners.has(name)))
            .map(({ parent }) => ({ ...parent, port: 80 })),
          ...(!ofPart.includes("*") && { hostnames: ofPart }),
          rules: [
            { filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }] },
          ],
        },
      },
    };
  });
}
