import type * as pulumi from "@pulumi/pulumi";

import type { Resources } from "../control-plane/args";
import { DEFAULT_ROOT_NAMESPACE } from "../versions";
import type {
  GrafanaArgs,
  JaegerArgs,
  KialiArgs,
  LokiArgs,
  PrometheusArgs,
  TelemetryIngressArgs,
  TelemetryPartArgs,
  TelemetryStackArgs,
  TelemetryStoreArgs,
} from "./args";
import { TELEMETRY_IMAGES } from "../pinned-images";
import { PARTS, type PartPort, type TelemetryPartName } from "./images";

/** The namespace of the stack, unless another is asked for; the demo profile of Istio looks for a collector there. */
export const DEFAULT_TELEMETRY_NAMESPACE = "observability";

/** A part with its defaults filled in. */
export interface PartSettings {
  readonly part: TelemetryPartName;
  readonly name: string;
  readonly namespace: string;
  readonly ports: readonly PartPort[];
  readonly user: number;
  readonly image: pulumi.Input<string>;
  readonly replicas: number;
  readonly resources: Resources;
  readonly storage: { readonly size: string; readonly className: string | undefined } | undefined;
  readonly given: TelemetryPartArgs;
}

/** Where a part answers, whoever runs it. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** For parts that are asked over HTTP. */
  readonly url: string;
}

/** Arguments with every default filled in. */
export interface TelemetryStackSettings {
  readonly namespace: string;
  readonly rootNamespace: string;
  readonly clusterDomain: string;
  readonly prometheus: PrometheusArgs;
  readonly grafana: GrafanaArgs;
  readonly jaeger: JaegerArgs;
  readonly kiali: KialiArgs;
  readonly loki: LokiArgs;
  readonly ingress: TelemetryIngressArgs | undefined;
  readonly ruleGroups: NonNullable<TelemetryStackArgs["ruleGroups"]>;
  /** The parts that this stack runs. */
  readonly run: ReadonlyMap<TelemetryPartName, PartSettings>;
  /** Every part that there is, run here or elsewhere. */
  readonly endpoints: ReadonlyMap<TelemetryPartName, Endpoint>;
}

export const PART_NAMES = Object.keys(PARTS) as readonly TelemetryPartName[];

/** Whether a part is wanted at all. */
export function isWanted(part: TelemetryPartName, args: TelemetryStackArgs): boolean {
  const given: TelemetryPartArgs | undefined = args[part];
  if (given?.enabled !== undefined) return given.enabled;
  if (given !== undefined) return true;
  switch (part) {
    case "prometheus":
    case "grafana":
      return true;
    case "jaeger":
      return !isWanted("zipkin", args);
    case "collector":
      // Nothing else sends logs on in Loki's way.
      return isWanted("loki", args);
    case "zipkin":
    case "kiali":
    case "loki":
      return false;
  }
}

/** `"jaeger.tracing:4317"`, `"https://grafana.example.com/g"` → host, port and URL. */
export function endpointOf(part: TelemetryPartName, address: string): Endpoint | undefined {
  const usual = PARTS[part].ports[0]?.port ?? 80;
  const text = /^https?:\/\//.test(address) ? address : `http://${address}`;
  if (!URL.canParse(text)) return undefined;
  const { hostname, port, protocol } = new URL(text);
  if (hostname === "") return undefined;
  const schemed = text === address;
  const number = port !== "" ? Number(port) : schemed ? (protocol === "https:" ? 443 : 80) : usual;
  const url = schemed ? address.replace(/\/$/, "") : `http://${hostname}:${number}`;
  return { host: hostname, port: number, url };
}

/** Fills the defaults in. The arguments must have been checked. */
export function telemetryStackSettings(args: TelemetryStackArgs): TelemetryStackSettings {
  const namespace = args.namespace ?? DEFAULT_TELEMETRY_NAMESPACE;
  const clusterDomain = args.clusterDomain ?? "cluster.local";
  const run = new Map<TelemetryPartName, PartSettings>();
  const endpoints = new Map<TelemetryPartName, Endpoint>();
  for (const part of PART_NAMES) {
    if (!isWanted(part, args)) continue;
    const given: TelemetryPartArgs = args[part] ?? {};
    const elsewhere = given.address === undefined ? undefined : endpointOf(part, given.address);
    if (elsewhere !== undefined) {
      endpoints.set(part, elsewhere);
      continue;
    }
    if (part === "prometheus" && args.prometheus?.operator === true) continue;
    const settings = partSettings(part, namespace, given);
    const host = `${settings.name}.${namespace}.svc.${clusterDomain}`;
    const port = settings.ports[0]?.port ?? 80;
    run.set(part, settings);
    endpoints.set(part, { host, port, url: `http://${host}:${port}` });
  }
  return {
    namespace,
    rootNamespace: args.rootNamespace ?? DEFAULT_ROOT_NAMESPACE,
    clusterDomain,
    prometheus: args.prometheus ?? {},
    grafana: args.grafana ?? {},
    jaeger: args.jaeger ?? {},
    kiali: args.kiali ?? {},
    loki: args.loki ?? {},
    ingress: args.ingress,
    ruleGroups: args.ruleGroups ?? [],
    run,
    endpoints,
  };
}

