import type { Service } from "./destination";
import type { Duration } from "./duration";
import type { Gateway } from "./gateway";
import type { AccessLogKind, MetricsKind, TelemetryProvider, TracingKind } from "./telemetry-provider";

/** The side of a call: the proxy of the caller, that of the callee, or both. Istio's own words. */
export type WorkloadMode = "CLIENT_AND_SERVER" | "CLIENT" | "SERVER";

export const WORKLOAD_MODES = ["CLIENT_AND_SERVER", "CLIENT", "SERVER"] as const;

/** What stands behind a name on every span: one of four sources. */
export type CustomTag =
  | {
      readonly literal: string;
      readonly header?: never;
      readonly environment?: never;
      readonly formatter?: never;
    }
  | {
      /** A header of the request. */
      readonly header: string;
      readonly defaultValue?: string;
      readonly literal?: never;
      readonly environment?: never;
      readonly formatter?: never;
    }
  | {
      /** A variable of the proxy's environment. */
      readonly environment: string;
      readonly defaultValue?: string;
      readonly literal?: never;
      readonly header?: never;
      readonly formatter?: never;
    }
  | {
      /** A format of Envoy's access log, such as `"%REQUESTED_SERVER_NAME%"`. */
      readonly formatter: string;
      readonly literal?: never;
      readonly header?: never;
      readonly environment?: never;
    };

/**
 * How calls are traced.
 *
 * @see https://istio.io/latest/docs/reference/config/telemetry/#Tracing
 */
export interface TracingSpec<M extends string> {
  /** Where spans go. @default - the provider of the next wider scope, or the mesh's default provider */
  readonly provider?: TelemetryProvider<M, TracingKind>;
  /**
   * The share of requests that start a trace, in percent, in steps of 0.01. A request that comes with a decision keeps it.
   *
   * @default - that of the next wider scope, or the control plane's `traceSampling`
   */
  readonly randomSamplingPercentage?: number;
  /** Tags of every span, by name. They take the place of all tags of a wider scope. */
  readonly customTags?: Readonly<Record<string, CustomTag>>;
  /** `false` leaves out the tags that Istio adds, such as `istio.mesh_id`. @default true */
  readonly enableIstioTags?: boolean;
  /** `true` reports nothing and still hands the trace's context on. @default false */
  readonly disableSpanReporting?: boolean;
  /** `true` keeps trace headers out of forwarded requests: for egress gateways. Since Istio 1.30. @default false */
  readonly disableContextPropagation?: boolean;
  /** `false` where something before the mesh makes request ids of its own. @default true */
  readonly useRequestIdForTraceSampling?: boolean;
  /** @default "CLIENT_AND_SERVER" */
  readonly mode?: WorkloadMode;
}

/**
 * Which calls are logged, and where.
 *
 * @see https://istio.io/latest/docs/reference/config/telemetry/#AccessLogging
 */
export interface AccessLoggingSpec<M extends string> {
  /** @default - the mesh's default providers */
  readonly providers?: readonly TelemetryProvider<M, AccessLogKind>[];
  /** `true` logs nothing in this scope. @default false */
  readonly disabled?: boolean;
  /**
   * Log only what this CEL expression is true for.
   *
   * @example "response.code >= 400 || duration > duration('1s')"
   */
  readonly filter?: string;
  /** @default "CLIENT_AND_SERVER" */
  readonly mode?: WorkloadMode;
}

/** Istio's standard metrics, by the names that a Telemetry knows them by. */
export const STANDARD_METRICS = [
  "ALL_METRICS",
  "REQUEST_COUNT",
  "REQUEST_DURATION",
  "REQUEST_SIZE",
  "RESPONSE_SIZE",
  "TCP_OPENED_CONNECTIONS",
  "TCP_CLOSED_CONNECTIONS",
  "TCP_SENT_BYTES",
  "TCP_RECEIVED_BYTES",
  "GRPC_REQUEST_MESSAGES",
  "GRPC_RESPONSE_MESSAGES",
] as const;

/** A change to one metric, or to all of them. */
export interface MetricsOverrideSpec {
  /** @default "ALL_METRICS" */
  readonly metric?: (typeof STANDARD_METRICS)[number];
  /** @default "CLIENT_AND_SERVER" */
  readonly mode?: WorkloadMode;
  /** `true` does not report it. @default false */
  readonly disabled?: boolean;
  /** Labels to set to the value of a CEL expression, or to leave out. */
  readonly tagOverrides?: Readonly<Record<string, { readonly value: string } | "REMOVE">>;
}

/**
 * What proxies count.
 *
 * @see https://istio.io/latest/docs/reference/config/telemetry/#Metrics
 */
export interface MetricsSpec<M extends string> {
  /** @default - the mesh's default providers */
  readonly providers?: readonly TelemetryProvider<M, MetricsKind>[];
  /** Applied in order, the later ones over the earlier. */
  readonly overrides?: readonly MetricsOverrideSpec[];
  /** How often TCP metrics of open connections are reported. @default "5s" */
  readonly reportingInterval?: Duration;
}

/**
 * Tracing, access logs and metrics of one scope. What a narrower scope says wins over a wider one.
 *
 * @typeParam M the mesh
 * @typeParam N the namespaces of its services
 */
export interface TelemetrySpec<M extends string, N extends string = string> {
  /** A namespace, or the workloads of a service or a gateway. @default - the whole mesh */
  readonly on?: N | Service<M> | Gateway<M>;
  readonly tracing?: TracingSpec<M>;
  readonly accessLogging?: AccessLoggingSpec<M> | readonly AccessLoggingSpec<M>[];
  readonly metrics?: MetricsSpec<M>;
}
