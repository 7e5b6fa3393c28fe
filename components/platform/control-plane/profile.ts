import { ImageVariant } from "../images";
import type { Resources } from "./args";

/**
 * Installation profiles. Written as an object beside its type, not as a bare union: Pulumi's component analyser reads an
 * enumeration only in this form. Plain strings (`profile: "demo"`) are accepted everywhere.
 */
export const Profile = {
  /** The control plane with production sizes; gateways are added as needed. */
  Minimal: "minimal",
  /** As `minimal`, with the sizes of an ingress gateway that go with it. */
  Default: "default",
  /** Small sizes, no autoscaling, every request traced and logged: for learning and development. */
  Demo: "demo",
  /** Production sizes without sidecars: the traffic of enrolled pods goes through ztunnel, one for each node. */
  Ambient: "ambient",
} as const;
export type Profile = (typeof Profile)[keyof typeof Profile];

/** A port of a gateway: `port` on the Service, `targetPort` in the container. */
export interface GatewayPort {
  readonly name: string;
  readonly port: number;
  readonly targetPort: number;
}

/** Ceiling of a proxy's resources, in every profile. */
export const PROXY_LIMITS = { cpu: "2000m", memory: "1024Mi" };

// Above 1023 inside the pod: no capability is needed to bind them.
const INGRESS_PORTS: readonly GatewayPort[] = [
  { name: "status-port", port: 15_021, targetPort: 15_021 },
  { name: "http2", port: 80, targetPort: 8080 },
  { name: "https", port: 443, targetPort: 8443 },
];

/** What a profile sets; an argument wins over it. */
export interface ProfileDefaults {
  readonly autoscale: boolean;
  /** Share of requests that are traced, in percent. */
  readonly traceSampling: number;
  readonly pilotResources: Resources;
  readonly proxyRequests: Record<string, string>;
  /** Of the agents on the nodes: the CNI agent and ztunnel. @default their own */
  readonly agentRequests?: Record<string, string>;
  /** Kind of image of every part. @default the plain ones */
  readonly variant?: ImageVariant;
  /** Environment of istiod. */
  readonly env: Readonly<Record<string, string>>;
  /** Ports of an ingress gateway: the Service's, and the container's behind it. */
  readonly gatewayPorts: readonly GatewayPort[];
  readonly meshConfig: Readonly<Record<string, unknown>>;
}

const PRODUCTION: ProfileDefaults = {
  autoscale: true,
  traceSampling: 1,
  pilotResources: { requests: { cpu: "500m", memory: "2048Mi" } },
  proxyRequests: { cpu: "100m", memory: "128Mi" },
  env: {},
  gatewayPorts: INGRESS_PORTS,
  meshConfig: {},
};

const collector = (namespace: string, name: string): string => `${name}.${namespace}.svc.cluster.local`;

/** The profiles that can be installed. */
export const PROFILES: Readonly<Record<Profile, ProfileDefaults>> = {
  minimal: PRODUCTION,
  default: PRODUCTION,
  demo: {
    autoscale: false,
    traceSampling: 100,
    pilotResources: { requests: { cpu: "10m", memory: "100Mi" } },
    proxyRequests: { cpu: "10m", memory: "40Mi" },
    agentRequests: { cpu: "10m", memory: "40Mi" },
    env: {},
    gatewayPorts: [
      ...INGRESS_PORTS,
      { name: "tcp", port: 31_400, targetPort: 31_400 },
      { name: "tls", port: 15_443, targetPort: 15_443 },
    ],
    meshConfig: {
      accessLogFile: "/dev/stdout",
      // Providers do nothing until a Telemetry object names one of them.
      extensionProviders: [
        {
          name: "otel",
          envoyOtelAls: { service: collector("observability", "opentelemetry-collector"), port: 4317 },
        },
        { name: "skywalking", skywalking: { service: collector("istio-system", "tracing"), port: 11800 } },
        {
          name: "otel-tracing",
          opentelemetry: { service: collector("observability", "opentelemetry-collector"), port: 4317 },
        },
        {
          name: "jaeger",
          opentelemetry: { service: collector("istio-system", "jaeger-collector"), port: 4317 },
        },
      ],
    },
  },
  ambient: {
    ...PRODUCTION,
    variant: ImageVariant.Distroless,
    env: { PILOT_ENABLE_AMBIENT: "true" },
    meshConfig: {
      // Sidecars and gateways speak HBONE too, or they could not reach pods behind ztunnel.
      defaultConfig: { proxyMetadata: { ISTIO_META_ENABLE_HBONE: "true" } },
      // Which services all clusters of a mesh share.
      serviceScopeConfigs: [
        {
          servicesSelector: {
            matchExpressions: [{ key: "istio.io/global", operator: "In", values: ["true"] }],
          },
          scope: "GLOBAL",
        },
      ],
    },
  },
};
