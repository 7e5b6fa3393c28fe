export { type GatewayApiCrdsArgs, GatewayApiOwnership } from "./args";
export { GatewayApiCrds } from "./gateway-api-crds";
