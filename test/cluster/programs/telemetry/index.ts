import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { defineMesh } from "../../../../components/intent";
import { ServiceMesh, TelemetryStack } from "../../../../components/platform";

const shop = defineMesh("bookinfo", {
  services: { reviews: { namespace: "bookinfo", ports: { http: { number: 9080, protocol: "http" } } } },
});
shop.slo(shop.services.reviews, { availability: 0.999, latency: { p: 0.99, under: "250ms" } });

const mesh = new ServiceMesh("mesh", {
  mesh: shop,
  profile: "ambient",
  namespaces: {
    bookinfo: { injection: "enabled" },
    ingress: { podSecurity: "restricted" },
    plain: { injection: "disabled" },
    tools: { injection: "disabled", podSecurity: "restricted" },
  },
  cni: { appArmor: "field" },
  gateways: { "istio-ingressgateway": { namespace: "ingress" } },
  telemetry: {
    prometheus: { storage: "50Gi", retention: "15d", host: "prometheus.example.com" },
    grafana: { host: "grafana.example.com" },
    jaeger: { storage: "10Gi" },
    zipkin: {},
    kiali: { host: "kiali.example.com" },
    loki: {},
    ingress: { namespace: "ingress", credentialName: "tools-cert", issuer: "https://login.example.com" },
  },
});

/** A workload in one pod. */
function workload(name: string, namespace: string, annotations: Record<string, string> = {}): void {
  const labels = { app: name, version: "v1" };
  new Deployment(
    name,
    {
      metadata: { name: `${name}-v1`, namespace },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels, annotations },
          spec: {
            containers: [{ name, image: "registry.example.com/app:1.0.0", ports: [{ containerPort: 9080 }] }],
          },
        },
      },
    },
    // Pods that are made before the injector is ready would stay without a sidecar.
    { dependsOn: mesh.injectionReady },
  );
}

workload("reviews", "bookinfo");
workload("apart", "bookinfo", { "prometheus.istio.io/merge-metrics": "false" });
workload("silent", "plain");
workload("refusing", "bookinfo", { "prometheus.io/scrape": "false", "prometheus.io/port": "8080" });

// Beside a Prometheus that the cluster has already.
new TelemetryStack(
  "existing",
  {
    namespace: "tools",
    prometheus: {
      operator: true,
      operatorLabels: { release: "kube-prometheus" },
      address: "http://prometheus.monitoring:9090",
    },
    grafana: { enabled: false },
    jaeger: { enabled: false },
  },
  { dependsOn: mesh },
);
