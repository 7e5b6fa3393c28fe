export type { AutoscaleArgs, ControlPlaneArgs, Resources } from "./args";
export { ControlPlane } from "./control-plane";
export type { ConfigClusterArgs, ExternalIstiodArgs } from "./external/args";
export { Profile } from "./profile";
export { AddressType, type RemoteIstiodArgs } from "./remote/args";
