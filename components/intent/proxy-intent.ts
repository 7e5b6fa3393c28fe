import type { DestinationIntent } from "./intent";
import type { Protocol } from "./port";
import type { CaptureMode, SidecarTlsSpec } from "./sidecar";
import type { TelemetryScope } from "./telemetry-intent";
import type { ConnectionPoolSpec } from "./traffic-policy";

/** How proxies run. */
export interface ProxyConfigIntent {
  readonly scope: TelemetryScope;
  readonly concurrency?: number;
  readonly environmentVariables?: Readonly<Record<string, string>>;
  readonly imageType?: "default" | "debug" | "distroless";
}

export interface SidecarIngressIntent {
  /** The name of a port of the service. */
  readonly port: string;
  readonly defaultEndpoint?: string;
  readonly bind?: string;
  readonly captureMode?: CaptureMode;
  readonly connectionPool?: ConnectionPoolSpec;
  readonly tls?: SidecarTlsSpec & { readonly mode: "simple" | "mutual" };
}

/** A host that a listener is for. */
export type SidecarHostIntent =
  | { readonly kind: "service"; readonly service: string }
  | { readonly kind: "external"; readonly external: string }
  | { readonly kind: "host"; readonly host: string };

export interface SidecarEgressIntent {
  readonly port: { readonly number?: number; readonly protocol: Protocol; readonly name?: string };
  readonly bind?: string;
  readonly captureMode?: CaptureMode;
  readonly hosts: readonly SidecarHostIntent[];
}

/** What the proxies of one scope do beyond what is derived. */
export interface SidecarIntent {
  readonly scope: Exclude<TelemetryScope, { readonly kind: "gateway" }>;
  readonly outboundTrafficPolicy?: {
    readonly mode: "ALLOW_ANY" | "REGISTRY_ONLY";
    readonly egressProxy?: DestinationIntent;
  };
  readonly inboundConnectionPool?: ConnectionPoolSpec;
  readonly egress?: readonly SidecarEgressIntent[];
  readonly captureMode?: CaptureMode;
  readonly ingress?: readonly SidecarIngressIntent[];
}
