import { type Metric, METRICS, seriesOf } from "./metrics";

/** A pod whose metrics are made up from docs/metrics.json. */
export interface Pod {
  readonly name: string;
  readonly namespace: string;
  readonly app: string;
  /** Which components' metrics it has. */
  readonly components: readonly string[];
  /** Values of labels that differ from the usual ones. */
  readonly labels?: Readonly<Record<string, readonly string[]>>;
}

/** Values that labels have; one of its own name for the rest. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  response_code: ["200", "403", "503"],
  response_flags: ["-", "UH"],
  reporter: ["source", "destination"],
  connection_security_policy: ["mutual_tls"],
  resource_name: ["default"],
  source_workload: ["productpage-v1", "reviews-v1"],
  source_workload_namespace: ["bookinfo"],
  destination_workload: ["reviews-v1"],
  destination_workload_namespace: ["bookinfo"],
  destination_service_name: ["reviews"],
  destination_service_namespace: ["bookinfo"],
};

/** Where the proxies' histograms have a boundary by themselves. */
const BUCKETS = [
  "0.5",
  "1",
  "5",
  "10",
  "25",
  "50",
  "100",
  "250",
  "500",
  "1000",
  "2500",
  "5000",
  "10000",
  "+Inf",
];

function combinations(labels: readonly string[], pod: Pod): Record<string, string>[] {
  return labels.reduce<Record<string, string>[]>(
    (rows, label) => {
      const values = pod.labels?.[label] ?? VALUES[label] ?? [`some-${label}`];
      return rows.flatMap((row) => values.map((value) => ({ ...row, [label]: value })));
    },
    [{}],
  );
}

function line(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  const text = Object.entries(labels).map(([label, each]) => `${label}="${each}"`);
  return `${name}${text.length === 0 ? "" : `{${text.join(",")}}`} ${value}`;
}

/** A metric at a time: counters grow with it. */
function lines(metric: Metric, pod: Pod, seconds: number): string[] {
  const growing = 100 + seconds * 10;
  return seriesOf(metric).flatMap(([name]) =>
    combinations(metric.labels, pod).flatMap((labels) => {
      if (metric.type === "gauge") return [line(name, labels, 7)];
      if (!name.endsWith("_bucket")) return [line(name, labels, growing)];
      return BUCKETS.map((le, index) =>
        line(name, { ...labels, le }, Math.floor((growing * (index + 1)) / BUCKETS.length)),
      );
    }),
  );
}

/** What a pod answers when it is asked for its metrics. */
export function exposition(pod: Pod, seconds: number): string {
  return METRICS.metrics
    .filter(({ component }) => component.split(" and ").some((part) => pod.components.includes(part)))
    .flatMap((metric) => [`# TYPE ${metric.name} ${metric.type}`, ...lines(metric, pod, seconds)])
    .concat("")
    .join("\n");
}
