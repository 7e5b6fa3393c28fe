import { readFileSync } from "node:fs";
import * as path from "node:path";

export interface Metric {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  /** `proxy`, `istiod`, `agent`, `ztunnel`, `envoy`, `cni`, `prometheus`; several joined by " and ". */
  readonly component: string;
  readonly labels: readonly string[];
  readonly docs: string;
}

interface MetricsFile {
  readonly istio: string;
  readonly targetLabels: readonly string[];
  readonly metrics: readonly Metric[];
}

const FILE = path.resolve(__dirname, "../../../docs/metrics.json");

/** Every metric that queries may name. */
export const METRICS = JSON.parse(readFileSync(FILE, "utf8")) as MetricsFile;

/** Series by name, with the labels that they have: a histogram has three. */
export function seriesOf({ name, type, labels }: Metric): [string, readonly string[]][] {
  if (type !== "histogram") return [[name, labels]];
  return [
    [`${name}_bucket`, [...labels, "le"]],
    [`${name}_sum`, labels],
    [`${name}_count`, labels],
  ];
}

/** Labels by the name of the series, as Prometheus has them: those of the metric, and those of its target. */
export const SERIES: ReadonlyMap<string, readonly string[]> = new Map(
  METRICS.metrics
    .flatMap(seriesOf)
    .map(([name, labels]) => [name, [...labels, ...METRICS.targetLabels]] as const),
);
