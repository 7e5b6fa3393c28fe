import { createHash } from "node:crypto";

import type * as inputs from "@pulumi/kubernetes/types/input";
import { dump } from "js-yaml";

import { principal } from "../../compile";
import type { AuthorizationPolicyManifest, ObjectMeta, PeerAuthenticationManifest } from "../../compile";
import type {
  ConfigMapObject,
  DeploymentObject,
  NetworkPolicyObject,
  PlatformMeta,
  PodDisruptionBudgetObject,
  ServiceAccountObject,
  ServiceObject,
} from "../kubernetes-objects";
import { commonLabels } from "../labels";
import { UNPRIVILEGED_CONTAINER } from "../pod-security";
import { disruptionBudget } from "../scaling";
import { scheduling } from "../scheduling";
import { REDIS_PORT, type RateLimitServiceSettings, type RunningRedis } from "./settings";

/** The objects of the service, or of its Redis. */
export interface RateLimitObjects {
  readonly serviceAccount: ServiceAccountObject;
  readonly configMap?: ConfigMapObject;
  readonly networkPolicy: NetworkPolicyObject;
  readonly peerAuthentication: PeerAuthenticationManifest;
  /** Who may ask the service itself is written with the mesh, whose limits say it. */
  readonly authorizationPolicy?: AuthorizationPolicyManifest;
  readonly service: ServiceObject;
  readonly deployment: DeploymentObject;
  readonly podDisruptionBudget?: PodDisruptionBudgetObject;
}

/** Where the configuration is mounted: what `RUNTIME_ROOT`, `RUNTIME_SUBDIRECTORY` and `RUNTIME_APPDIRECTORY` say together. */
const CONFIGURATION = { root: "/data", subdirectory: "ratelimit", folder: "config" };
const HTTP_PORT = 8080;
const METRICS_PORT = 9090;
/** HBONE, whose callers ztunnel knows; merged metrics, readiness and the proxy's own metrics, for whoever measures. */
const PROXY_PORTS = [15_008, 15_020, 15_021, 15_090];

/** The secret with the password of Redis, and the configuration of a Redis of our own. */
export const REDIS_SECRET = { password: "password", configuration: "redis.conf" };

export function redisSecretName({ service }: RateLimitServiceSettings): string {
  return `${service.service}-redis`;
}

function meta(name: string, namespace: string, labels: Readonly<Record<string, string>>): PlatformMeta {
  return { name, namespace, labels: { ...commonLabels(name), ...labels } };
}

/** The configuration of a Redis that only counts: nothing is written to a disk, and what ends first makes room. */
export function redisConfiguration({ maxMemoryMiB }: RunningRedis, password: string): string {
  return [
    `port ${REDIS_PORT}`,
    `requirepass ${password}`,
    'save ""',
    "appendonly no",
    "dir /data",
    `maxmemory ${maxMemoryMiB}mb`,
    "maxmemory-policy volatile-ttl",
    "",
  ].join("\n");
}

/** The environment of the service, beside the password of Redis. */
export function serviceEnvironment(settings: RateLimitServiceSettings): Readonly<Record<string, string>> {
  const { redis, service, given } = settings;
  const own = redis.kind === "own" ? `${redis.name}.${service.namespace}.svc.${settings.clusterDomain}` : "";
  return {
    // Every address of the pod, whatever its family is.
    HOST: "",
    GRPC_HOST: "",
    GRPC_PORT: String(service.port),
    PORT: String(HTTP_PORT),
    // It would show and change everything to whoever reaches it.
    DEBUG_HOST: "127.0.0.1",
    LOG_FORMAT: "json",
    LOG_LEVEL: given.logLevel ?? "warn",
    RUNTIME_ROOT: CONFIGURATION.root,
    RUNTIME_SUBDIRECTORY: CONFIGURATION.subdirectory,
    RUNTIME_APPDIRECTORY: CONFIGURATION.folder,
    // A mounted ConfigMap is links to a hidden folder: that one must not be read again, and changes are seen at the links.
    RUNTIME_IGNOREDOTFILES: "true",
    RUNTIME_WATCH_ROOT: "false",
    USE_STATSD: "false",
    USE_PROMETHEUS: "true",
    PROMETHEUS_ADDR: `:${METRICS_PORT}`,
    REDIS_SOCKET_TYPE: "tcp",
    REDIS_TYPE: redis.kind === "own" ? "SINGLE" : (redis.type ?? "SINGLE"),
    REDIS_URL: redis.kind === "own" ? `${own}:${REDIS_PORT}` : redis.address,
    ...(redis.kind === "outside" && redis.tls === true ? { REDIS_TLS: "true" } : {}),
  };
}

