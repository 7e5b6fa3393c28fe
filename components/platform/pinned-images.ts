/*
 * Every image that we pin ourselves: one table, so that an update is one change. Istio's own follow its release.
 */

/** The pinned image of each part of the telemetry stack. */
export const TELEMETRY_IMAGES = {
  prometheus: "docker.io/prom/prometheus:v3.10.0",
  grafana: "docker.io/grafana/grafana:12.0.1",
  jaeger: "docker.io/jaegertracing/jaeger:2.17.0",
  zipkin: "docker.io/openzipkin/zipkin-slim:3.4.0",
  collector: "docker.io/otel/opentelemetry-collector-contrib:0.123.0",
  kiali: "quay.io/kiali/kiali:v2.27",
  loki: "docker.io/grafana/loki:3.6.7",
} as const;

/** The pinned images of the rate-limit service. The tag of its own image is a commit: the project makes no releases. */
export const RATE_LIMIT_IMAGES = {
  ratelimit: "docker.io/envoyproxy/ratelimit:3fb70258",
  redis: "docker.io/library/redis:7.4.9-alpine",
} as const;
