export type { AutoscaleArgs, ControlPlaneArgs, Resources } from "./args";
export { ControlPlane } from "./control-plane";
export {
  AccessLogEncoding,
  type DefaultProvidersArgs,
  type MeshConfigArgs,
  OutboundTrafficMode,
  PathNormalization,
  type ProxyDefaultsArgs,
  TlsVersion,
} from "./mesh-config-args";
export { Profile } from "./profile";