/** Whether Redis asks for a password. */
export function hasPassword({ redis }: RateLimitServiceSettings): boolean {
  return redis.kind === "own" || redis.password !== undefined;
}

/** The service's configuration file. */
export function configurationText({ configuration }: RateLimitServiceSettings): string {
  return dump(configuration, { lineWidth: -1, noRefs: true });
}

/** Builds the objects of the service. Pure: plain settings give plain objects. */
export function rateLimitObjects(settings: RateLimitServiceSettings): RateLimitObjects {
  const { service, given, replicas } = settings;
  const { service: name, namespace, labels, port } = service;
  const metadata = meta(name, namespace, labels);
  const text = configurationText(settings);
  const budget = disruptionBudget(metadata, { mode: "fixed", replicas }, { ...labels });
  const probe = { httpGet: { path: "/healthcheck", port: HTTP_PORT } };
  return {
    serviceAccount: account(metadata),
    configMap: { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "config.yaml": text } },
    networkPolicy: {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata,
      spec: {
        podSelector: { matchLabels: { ...labels } },
        policyTypes: ["Ingress"],
        ingress: [
          {
            from: settings.callers.map((caller) => ({
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": caller.namespace } },
              podSelector: { matchLabels: { ...caller.labels } },
            })),
            ports: [{ protocol: "TCP", port }],
          },
          { ports: PROXY_PORTS.map((open) => ({ protocol: "TCP", port: open })) },
        ],
      },
    },
    peerAuthentication: strict(metadata, labels),
    service: {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: {
        selector: { ...labels },
        ports: [{ name: "grpc", port, targetPort: port, protocol: "TCP", appProtocol: "grpc" }],
      },
    },
    deployment: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        replicas,
        selector: { matchLabels: { ...labels } },
        template: {
          metadata: {
            labels: { ...metadata.labels },
            annotations: {
              // A changed file starts new pods, so that all of them count by the same limits.
              "meshwright.dev/configuration": createHash("sha256").update(text).digest("hex").slice(0, 32),
              "prometheus.io/scrape": "true",
              "prometheus.io/port": String(METRICS_PORT),
              "prometheus.io/path": "/metrics",
              ...WITH_PROXY,
            },
          },
          spec: {
            ...podOf(name, given.imagePullSecrets, 65_532),
            ...scheduling(given, labels),
            containers: [
              {
                name: "ratelimit",
                image: settings.image,
                command: ["/bin/ratelimit"],
                ports: [
                  { name: "grpc", containerPort: port, protocol: "TCP" },
                  { name: "http", containerPort: HTTP_PORT, protocol: "TCP" },
                  { name: "http-metrics", containerPort: METRICS_PORT, protocol: "TCP" },
                ],
                env: [
                  ...Object.entries(serviceEnvironment(settings)).map(([variable, value]) => ({
                    name: variable,
                    value,
                  })),
                  ...(hasPassword(settings)
                    ? [
                        {
                          name: "REDIS_AUTH",
                          valueFrom: {
                            secretKeyRef: { name: redisSecretName(settings), key: REDIS_SECRET.password },
                          },
                        },
                      ]
                    : []),
                ],
                readinessProbe: { ...probe, periodSeconds: 5 },
                livenessProbe: { ...probe, initialDelaySeconds: 30, periodSeconds: 15, failureThreshold: 5 },
                resources: given.resources ?? {
                  requests: { cpu: "100m", memory: "64Mi" },
                  limits: { memory: "256Mi" },
                },
                securityContext: UNPRIVILEGED_CONTAINER,
                volumeMounts: [
                  {
                    name: "configuration",
                    mountPath: `${CONFIGURATION.root}/${CONFIGURATION.subdirectory}/${CONFIGURATION.folder}`,
                    readOnly: true,
                  },
                ],
              },
            ],
            volumes: [{ name: "configuration", configMap: { name } }],
          },
        },
      },
    },
    ...(budget === undefined ? {} : { podDisruptionBudget: budget }),
  };
}

