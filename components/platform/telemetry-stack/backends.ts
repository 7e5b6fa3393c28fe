import { dump } from "js-yaml";

import type { PartSpec } from "./part";
import { jaegerEndpoint, type TelemetryStackSettings } from "./settings";

const yaml = (value: unknown): string => dump(value, { lineWidth: -1, noRefs: true });

/** The port at which the collector and Jaeger, which is built on it, say whether they are well. */
const HEALTH_PORT = 13_133;

const HEALTH = { endpoint: `0.0.0.0:${HEALTH_PORT}` };

const OTLP_RECEIVER = {
  protocols: { grpc: { endpoint: "0.0.0.0:4317" }, http: { endpoint: "0.0.0.0:4318" } },
};

/** Own metrics of the collector and of Jaeger. */
const OWN_METRICS = {
  metrics: {
    readers: [{ pull: { exporter: { prometheus: { host: "0.0.0.0", port: 8888 } } } }],
  },
};

/** Jaeger 2: a collector with a store and a query service. */
export function jaegerSpec(settings: TelemetryStackSettings): PartSpec {
  const stored = settings.run.get("jaeger")?.storage !== undefined;
  const { retention = "72h", maxTraces = 50_000 } = settings.jaeger;
  const store = stored
    ? {
        badger: {
          ephemeral: false,
          directories: { keys: "/badger/keys", values: "/badger/values" },
          ttl: { spans: retention },
        },
      }
    : { memory: { max_traces: maxTraces } };
  const config = {
    service: {
      extensions: ["jaeger_storage", "jaeger_query", "healthcheckv2"],
      pipelines: {
        traces: {
          receivers: ["otlp", "zipkin"],
          processors: ["batch"],
          exporters: ["jaeger_storage_exporter"],
        },
      },
      telemetry: OWN_METRICS,
    },
    extensions: {
      healthcheckv2: { use_v2: true, http: HEALTH },
      jaeger_query: { storage: { traces: "main" }, http: { endpoint: "0.0.0.0:16686" } },
      jaeger_storage: { backends: { main: store } },
    },
    receivers: { otlp: OTLP_RECEIVER, zipkin: { endpoint: "0.0.0.0:9411" } },
    processors: { batch: {} },
    exporters: { jaeger_storage_exporter: { trace_storage: "main" } },
  };
  return {
    args: ["--config", "/etc/jaeger/config.yaml"],
    files: { mountPath: "/etc/jaeger", texts: { "config.yaml": yaml(config) } },
    ...(stored ? { dataPath: "/badger" } : {}),
    scratch: ["/tmp"],
    probe: { path: "/status", port: HEALTH_PORT },
    metrics: { port: 8888, path: "/metrics" },
    privatePorts: [HEALTH_PORT, 8888],
  };
}

/** Zipkin keeps what it gets in memory. */
export function zipkinSpec(): PartSpec {
  return {
    env: [{ name: "STORAGE_TYPE", value: "mem" }],
    scratch: ["/tmp"],
    probe: { path: "/health", port: 9411 },
    metrics: { port: 9411, path: "/prometheus" },
  };
}

/** The collector sends traces to whatever keeps them, and logs to Loki. */
export function collectorSpec(settings: TelemetryStackSettings): PartSpec {
  const { endpoints } = settings;
  const jaeger = jaegerEndpoint(settings);
  const zipkin = endpoints.get("zipkin");
  const loki = endpoints.get("loki");
  const exporters: Record<string, unknown> = {
    ...(jaeger === undefined
      ? {}
      : {
          "otlp/jaeger": {
            endpoint: `${jaeger.spans.host}:${jaeger.spans.port}`,
            tls: { insecure: true },
          },
        }),
    ...(zipkin === undefined ? {} : { zipkin: { endpoint: `${zipkin.url}/api/v2/spans` } }),
    ...(loki === undefined ? {} : { "otlphttp/loki": { endpoint: `${loki.url}/otlp` } }),
    // A pipeline must lead somewhere.
    debug: {},
  };
  const traces = ["otlp/jaeger", "zipkin"].filter((name) => name in exporters);
  const logs = ["otlphttp/loki"].filter((name) => name in exporters);
  const pipeline = (to: readonly string[]) => ({
    receivers: ["otlp"],
    processors: ["memory_limiter", "batch"],
    exporters: to.length === 0 ? ["debug"] : to,
  });
  const config = {
    service: {
      extensions: ["health_check"],
      pipelines: { traces: pipeline(traces), logs: pipeline(logs) },
      telemetry: OWN_METRICS,
    },
    extensions: { health_check: HEALTH },
    receivers: { otlp: OTLP_RECEIVER },
    processors: {
      batch: {},
      memory_limiter: { check_interval: "1s", limit_percentage: 80, spike_limit_percentage: 20 },
    },
    exporters,
  };
  return {
    args: ["--config=/etc/otelcol/config.yaml"],
    files: { mountPath: "/etc/otelcol", texts: { "config.yaml": yaml(config) } },
    scratch: ["/tmp"],
    probe: { path: "/", port: HEALTH_PORT },
    metrics: { port: 8888, path: "/metrics" },
    privatePorts: [HEALTH_PORT, 8888],
  };
}

/** One Loki with its data in files, which takes logs over OTLP. */
export function lokiSpec({ loki }: TelemetryStackSettings): PartSpec {
  const config = {
    auth_enabled: false,
    server: { http_listen_port: 3100, grpc_listen_port: 9095 },
    common: {
      path_prefix: "/var/loki",
      replication_factor: 1,
      ring: { kvstore: { store: "inmemory" }, instance_addr: "127.0.0.1" },
      storage: { filesystem: { chunks_directory: "/var/loki/chunks", rules_directory: "/var/loki/rules" } },
    },
    schema_config: {
      configs: [
        {
          from: "2024-04-01",
          store: "tsdb",
          object_store: "filesystem",
          schema: "v13",
          index: { prefix: "index_", period: "24h" },
        },
      ],
    },
    compactor: {
      working_directory: "/var/loki/compactor",
      retention_enabled: true,
      delete_request_store: "filesystem",
    },
    limits_config: { retention_period: loki.retention ?? "168h", allow_structured_metadata: true },
    analytics: { reporting_enabled: false },
  };
  return {
    args: ["-config.file=/etc/loki/config.yaml"],
    files: { mountPath: "/etc/loki", texts: { "config.yaml": yaml(config) } },
    dataPath: "/var/loki",
    scratch: ["/tmp"],
    probe: { path: "/ready", port: 3100 },
    metrics: { port: 3100, path: "/metrics" },
  };
}

/** Prometheus. */
export function prometheusSpec(
  settings: TelemetryStackSettings,
  texts: Readonly<Record<string, string>>,
): PartSpec {
  const stored = settings.run.get("prometheus")?.storage !== undefined;
  const retention = settings.prometheus.retention ?? (stored ? "7d" : "6h");
  return {
    args: [
      "--config.file=/etc/prometheus/prometheus.yaml",
      "--storage.tsdb.path=/prometheus",
      `--storage.tsdb.retention.time=${retention}`,
    ],
    files: { mountPath: "/etc/prometheus", texts },
    dataPath: "/prometheus",
    probe: { path: "/-/ready", port: 9090 },
    metrics: { port: 9090, path: "/metrics" },
    usesApiServer: true,
  };
}
