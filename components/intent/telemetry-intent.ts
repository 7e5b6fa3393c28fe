import type { TelemetryProviderKind } from "./telemetry-provider";
import type { STANDARD_METRICS, WorkloadMode } from "./telemetry";

/** A provider as the mesh configuration holds it: `{ name, [kind]: config }`. */
export interface ProviderIntent {
  readonly name: string;
  readonly kind: TelemetryProviderKind;
  readonly config: Readonly<Record<string, unknown>>;
}

export type CustomTagIntent =
  | { readonly source: "literal" | "formatter"; readonly value: string }
  | { readonly source: "header" | "environment"; readonly name: string; readonly defaultValue?: string };

export interface TracingIntent {
  readonly provider?: string;
  readonly randomSamplingPercentage?: number;
  readonly customTags: Readonly<Record<string, CustomTagIntent>>;
  readonly enableIstioTags?: boolean;
  readonly disableSpanReporting?: boolean;
  readonly disableContextPropagation?: boolean;
  readonly useRequestIdForTraceSampling?: boolean;
  readonly mode: WorkloadMode;
}

export interface AccessLoggingIntent {
  readonly providers: readonly string[];
  readonly disabled: boolean;
  readonly filter?: string;
  readonly mode: WorkloadMode;
}

export interface MetricsOverrideIntent {
  readonly metric: (typeof STANDARD_METRICS)[number];
  readonly mode: WorkloadMode;
  readonly disabled?: boolean;
  /** A CEL expression, or `undefined` for a label that is left out. */
  readonly tags: readonly { readonly name: string; readonly value?: string }[];
}

export interface MetricsIntent {
  readonly providers: readonly string[];
  readonly overrides: readonly MetricsOverrideIntent[];
  /** Milliseconds. */
  readonly reportingInterval?: number;
}

/** What a Telemetry holds for. */
export type TelemetryScope =
  | { readonly kind: "mesh" }
  | { readonly kind: "namespace"; readonly namespace: string }
  | { readonly kind: "service"; readonly service: string }
  | { readonly kind: "gateway"; readonly gateway: string };

export interface TelemetryIntent {
  readonly scope: TelemetryScope;
  readonly tracing?: TracingIntent;
  readonly accessLogging: readonly AccessLoggingIntent[];
  readonly metrics?: MetricsIntent;
}
