export { compileMesh } from "./compile-mesh";
export type { Source } from "./compiled";
export type { Manifest, ObjectMeta } from "./manifest";
export type { GatewayApiManifest } from "./gateway-api/gateway-api-manifest";
export type { IstioGatewayClass } from "./gateway-api/names";
export type { ServiceManifest } from "./gateway-api/service-manifest";
export { identify, type MeshManifest } from "./mesh-manifest";
export { principal, serviceHost } from "./names";
export type { AmbientNamespace, CompileOptions } from "./options";
export type {
  NetworkPolicyManifest,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicySpec,
} from "./network-policy-manifest";
export { extAuthzProviders, type ExtensionProvider } from "./ext-authz";
export { compileSlos } from "./slo";
export type { Rule, RuleGroup } from "./slo-rule-group";
export { extensionProviders } from "./telemetry";
export {
  type RateLimitConfiguration,
  rateLimitConfiguration,
  type RateLimitConfigurationDescriptor,
} from "./rate-limit/configuration";
export { scopeReport, type ScopeReduction } from "./scope-report";
export type { Transform, Transforms } from "./transform";
export type * from "./types";
export type * as gatewayApi from "./types/gateway-api";
