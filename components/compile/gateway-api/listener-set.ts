import type { GatewayIntent } from "../../intent/intent";
import type { Compiled } from "../compiled";
import type { Context } from "../context";
import type { ListenerSetManifest } from "../types/gateway-api";
import type { ListenerPart } from "./listeners";
import { GROUP, VERSION } from "./names";

/** The listeners that a Gateway has no room for, in sets that are attached to it. */
export function compileListenerSets(
  context: Context,
  gateway: GatewayIntent,
  parts: readonly ListenerPart[],
): Compiled<ListenerSetManifest>[] {
  return parts
    .filter(({ parent }) => parent.kind === "ListenerSet")
    .map(({ parent, listeners }) => ({
      source: { kind: "gateway", gateway: gateway.name },
      manifest: {
        apiVersion: VERSION,
        kind: "ListenerSet",
        metadata: context.metadata(parent.name, gateway.namespace),
        spec: { parentRef: { group: GROUP, kind: "Gateway", name: gateway.name }, listeners },
      },
    }));
}
