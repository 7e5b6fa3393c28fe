import type { MeshManifest } from "./mesh-manifest";
import { ALLOW_NOTHING } from "./names";

/**
 * The order of apply. The Services of subsets come first, because all else may refer to them. Who may call is settled
 * before anything new can be reached; tokens are read before anybody demands one, and permissions come before the refusal
 * of the rest, so that running calls are not cut; a VirtualService comes after the DestinationRules whose subsets it
 * names, and a route after the permissions to lead to another namespace; what proxies are told becomes less when all of
 * that is there; the gateway opens last.
 */
const ORDER: readonly MeshManifest["kind"][] = [
  "Service",
  "ProxyConfig",
  "PeerAuthentication",
  "RequestAuthentication",
  "AuthorizationPolicy",
  "NetworkPolicy",
  "Telemetry",
  "ServiceEntry",
  "WorkloadGroup",
  "WorkloadEntry",
  "BackendTLSPolicy",
  "DestinationRule",
  "EnvoyFilter",
  "ReferenceGrant",
  "VirtualService",
  "HTTPRoute",
  "GRPCRoute",
  "TCPRoute",
  "TLSRoute",
  "Sidecar",
  "Gateway",
  "ListenerSet",
];

/** Sorted for apply, and the same whatever the order of declaration was. */
export function inApplyOrder(manifests: readonly MeshManifest[]): readonly MeshManifest[] {
  return manifests
    .map((manifest) => ({ manifest, key: sortKey(manifest) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ manifest }) => manifest);
}

function sortKey({ kind, metadata }: MeshManifest): string {
  const refusal = kind === "AuthorizationPolicy" && metadata.name === ALLOW_NOTHING ? 1 : 0;
  // Padded, because a key is compared as text.
  const position = String(ORDER.indexOf(kind)).padStart(3, "0");
  return [position, refusal, metadata.namespace ?? "", metadata.name].join("/");
}
