import type { Compiled } from "./compiled";
import type { Context } from "./context";
import { allowSniAtGateway } from "./names";
import { chosenBy } from "./selection";
import type { AuthorizationPolicyManifest } from "./types";

/**
 * What a gateway that passes TLS on lets through: it cannot read the host of a request, so the server name counts that
 * the connection asks for. With `defaultDeny: "off"` there is none, as for every permission.
 */
export function compilePassthroughPermissions(context: Context): Compiled<AuthorizationPolicyManifest>[] {
  if (context.intent.defaultDeny === "off") return [];
  return context.intent.gateways
    .filter(({ passthrough, exposures }) => passthrough && exposures.length > 0)
    .map((gateway) => ({
      source: { kind: "gateway", gateway: gateway.name },
      manifest: {
        apiVersion: "security.istio.io/v1",
        kind: "AuthorizationPolicy",
        metadata: context.permissionMetadata(allowSniAtGateway(gateway), gateway.namespace),
        spec: {
          ...chosenBy(gateway),
          action: "ALLOW",
          rules: [{ when: [{ key: "connection.sni", values: gateway.exposures.map(({ host }) => host) }] }],
        },
      },
    }));
}
