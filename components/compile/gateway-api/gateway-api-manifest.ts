import type {
  BackendTLSPolicyManifest,
  GatewayManifest,
  GRPCRouteManifest,
  HTTPRouteManifest,
  ListenerSetManifest,
  ReferenceGrantManifest,
  TCPRouteManifest,
  TLSRouteManifest,
} from "../types/gateway-api";
import type { ServiceManifest } from "./service-manifest";

/** Every object that a mesh compiles to with the Gateway API, beside those that it has with either. */
export type GatewayApiManifest =
  | BackendTLSPolicyManifest
  | GatewayManifest
  | GRPCRouteManifest
  | HTTPRouteManifest
  | ListenerSetManifest
  | ReferenceGrantManifest
  | ServiceManifest
  | TCPRouteManifest
  | TLSRouteManifest;
