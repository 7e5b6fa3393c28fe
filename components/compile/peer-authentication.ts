import type { Compiled } from "./compiled";
import type { Context } from "./context";
import { MESH_PEER_AUTHENTICATION } from "./names";
import type { PeerAuthenticationManifest } from "./types";

/** One statement for the whole mesh: without a selector, in the root namespace. */
export function compilePeerAuthentications(context: Context): Compiled<PeerAuthenticationManifest>[] {
  return [
    {
      source: { kind: "mesh" },
      manifest: {
        apiVersion: "security.istio.io/v1",
        kind: "PeerAuthentication",
        metadata: context.metadata(MESH_PEER_AUTHENTICATION, context.rootNamespace),
        spec: { mtls: { mode: context.intent.mtls === "strict" ? "STRICT" : "PERMISSIVE" } },
      },
    },
  ];
}
