import type { NetworkPolicyManifest } from "./network-policy-manifest";
import type { GatewayApiManifest } from "./gateway-api/gateway-api-manifest";
import type {
  AuthorizationPolicyManifest,
  DestinationRuleManifest,
  EnvoyFilterManifest,
  GatewayManifest,
  PeerAuthenticationManifest,
  ProxyConfigManifest,
  RequestAuthenticationManifest,
  ServiceEntryManifest,
  SidecarManifest,
  TelemetryManifest,
  VirtualServiceManifest,
  WorkloadEntryManifest,
  WorkloadGroupManifest,
} from "./types";

/** Every object that a mesh compiles to. */
export type MeshManifest =
  | AuthorizationPolicyManifest
  | DestinationRuleManifest
  | EnvoyFilterManifest
  | GatewayApiManifest
  | GatewayManifest
  | NetworkPolicyManifest
  | PeerAuthenticationManifest
  | ProxyConfigManifest
  | RequestAuthenticationManifest
  | ServiceEntryManifest
  | SidecarManifest
  | TelemetryManifest
  | VirtualServiceManifest
  | WorkloadEntryManifest
  | WorkloadGroupManifest;

/** A name for an object in messages: `VirtualService bookinfo/reviews`. */
export function identify({ kind, metadata }: MeshManifest): string {
  return `${kind} ${metadata.namespace ?? ""}/${metadata.name}`;
}
