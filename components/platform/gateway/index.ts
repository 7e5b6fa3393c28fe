export {
  ExternalTrafficPolicy,
  type GatewayArgs,
  GatewayDirection,
  type GatewayPortArgs,
  ServiceType,
} from "./args";
export { Gateway } from "./gateway";
