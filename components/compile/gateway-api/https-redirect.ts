import type { GatewayIntent } from "../../intent/intent";
import type { Compiled } from "../compiled";
import type { Context } from "../context";
import type { HTTPRouteManifest } from "../types/gateway-api";
import type { ListenerPart } from "./listeners";
import { redirectName, VERSION } from "./names";

/** Answers plain HTTP with a redirect: a route of its own, because a listener of the Gateway API has no word for it. */
export function compileHttpsRedirect(
  context: Context,
  gateway: GatewayIntent,
  parts: readonly ListenerPart[],
): Compiled<HTTPRouteManifest>[] {
  if (!gateway.httpsRedirect) return [];
  return [
    {
      source: { kind: "gateway", gateway: gateway.name },
      manifest: {
        apiVersion: VERSION,
        kind: "HTTPRoute",
        metadata: context.metadata(redirectName(gateway), gateway.namespace),
        spec: {
          // The port stands for all listeners there, whose hosts are the gateway's.
          parentRefs: parts.map(({ parent }) => ({ ...parent, port: 80 })),
          rules: [
            {
              filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }],
            },
          ],
        },
      },
    },
  ];
}
