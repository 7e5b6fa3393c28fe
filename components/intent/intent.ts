import type { Protocol } from "./port";
import type { ProviderIntent, TelemetryIntent } from "./telemetry-intent";

/*
 * What a mesh means once it is checked: plain data without references, defaults filled in, sorted wherever order has
 * no meaning. `compile` reads this and nothing else.
 */

export interface PortIntent {
  readonly name: string;
  readonly number: number;
  readonly targetPort: number;
  readonly protocol: Protocol;
}

export interface SubsetIntent {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ServiceIntent {
  /** The key in the catalogue, by which all else refers to it. */
  readonly key: string;
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly PortIntent[];
  readonly subsets: readonly SubsetIntent[];
}

export interface TlsOriginationIntent {
  readonly sni: string;
  readonly subjectAltNames: readonly string[];
  readonly caCertificates: string;
}

export interface ExternalPortIntent extends PortIntent {
  readonly tls?: TlsOriginationIntent;
}

export interface ExternalIntent {
  readonly key: string;
  readonly host: string;
  readonly ports: readonly ExternalPortIntent[];
  readonly resolution: "dns" | "static" | "none";
  readonly addresses: readonly string[];
  readonly endpoints: readonly string[];
}

/** A destination by name, its port found. */
export type DestinationIntent =
  | { readonly kind: "service"; readonly service: string; readonly subset?: string; readonly port: string }
  | { readonly kind: "external"; readonly external: string; readonly port: string };

export interface ShareIntent {
  readonly to: DestinationIntent;
  /** 0 to 100. */
  readonly weight: number;
}

export interface TextMatch {
  readonly match: "exact" | "prefix" | "regex";
  readonly value: string;
}

export interface PathMatchIntent extends TextMatch {
  readonly ignoreCase: boolean;
}

/** What holds for a header or a query parameter. */
export type ValueMatchIntent = { readonly name: string } & (
  TextMatch | { readonly match: "present" } | { readonly match: "absent" }
);

/** Conditions that hold together. */
export interface MatchIntent {
  readonly path?: PathMatchIntent;
  /** Any of them; empty for every method. */
  readonly methods: readonly string[];
  readonly headers: readonly ValueMatchIntent[];
  readonly query: readonly ValueMatchIntent[];
}

export interface RetriesIntent {
  readonly attempts: number;
  /** Milliseconds. */
  readonly perTryTimeout?: number;
  readonly retryOn: readonly string[];
}

export interface RouteIntent {
  /** Alternatives; empty for all traffic. */
  readonly matches: readonly MatchIntent[];
  readonly to: readonly ShareIntent[];
  /** Milliseconds. */
  readonly timeout?: number;
  readonly retries?: RetriesIntent;
}

/** The routes of one port of a service, in the order in which they are tried. */
export interface RouteSetIntent {
  readonly service: string;
  readonly port: string;
  readonly routes: readonly RouteIntent[];
}

export interface GatewayTlsIntent {
  readonly credentialName: string;
  readonly mode: "simple" | "mutual";
  readonly minProtocolVersion: "TLSV1_2" | "TLSV1_3";
}

export interface ExposureIntent {
  readonly host: string;
  readonly routes: readonly RouteIntent[];
}

export interface GatewayIntent {
  readonly name: string;
  readonly namespace: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  readonly hosts: readonly string[];
  /** Absent for a plaintext gateway. */
  readonly tls?: GatewayTlsIntent;
  readonly httpsRedirect: boolean;
  readonly exposures: readonly ExposureIntent[];
}

export interface CallerIntent {
  readonly kind: "service" | "gateway";
  readonly name: string;
}

export interface EdgeIntent {
  readonly from: CallerIntent;
  /** The key of a service. */
  readonly to: string;
  /** Names of its ports, at least one. */
  readonly ports: readonly string[];
  /** Empty for every method. */
  readonly methods: readonly string[];
  /** Empty for every path. */
  readonly paths: readonly string[];
}

/** A whole mesh. */
export interface MeshIntent {
  readonly name: string;
  readonly mtls: "strict" | "permissive";
  readonly defaultDeny: "mesh" | "namespaces" | "off";
  readonly services: readonly ServiceIntent[];
  readonly externals: readonly ExternalIntent[];
  readonly routes: readonly RouteSetIntent[];
  readonly gateways: readonly GatewayIntent[];
  readonly edges: readonly EdgeIntent[];
  readonly providers: readonly ProviderIntent[];
  readonly telemetry: readonly TelemetryIntent[];
}
