import type { Owned } from "./destination";
import type { Duration } from "./duration";

/** A backend that a proxy sends to. It must be a service that the mesh knows: a Kubernetes Service or a ServiceEntry. */
interface Backend {
  /** Its whole host name, such as `"otel-collector.observability.svc.cluster.local"`. */
  readonly service: string;
  /** 1 to 65535. */
  readonly port: number;
}

/**
 * Spans over OTLP, the protocol of the OpenTelemetry Collector, of Jaeger and of most others. Trace context is handed on
 * as W3C `traceparent`.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-OpenTelemetryTracingProvider
 */
export interface OpenTelemetryProviderSpec extends Backend {
  readonly kind: "opentelemetry";
  /** Send over HTTP to this path instead of gRPC. @default - gRPC, whose usual port is 4317 */
  readonly http?: { readonly path: string; readonly timeout?: Duration };
  /** The longest path that a span tells, in bytes. @default 256 */
  readonly maxTagLength?: number;
  /** What the proxy asks about where it runs, for the spans' resource attributes. @default - nothing */
  readonly resourceDetectors?: readonly ("environment" | "dynatrace")[];
}

/**
 * Spans in Zipkin's format. Trace context is handed on in B3 headers.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-ZipkinTracingProvider
 */
export interface ZipkinProviderSpec extends Backend {
  readonly kind: "zipkin";
  /** @default "/api/v2/spans" */
  readonly path?: string;
  /** The longest path that a span tells, in bytes. @default 256 */
  readonly maxTagLength?: number;
  /** Trace ids of 64 bits, for old receivers. @default false: 128 bits */
  readonly enable64bitTraceId?: boolean;
  /** Which headers carry the trace from service to service. @default "USE_B3" */
  readonly traceContextOption?: "USE_B3" | "USE_B3_WITH_W3C_PROPAGATION";
}

/** What a log entry looks like: a line of text, or JSON with these keys. Values are Envoy's command operators. */
type LogFormat =
  | { readonly text?: string; readonly labels?: never }
  | { readonly labels?: Readonly<Record<string, string>>; readonly text?: never };

/**
 * Access logs in the proxy's own output, or in a file of its container.
 *
 * @example { kind: "envoyFileAccessLog", labels: { method: "%REQ(:METHOD)%", status: "%RESPONSE_CODE%" } }
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage#command-operators
 */
export type FileAccessLogProviderSpec = {
  readonly kind: "envoyFileAccessLog";
  /** @default "/dev/stdout" */
  readonly path?: string;
  /** Leave out of JSON what has no value, instead of writing `"-"`. @default false */
  readonly omitEmptyValues?: boolean;
} & LogFormat;

/** Access logs over OTLP. */
export type OtelAccessLogProviderSpec = Backend & {
  readonly kind: "envoyOtelAls";
  /** @default "otel_envoy_accesslog" */
  readonly logName?: string;
} & LogFormat;

/** Access logs over Envoy's own gRPC protocol. */
export interface GrpcAccessLogProviderSpec extends Backend {
  readonly kind: "envoyHttpAls" | "envoyTcpAls";
  readonly logName?: string;
}

/** Metrics for Prometheus to fetch. Istio has one under this name already. */
export interface PrometheusProviderSpec {
  readonly kind: "prometheus";
}

/** Where a signal goes; it becomes an extension provider of the mesh configuration under its name in the catalogue. */
export type TelemetryProviderSpec =
  | OpenTelemetryProviderSpec
  | ZipkinProviderSpec
  | FileAccessLogProviderSpec
  | OtelAccessLogProviderSpec
  | GrpcAccessLogProviderSpec
  | PrometheusProviderSpec;

export type TelemetryProviderKind = TelemetryProviderSpec["kind"];

export const TRACING_KINDS = ["opentelemetry", "zipkin"] as const;
export const ACCESS_LOG_KINDS = [
  "envoyFileAccessLog",
  "envoyOtelAls",
  "envoyHttpAls",
  "envoyTcpAls",
] as const;
export const METRICS_KINDS = ["prometheus"] as const;

export type TracingKind = (typeof TRACING_KINDS)[number];
export type AccessLogKind = (typeof ACCESS_LOG_KINDS)[number];
export type MetricsKind = (typeof METRICS_KINDS)[number];

/** A provider that the mesh `M` declares, or that Istio brings along. */
export interface TelemetryProvider<M extends string, Kind extends TelemetryProviderKind> extends Owned<M> {
  readonly kind: "provider";
  readonly name: string;
  readonly provider: Kind;
}

/** The providers that istiod knows without being told. */
export const BUILT_IN_PROVIDERS = {
  prometheus: "prometheus",
  envoy: "envoyFileAccessLog",
} as const satisfies Readonly<Record<string, TelemetryProviderKind>>;

/** Every provider of a mesh by name, those that istiod brings along included. */
export type ProvidersOf<M extends string, T extends Readonly<Record<string, TelemetryProviderSpec>>> = {
  readonly [K in keyof T]: TelemetryProvider<M, T[K]["kind"]>;
} & {
  readonly [K in Exclude<keyof typeof BUILT_IN_PROVIDERS, keyof T>]: TelemetryProvider<
    M,
    (typeof BUILT_IN_PROVIDERS)[K]
  >;
};
