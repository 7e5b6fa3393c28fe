import type { TELEMETRY_IMAGES } from "../pinned-images";

/** The parts of the stack. */
export type TelemetryPartName = keyof typeof TELEMETRY_IMAGES;

/** A part's fixed facts. */
export interface PartFacts {
  /** Name of its objects. */
  readonly objectName: string;
  /** The user that its image runs as: a number, because Kubernetes does not look into images. */
  readonly user: number;
  /** Ports, the one that people and the other parts use first. */
  readonly ports: readonly PartPort[];
  readonly memory: { readonly request: string; readonly limit: string };
  readonly cpu: string;
  /** It asks its users who they are. */
  readonly ownLogin?: boolean;
}

export interface PartPort {
  readonly name: string;
  readonly port: number;
  readonly appProtocol: "http" | "grpc";
  /** Proxies of every namespace send here; other ports are for this namespace and the gateway. */
  readonly fromProxies?: boolean;
}

const OTLP: readonly PartPort[] = [
  { name: "grpc-otlp", port: 4317, appProtocol: "grpc", fromProxies: true },
  { name: "http-otlp", port: 4318, appProtocol: "http", fromProxies: true },
];
const ZIPKIN: PartPort = { name: "http-zipkin", port: 9411, appProtocol: "http", fromProxies: true };

export const PARTS: Readonly<Record<TelemetryPartName, PartFacts>> = {
  prometheus: {
    objectName: "prometheus",
    user: 65_534,
    ports: [{ name: "http", port: 9090, appProtocol: "http" }],
    memory: { request: "512Mi", limit: "2Gi" },
    cpu: "200m",
  },
  grafana: {
    objectName: "grafana",
    user: 472,
    ports: [{ name: "http", port: 3000, appProtocol: "http" }],
    memory: { request: "128Mi", limit: "512Mi" },
    cpu: "50m",
    ownLogin: true,
  },
  jaeger: {
    objectName: "jaeger",
    user: 10_001,
    ports: [{ name: "http-query", port: 16_686, appProtocol: "http" }, ...OTLP, ZIPKIN],
    memory: { request: "256Mi", limit: "1Gi" },
    cpu: "50m",
  },
  zipkin: {
    objectName: "zipkin",
    user: 1000,
    ports: [{ ...ZIPKIN }],
    memory: { request: "512Mi", limit: "1Gi" },
    cpu: "100m",
  },
  collector: {
    // The name under which the demo profile of Istio expects one.
    objectName: "opentelemetry-collector",
    user: 10_001,
    ports: OTLP,
    memory: { request: "128Mi", limit: "512Mi" },
    cpu: "100m",
  },
  kiali: {
    objectName: "kiali",
    user: 1000,
    ports: [{ name: "http", port: 20_001, appProtocol: "http" }],
    memory: { request: "64Mi", limit: "1Gi" },
    cpu: "10m",
    ownLogin: true,
  },
  loki: {
    objectName: "loki",
    user: 10_001,
    ports: [{ name: "http", port: 3100, appProtocol: "http" }],
    memory: { request: "256Mi", limit: "1Gi" },
    cpu: "100m",
  },
};
