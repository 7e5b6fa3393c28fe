export {
  ExternalTrafficPolicy,
  type GatewayArgs,
  GatewayDirection,
  type GatewayPortArgs,
  IpFamilyPolicy,
  ServiceType,
} from "./args";
export { Gateway } from "./gateway";
