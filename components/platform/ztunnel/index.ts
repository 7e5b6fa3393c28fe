export type { ZtunnelArgs } from "./args";
export { Ztunnel } from "./ztunnel";
