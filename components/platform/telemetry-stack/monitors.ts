import type { PodMonitorObject, PrometheusRuleObject, ServiceMonitorObject } from "../kubernetes-objects";
import type { PrometheusRuleGroupArgs } from "./args";
import { partMeta } from "./part";
import { MERGED_OR_REFUSED, PROXY_PORT_NAME } from "./prometheus-config";
import { DEFAULT_SCRAPE_INTERVAL } from "./rules";
import type { TelemetryStackSettings } from "./settings";

/** What the Prometheus Operator is told instead of a configuration file. */
export interface OperatorObjects {
  readonly istiod: ServiceMonitorObject;
  readonly pods: PodMonitorObject;
  readonly rules: PrometheusRuleObject;
}

const APP = { sourceLabels: ["__meta_kubernetes_pod_label_app"], targetLabel: "app" };
const NODE = { sourceLabels: ["__meta_kubernetes_pod_node_name"], targetLabel: "node" };

/**
 * Monitors for istiod, and for everything that says by annotation that it has metrics: the same targets, jobs and labels
 * as without the operator, so that rules and dashboards do not notice.
 */
export function operatorObjects(
  { namespace, rootNamespace, prometheus }: TelemetryStackSettings,
  groups: readonly PrometheusRuleGroupArgs[],
): OperatorObjects {
  const interval = prometheus.scrapeInterval ?? DEFAULT_SCRAPE_INTERVAL;
  const metadata = (name: string) => {
    const { labels } = partMeta(name, namespace, "prometheus");
    return { name, namespace, labels: { ...labels, ...prometheus.operatorLabels } };
  };
  const job = (name: string) => ({ action: "replace", targetLabel: "job", replacement: name });
  return {
    istiod: {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "ServiceMonitor",
      metadata: metadata("istiod"),
      spec: {
        namespaceSelector: { matchNames: [rootNamespace] },
        selector: { matchLabels: { app: "istiod" } },
        endpoints: [{ port: "http-monitoring", interval, relabelings: [APP, NODE, job("istiod")] }],
      },
    },
    pods: {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PodMonitor",
      metadata: metadata("mesh-pods"),
      spec: {
        namespaceSelector: { any: true },
        selector: { matchExpressions: [{ key: "app", operator: "NotIn", values: ["istiod"] }] },
        podMetricsEndpoints: [
          {
            interval,
            path: "/stats/prometheus",
            relabelings: [
              {
                action: "keep",
                sourceLabels: ["__meta_kubernetes_pod_annotation_prometheus_io_scrape"],
                regex: "true",
              },
              {
                sourceLabels: ["__meta_kubernetes_pod_annotation_prometheus_io_path"],
                regex: "(.+)",
                targetLabel: "__metrics_path__",
              },
              {
                sourceLabels: [
                  "__meta_kubernetes_pod_annotation_prometheus_io_port",
                  "__meta_kubernetes_pod_ip",
                ],
                regex: "(\\d+);(([0-9]{1,3}\\.){3}[0-9]{1,3})",
                replacement: "$2:$1",
                targetLabel: "__address__",
              },
              {
                sourceLabels: [
                  "__meta_kubernetes_pod_annotation_prometheus_io_port",
                  "__meta_kubernetes_pod_ip",
                ],
                regex: "(\\d+);([0-9a-fA-F]*:[0-9a-fA-F:]+)",
                replacement: "[$2]:$1",
                targetLabel: "__address__",
              },
              APP,
              NODE,
              job("pods"),
            ],
          },
          {
            // Proxies whose metrics are not merged with those of the workload.
            port: PROXY_PORT_NAME,
            interval,
            path: "/stats/prometheus",
            relabelings: [
              {
                action: "drop",
                sourceLabels: [
                  "__meta_kubernetes_pod_annotation_prometheus_io_scrape",
                  "__meta_kubernetes_pod_annotation_prometheus_io_port",
                ],
                regex: MERGED_OR_REFUSED,
              },
              APP,
              NODE,
              job("proxies"),
            ],
          },
        ],
      },
    },
    rules: {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PrometheusRule",
      metadata: metadata("mesh-rules"),
      spec: { groups },
    },
  };
}
