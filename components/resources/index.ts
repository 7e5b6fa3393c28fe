export * from "./inputs";
export * from "./mesh-resource";
export * from "./generated";
export * as gatewayApi from "./generated/gateway-api";
export * as certManager from "./cert-manager";
export { istioCustomResourceDefinitions, gatewayApiCustomResourceDefinitions } from "./crds";
export type { CustomResourceDefinition } from "./crds";
