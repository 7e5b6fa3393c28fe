export * from "./crd-set";
export * from "./structural-schema";
export * from "./istio";
export * from "./gateway-api";
export * from "./gateway-api-requirements";
