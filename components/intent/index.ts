export type {
  CallerIntent,
  DestinationIntent,
  EdgeIntent,
  EndpointIntent,
  ExposureIntent,
  ExternalIntent,
  ExternalPortIntent,
  GatewayIntent,
  GatewayTlsIntent,
  LoadBalancerIntent,
  ManagedGatewayIntent,
  MatchIntent,
  MeshIntent,
  PathMatchIntent,
  PolicyWithPortsIntent,
  PortIntent,
  PortPolicyIntent,
  RetriesIntent,
  RouteIntent,
  RouteSetIntent,
  ServiceIntent,
  ShareIntent,
  SubsetIntent,
  TextMatch,
  TlsOriginationIntent,
  TrafficPolicyIntent,
  ValueMatchIntent,
  WholePolicyIntent,
} from "./intent";
export type { Destination, External, Owned, Service, ServicePort, Subset } from "./destination";
export { type Duration, formatDuration, parseDuration } from "./duration";
export { type EffectiveRoutes, effectiveRoutes } from "./effective-routes";
export type {
  EndpointSpec,
  ExternalDeclaration,
  ExternalPortSpec,
  ExternalSpec,
  MutualTlsSpec,
  SimpleTlsSpec,
  TlsOriginationSpec,
} from "./external";
export type { Exposable, Gateway, GatewaySpec, GatewayTlsSpec, ManagedGatewaySpec, Under } from "./gateway";
export type { Locality } from "./locality";
export {
  header,
  type HeaderCondition,
  type HeaderMatcher,
  type HttpCondition,
  type HttpMethod,
  method,
  type MethodCondition,
  path,
  type Path,
  type PathCondition,
  type PathOptions,
  query,
  type QueryCondition,
  type QueryMatcher,
} from "./match";
export { type AnyMesh, type Catalogue, defineMesh, type Mesh } from "./mesh";
export type { HttpPortsOf, HttpProtocol, PortMap, PortSpec, Protocol } from "./port";
export { formatProblem, MeshError, type Problem } from "./problem";
export type { HttpRouteOptions, RetriesSpec, RetryOn } from "./resilience";
export type {
  Conditions,
  HttpRoute,
  HttpRouteBuilder,
  PlainRoute,
  PlainRouteBuilder,
  Route,
  RouteFor,
  RouteOptions,
  RouteTo,
} from "./route";
export type { RoutingApi } from "./routing-api";
export type { Allow, Caller, PathPattern, SecuritySpec } from "./security";
export type { PortsOf, ServiceSpec, SubsetSpec, SubsetsOf } from "./service";
export type { AddsUpTo100, Share } from "./shares";
export type {
  AccessLoggingSpec,
  CustomTag,
  MetricsOverrideSpec,
  MetricsSpec,
  TelemetrySpec,
  TracingSpec,
  WorkloadMode,
} from "./telemetry";
export type {
  AccessLoggingIntent,
  CustomTagIntent,
  MetricsIntent,
  MetricsOverrideIntent,
  ProviderIntent,
  TelemetryIntent,
  TelemetryScope,
  TracingIntent,
} from "./telemetry-intent";
export type {
  AccessLogKind,
  FileAccessLogProviderSpec,
  GrpcAccessLogProviderSpec,
  MetricsKind,
  OpenTelemetryProviderSpec,
  OtelAccessLogProviderSpec,
  PrometheusProviderSpec,
  ProvidersOf,
  TelemetryProvider,
  TelemetryProviderKind,
  TelemetryProviderSpec,
  TracingKind,
  ZipkinProviderSpec,
} from "./telemetry-provider";
export type {
  ConnectionPoolSpec,
  ConsistentHashSpec,
  ExternalTrafficPolicySpec,
  HttpConnectionPoolSpec,
  HttpCookieSpec,
  LoadBalancerSpec,
  LocalityLoadBalancerSpec,
  OutlierDetectionSpec,
  PortTrafficPolicySpec,
  RetryBudgetSpec,
  SimpleLoadBalancer,
  TcpConnectionPoolSpec,
  TrafficPolicyFor,
  TrafficPolicyOptions,
  TrafficPolicySpec,
  TrafficPolicyWithPorts,
  TunnelSpec,
  WarmupSpec,
  WholeTrafficPolicySpec,
  ZoneAwareLoadBalancerSpec,
} from "./traffic-policy";