/** Builds the objects of a Redis of our own, which the service alone may reach. */
export function redisObjects(settings: RateLimitServiceSettings, redis: RunningRedis): RateLimitObjects {
  const { service, given, trustDomain } = settings;
  const { name } = redis;
  const { namespace } = service;
  const labels = { app: name };
  const metadata = meta(name, namespace, labels);
  const probe = { tcpSocket: { port: REDIS_PORT } };
  return {
    serviceAccount: account(metadata),
    networkPolicy: {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata,
      spec: {
        podSelector: { matchLabels: labels },
        policyTypes: ["Ingress"],
        ingress: [
          {
            from: [{ podSelector: { matchLabels: { ...service.labels } } }],
            ports: [{ protocol: "TCP", port: REDIS_PORT }],
          },
          { ports: PROXY_PORTS.map((open) => ({ protocol: "TCP", port: open })) },
        ],
      },
    },
    peerAuthentication: strict(metadata, labels),
    authorizationPolicy: {
      apiVersion: "security.istio.io/v1",
      kind: "AuthorizationPolicy",
      metadata: istioMeta(metadata, `allow-to-${name}`),
      spec: {
        selector: { matchLabels: labels },
        action: "ALLOW",
        rules: [
          {
            from: [
              {
                source: {
                  principals: [principal({ namespace, serviceAccount: service.service }, trustDomain)],
                },
              },
            ],
            to: [{ operation: { ports: [String(REDIS_PORT)] } }],
          },
        ],
      },
    },
    service: {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: {
        selector: labels,
        ports: [
          {
            name: "tcp-redis",
            port: REDIS_PORT,
            targetPort: REDIS_PORT,
            protocol: "TCP",
            appProtocol: "tcp",
          },
        ],
      },
    },
    deployment: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        replicas: 1,
        // Two at once would each count a part.
        strategy: { type: "Recreate" },
        selector: { matchLabels: labels },
        template: {
          metadata: { labels: { ...metadata.labels }, annotations: WITH_PROXY },
          spec: {
            ...podOf(name, given.imagePullSecrets, 999, 1000),
            ...scheduling(redis.given, labels),
            containers: [
              {
                name: "redis",
                image: redis.image,
                command: ["redis-server", `/etc/redis/${REDIS_SECRET.configuration}`],
                ports: [{ name: "tcp-redis", containerPort: REDIS_PORT, protocol: "TCP" }],
                readinessProbe: { ...probe, periodSeconds: 5 },
                livenessProbe: { ...probe, initialDelaySeconds: 30, periodSeconds: 15, failureThreshold: 5 },
                resources: redis.given.resources ?? {
                  requests: { cpu: "50m", memory: "64Mi" },
                  limits: { memory: `${Math.ceil((redis.maxMemoryMiB * 4) / 3)}Mi` },
                },
                securityContext: UNPRIVILEGED_CONTAINER,
                volumeMounts: [
                  { name: "configuration", mountPath: "/etc/redis", readOnly: true },
                  { name: "data", mountPath: "/data" },
                ],
              },
            ],
            volumes: [
              {
                name: "configuration",
                secret: {
                  secretName: redisSecretName(settings),
                  items: [{ key: REDIS_SECRET.configuration, path: REDIS_SECRET.configuration }],
                },
              },
              { name: "data", emptyDir: {} },
            ],
          },
        },
      },
    },
  };
}

/** Each asks for the other at its start, and would find nobody before its own proxy is there. */
const WITH_PROXY = { "proxy.istio.io/config": "holdApplicationUntilProxyStarts: true\n" };

function account(metadata: PlatformMeta): ServiceAccountObject {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false };
}

/** The same metadata for the mesh's own kinds, whose names and labels are plain. */
function istioMeta({ namespace = "", labels = {}, name: own }: PlatformMeta, name = own): ObjectMeta {
  return { name, namespace, labels };
}

function strict(
  metadata: PlatformMeta,
  labels: Readonly<Record<string, string>>,
): PeerAuthenticationManifest {
  return {
    apiVersion: "security.istio.io/v1",
    kind: "PeerAuthentication",
    metadata: istioMeta(metadata),
    spec: { selector: { matchLabels: labels }, mtls: { mode: "STRICT" } },
  };
}

function podOf(
  serviceAccountName: string,
  imagePullSecrets: readonly string[] | undefined,
  user: number,
  group = user,
): Omit<inputs.core.v1.PodSpec, "containers"> {
  return {
    serviceAccountName,
    automountServiceAccountToken: false,
    ...(imagePullSecrets === undefined
      ? {}
      : { imagePullSecrets: imagePullSecrets.map((secret) => ({ name: secret })) }),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: group,
      fsGroup: group,
      seccompProfile: { type: "RuntimeDefault" },
    },
  };
}