function partSettings(part: TelemetryPartName, namespace: string, given: TelemetryStoreArgs): PartSettings {
  const { objectName, user, ports, memory, cpu } = PARTS[part];
  return {
    part,
    name: objectName,
    namespace,
    ports,
    user,
    image: given.image ?? TELEMETRY_IMAGES[part],
    replicas: given.replicas ?? 1,
    resources: given.resources ?? {
      requests: { cpu, memory: memory.request },
      limits: { memory: memory.limit },
    },
    storage:
      given.storage === undefined ? undefined : { size: given.storage, className: given.storageClassName },
    given,
  };
}

/** Where people reach a part with a browser; nothing for what answers inside of a cluster alone. */
export function publicUrl(part: "grafana" | "jaeger", settings: TelemetryStackSettings): string | undefined {
  const { host, address } = settings[part];
  if (host !== undefined) return `https://${host}`;
  const endpoint = settings.endpoints.get(part);
  if (endpoint === undefined || address?.startsWith("https://") !== true) return undefined;
  return /\.svc(\.|$)/.test(endpoint.host) ? undefined : endpoint.url;
}

const OTLP_PORT = 4317;

/** Where Jaeger is asked for traces, and where it takes spans. */
export interface JaegerEndpoint {
  /** Absent where only the way in is known. */
  readonly url?: string;
  readonly spans: { readonly host: string; readonly port: number };
}

/**
 * The two doors of Jaeger, or of what stands for it: a URL, or a host by itself, is where it is asked, and takes spans at the
 * usual port; a host with another port is where it takes them, and says nothing of where it is asked.
 */
export function jaegerEndpoint({ endpoints, jaeger }: TelemetryStackSettings): JaegerEndpoint | undefined {
  const endpoint = endpoints.get("jaeger");
  if (endpoint === undefined) return undefined;
  const { host, port, url } = endpoint;
  const takesOnly = jaeger.address?.includes("://") === false && port !== PARTS.jaeger.ports[0]?.port;
  return takesOnly ? { spans: { host, port } } : { url, spans: { host, port: OTLP_PORT } };
}

/** Where proxies send spans: the collector where there is one, else what keeps them. */
export function tracingEndpoint(
  settings: TelemetryStackSettings,
): { readonly kind: "opentelemetry" | "zipkin"; readonly host: string; readonly port: number } | undefined {
  const collector = settings.endpoints.get("collector");
  if (collector !== undefined) {
    const port = settings.run.has("collector") ? OTLP_PORT : collector.port;
    return { kind: "opentelemetry", host: collector.host, port };
  }
  const jaeger = jaegerEndpoint(settings);
  if (jaeger !== undefined) return { kind: "opentelemetry", ...jaeger.spans };
  const zipkin = settings.endpoints.get("zipkin");
  return zipkin && { kind: "zipkin", host: zipkin.host, port: zipkin.port };
}

/** A provider of the mesh configuration. */
export interface StackProvider {
  readonly name: string;
  readonly [kind: string]: unknown;
}

/** The providers under which proxies find where this stack takes traces, and access logs where there is a Loki for them. */
export function stackProviders(args: TelemetryStackArgs): {
  readonly tracing?: StackProvider;
  readonly accessLogging?: StackProvider;
} {
  const settings = telemetryStackSettings(args);
  const traces = tracingEndpoint(settings);
  const collector = settings.endpoints.get("collector");
  // Proxies speak OTLP; a collector's own first port is that already.
  const logs = collector !== undefined && settings.endpoints.has("loki") ? collector : undefined;
  return {
    ...(traces && {
      tracing: { name: "otel-tracing", [traces.kind]: { service: traces.host, port: traces.port } },
    }),
    ...(logs && {
      accessLogging: {
        name: "otel-access-logs",
        envoyOtelAls: { service: logs.host, port: settings.run.has("collector") ? OTLP_PORT : logs.port },
      },
    }),
  };
}
