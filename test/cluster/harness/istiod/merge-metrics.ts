import { load } from "js-yaml";

type Annotations = Readonly<Record<string, string>>;

const STATUS_PORT = 15_020;

interface MeshConfig {
  readonly enablePrometheusMerge?: boolean;
  readonly defaultConfig?: { readonly statusPort?: number };
}

/**
 * What istiod says of an injected pod after the templates: where Prometheus finds the metrics of proxy and workload together,
 * unless the pod or the mesh wants them apart.
 *
 * @param meshConfig YAML
 * @see https://istio.io/latest/docs/ops/integrations/prometheus/#option-1-metrics-merging
 */
export function withMergedMetrics(annotations: Annotations, meshConfig: string): Annotations {
  const { enablePrometheusMerge = true, defaultConfig } = (load(meshConfig === "" ? "{}" : meshConfig) ??
    {}) as MeshConfig;
  const said = annotations["prometheus.istio.io/merge-metrics"];
  const merge = said === undefined ? enablePrometheusMerge : said === "true";
  if (!merge || annotations["prometheus.io/scrape"] === "false") return annotations;
  return {
    ...annotations,
    "prometheus.io/path": "/stats/prometheus",
    "prometheus.io/port": String(defaultConfig?.statusPort ?? STATUS_PORT),
    "prometheus.io/scrape": "true",
  };
}
