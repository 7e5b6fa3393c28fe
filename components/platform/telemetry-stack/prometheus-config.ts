import { dump } from "js-yaml";

import type { PrometheusRuleGroupArgs } from "./args";
import { DEFAULT_SCRAPE_INTERVAL } from "./rules";
import type { TelemetryStackSettings } from "./settings";

/** Where the rules are, beside the configuration. */
const RULES_FILE = "rules.yaml";

type Relabel = Readonly<Record<string, unknown>>;

const meta = (name: string): string => `__meta_kubernetes_pod_${name}`;

/** Labels that tell where a series comes from. Names that metrics of the mesh use themselves are left to them. */
const WHERE: readonly Relabel[] = [
  { source_labels: ["__meta_kubernetes_namespace"], target_label: "namespace" },
  { source_labels: [meta("name")], target_label: "pod" },
  { source_labels: [meta("node_name")], target_label: "node" },
  { source_labels: [meta("label_app")], target_label: "app" },
];

const RUNNING: Relabel = {
  source_labels: [meta("phase")],
  regex: "Pending|Succeeded|Failed",
  action: "drop",
};

/**
 * From the annotations of the pod. A pod has one target for each port that it declares; with one address they are one
 * target.
 */
const BY_ANNOTATION: readonly Relabel[] = [
  { source_labels: [meta("annotation_prometheus_io_scrape")], regex: "true", action: "keep" },
  RUNNING,
  {
    source_labels: [meta("annotation_prometheus_io_scheme")],
    regex: "(https?)",
    target_label: "__scheme__",
  },
  {
    source_labels: [meta("annotation_prometheus_io_path")],
    regex: "(.+)",
    target_label: "__metrics_path__",
  },
  {
    source_labels: [meta("annotation_prometheus_io_port"), meta("ip")],
    regex: "(\\d+);(([0-9]{1,3}\\.){3}[0-9]{1,3})",
    replacement: "$2:$1",
    target_label: "__address__",
  },
  {
    // An address of IPv6 stands in brackets.
    source_labels: [meta("annotation_prometheus_io_port"), meta("ip")],
    regex: "(\\d+);([0-9a-fA-F]*:[0-9a-fA-F:]+)",
    replacement: "[$2]:$1",
    target_label: "__address__",
  },
];

/**
 * The name of the port at which a proxy shows its own metrics. Pods whose metrics are merged say by annotation where both
 * are; of the others, such as those with `prometheus.istio.io/merge-metrics: "false"`, the annotations speak of the
 * workload alone.
 */
export const PROXY_PORT_NAME = "http-envoy-prom";
/** What says, of a pod's annotations `scrape` and `port`, that its merged metrics are fetched already, or none are to be. */
export const MERGED_OR_REFUSED = "true;15020|false;.*";

const BY_PROXY_PORT: readonly Relabel[] = [
  { source_labels: [meta("container_port_name")], regex: PROXY_PORT_NAME, action: "keep" },
  RUNNING,
  {
    source_labels: [meta("annotation_prometheus_io_scrape"), meta("annotation_prometheus_io_port")],
    regex: MERGED_OR_REFUSED,
    action: "drop",
  },
];

/** The pods of istiod, which have a job of their own so that rules find them. */
const OF_ISTIOD = (action: "keep" | "drop"): Relabel => ({
  source_labels: [meta("label_app")],
  regex: "istiod",
  action,
});

/**
 * What Prometheus reads: fields that its releases 2.42 to 3.x agree on. Metrics of proxies come in classic buckets, which
 * is what every query here counts on.
 *
 * @param service where a discovery finds the API server; inside the cluster it needs nothing
 */
export function prometheusConfig(
  { prometheus }: Pick<TelemetryStackSettings, "prometheus">,
  discovery: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const interval = prometheus.scrapeInterval ?? DEFAULT_SCRAPE_INTERVAL;
  const pods = [{ role: "pod", ...discovery }];
  return {
    global: { scrape_interval: interval, evaluation_interval: interval },
    rule_files: [RULES_FILE],
    ...(prometheus.alertmanager === undefined
      ? {}
      : {
          alerting: {
            alertmanagers: [{ static_configs: [{ targets: [prometheus.alertmanager] }] }],
          },
        }),
    scrape_configs: [
      {
        job_name: "istiod",
        kubernetes_sd_configs: pods,
        relabel_configs: [OF_ISTIOD("keep"), ...BY_ANNOTATION, ...WHERE],
      },
      {
        // Proxies and gateways with the metrics of the workloads beside them, ztunnel, the CNI agents, and this stack.
        job_name: "pods",
        kubernetes_sd_configs: pods,
        relabel_configs: [OF_ISTIOD("drop"), ...BY_ANNOTATION, ...WHERE],
      },
      {
        // Proxies whose metrics are not merged with those of the workload.
        job_name: "proxies",
        metrics_path: "/stats/prometheus",
        kubernetes_sd_configs: pods,
        relabel_configs: [...BY_PROXY_PORT, ...WHERE],
      },
    ],
  };
}

/** The files of Prometheus, by name. */
export function prometheusFiles(
  settings: TelemetryStackSettings,
  groups: readonly PrometheusRuleGroupArgs[],
): Readonly<Record<string, string>> {
  return {
    "prometheus.yaml": dump(prometheusConfig(settings), { lineWidth: -1, noRefs: true }),
    [RULES_FILE]: dump({ groups }, { lineWidth: -1, noRefs: true }),
  };
}
