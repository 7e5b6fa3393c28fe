import type { TemplateCase } from "./template-case";

type Texts = Readonly<Record<string, string>>;

interface PodWords {
  readonly annotations?: Texts;
  readonly labels?: Texts;
  readonly app?: Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}

function workload({ annotations = {}, labels = {}, app = {}, spec = {} }: PodWords): object {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "shop", namespace: "shop" },
    spec: {
      selector: { matchLabels: { app: "shop" } },
      template: {
        metadata: { labels: { app: "shop", version: "v1", ...labels }, annotations },
        spec: {
          serviceAccountName: "shop",
          containers: [
            {
              name: "app",
              image: "registry.example.com/shop:1.0.0",
              ports: [{ name: "http", containerPort: 8080 }],
              ...app,
            },
          ],
          ...spec,
        },
      },
    },
  };
}

function sidecar(name: string, words: PodWords, more: Partial<TemplateCase> = {}): TemplateCase {
  return { name, templates: ["sidecar"], workload: workload(words), ...more };
}

function injectedBy(template: string, name: string, words: PodWords): TemplateCase {
  const annotations = { ...words.annotations, "inject.istio.io/templates": template };
  return { name, templates: [template], workload: workload({ ...words, annotations }) };
}

function gateway(template: string, name: string, gatewayClassName: string, listener: object): TemplateCase {
  return {
    name,
    templates: [template],
    gateway: {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "Gateway",
      metadata: { name: "shop", namespace: "shop", uid: "uid" },
      spec: { gatewayClassName, listeners: [listener] },
    },
  };
}

const PROXY = { containers: [{ name: "istio-proxy", image: "auto", ports: [{ containerPort: 8443 }] }] };

/**
 * What every mesh has, or may have tomorrow: each of Istio's templates, and of the sidecar's annotations those that lead
 * a template down another path.
 */
export const usualCases: readonly TemplateCase[] = [
  sidecar("a pod without annotations", {}),
  sidecar("a pod on a cluster without native sidecars", {}, { nativeSidecars: false }),
  sidecar("a pod with limited traffic capture", {
    annotations: {
      "traffic.sidecar.istio.io/includeOutboundIPRanges": "10.0.0.0/8",
      "traffic.sidecar.istio.io/excludeOutboundPorts": "5432",
      "traffic.sidecar.istio.io/excludeInboundPorts": "9000",
      "traffic.sidecar.istio.io/excludeInterfaces": "net1",
    },
  }),
  sidecar("a pod whose traffic is captured by TPROXY", {
    annotations: { "sidecar.istio.io/interceptionMode": "TPROXY" },
  }),
  sidecar("a pod whose traffic is not captured", {
    annotations: { "sidecar.istio.io/interceptionMode": "NONE" },
  }),
  sidecar("a pod with resources and log levels of its own", {
    annotations: {
      "sidecar.istio.io/proxyCPU": "50m",
      "sidecar.istio.io/proxyCPULimit": "1",
      "sidecar.istio.io/proxyMemory": "64Mi",
      "sidecar.istio.io/proxyMemoryLimit": "256Mi",
      "sidecar.istio.io/logLevel": "debug",
      "sidecar.istio.io/componentLogLevel": "http:info",
      "sidecar.istio.io/agentLogLevel": "xdsproxy:debug",
    },
  }),
  sidecar("a pod that waits for its proxy, with a configuration of its own", {
    annotations: {
      "proxy.istio.io/config":
        "{holdApplicationUntilProxyStarts: true, concurrency: 2, proxyMetadata: {A: b}}",
    },
  }),
  sidecar("a pod with volumes, an image and a status port of its own", {
    annotations: {
      "sidecar.istio.io/userVolume": '{"more": {"emptyDir": {}}}',
      "sidecar.istio.io/userVolumeMount": '{"more": {"mountPath": "/more"}}',
      "sidecar.istio.io/proxyImageType": "distroless",
      "status.sidecar.istio.io/port": "15025",
    },
  }),
  sidecar("a pod with probes", {
    app: {
      readinessProbe: { httpGet: { path: "/ready", port: 8080 } },
      livenessProbe: { tcpSocket: { port: "http" } },
    },
  }),
  sidecar("a pod that overrides its proxy", {
    spec: {
      containers: [
        { name: "app", image: "registry.example.com/shop:1.0.0" },
        { name: "istio-proxy", image: "auto", resources: { requests: { cpu: "10m" } } },
      ],
    },
  }),
  injectedBy("gateway", "a gateway", { labels: { istio: "edge" }, spec: PROXY }),
  injectedBy("gateway", "a gateway with a security context of its own", {
    spec: { ...PROXY, securityContext: { runAsUser: 1337, runAsGroup: 1337, runAsNonRoot: true } },
  }),
  injectedBy("grpc-agent", "gRPC clients with an agent", {}),
  injectedBy("grpc-simple", "gRPC clients without an agent", {}),
  gateway("kube-gateway", "a Gateway of the class istio", "istio", {
    name: "http",
    port: 80,
    protocol: "HTTP",
  }),
  gateway("waypoint", "a waypoint", "istio-waypoint", { name: "mesh", port: 15008, protocol: "HBONE" }),
];
