export type { AutoscaleArgs, ControlPlaneArgs, Resources } from "./args";
export { ControlPlane } from "./control-plane";
export { Profile } from "./profile";
