import type { PrometheusRuleArgs, PrometheusRuleGroupArgs, TelemetryStackArgs } from "./args";

/** How often metrics are fetched and rules evaluated, unless another interval is asked for. */
export const DEFAULT_SCRAPE_INTERVAL = "15s";

/** By what the recorded series of services are told apart. */
const BY = "destination_service_name, destination_service_namespace";

/** Every call is counted by both sides; the side that answers sees those from outside the mesh, too. */
const SERVER = 'reporter="destination"';

/** Series that dashboards and alerts share: computed once, for whoever asks. */
const RECORDING: readonly PrometheusRuleArgs[] = [
  {
    record: "service:istio_requests:rate5m",
    expr: `sum by (${BY}) (rate(istio_requests_total{${SERVER}}[5m]))`,
  },
  {
    record: "service:istio_request_errors:rate5m",
    expr: `sum by (${BY}) (rate(istio_requests_total{${SERVER},response_code=~"5.."}[5m]))`,
  },
  {
    // A service without errors has a ratio, too: zero.
    record: "service:istio_request_errors:ratio5m",
    expr: `(service:istio_request_errors:rate5m or service:istio_requests:rate5m * 0) / service:istio_requests:rate5m`,
  },
  ...[50, 90, 99].map((percent) => ({
    record: `service:istio_request_duration_milliseconds:p${percent}_5m`,
    expr: `histogram_quantile(${percent / 100}, sum by (${BY}, le) (rate(istio_request_duration_milliseconds_bucket{${SERVER}}[5m])))`,
  })),
];

const severity = (level: "critical" | "warning" | "info") => ({ labels: { severity: level } });

const DAY = 86_400;

/** What somebody should look at. */
const ALERTS: readonly PrometheusRuleGroupArgs[] = [
  {
    name: "meshwright-services",
    rules: [
      {
        alert: "MeshServiceErrorRateHigh",
        expr: "service:istio_request_errors:ratio5m > 0.05 and service:istio_requests:rate5m > 0.1",
        for: "5m",
        ...severity("critical"),
        annotations: {
          summary:
            "{{ $labels.destination_service_name }} in {{ $labels.destination_service_namespace }} fails {{ $value | humanizePercentage }} of its requests",
          description: "More than 5 % of the requests were answered with a server error for five minutes.",
        },
      },
      {
        alert: "MeshServiceLatencyHigh",
        expr: "service:istio_request_duration_milliseconds:p99_5m > 1000 and service:istio_requests:rate5m > 0.1",
        for: "10m",
        ...severity("warning"),
        annotations: {
          summary:
            "{{ $labels.destination_service_name }} in {{ $labels.destination_service_namespace }} takes {{ $value | humanize }} ms",
          description: "One request in a hundred took longer than a second, for ten minutes.",
        },
      },
    ],
  },
  {
    name: "meshwright-certificates",
    rules: [
      {
        alert: "MeshRootCertificateExpires",
        expr: `min(citadel_server_root_cert_expiry_seconds) < ${30 * DAY}`,
        for: "1h",
        ...severity("critical"),
        annotations: {
          summary: "The root certificate of the mesh expires in {{ $value | humanizeDuration }}",
          description:
            "When it has, no workload trusts another. A new root is rolled out beside the old one.",
        },
      },
      {
        alert: "MeshAuthorityCertificateExpires",
        expr: `min(citadel_server_cert_chain_expiry_seconds) < ${30 * DAY}`,
        for: "1h",
        ...severity("critical"),
        annotations: {
          summary: "The certificate that istiod signs with expires in {{ $value | humanizeDuration }}",
          description: "Certificates of workloads cannot outlive it.",
        },
      },
      {
        alert: "MeshWorkloadCertificateExpires",
        expr: 'min by (namespace, pod) (istio_agent_cert_expiry_seconds{resource_name="default"}) < 3600',
        for: "10m",
        ...severity("critical"),
        annotations: {
          summary:
            "The certificate of {{ $labels.namespace }}/{{ $labels.pod }} expires in {{ $value | humanizeDuration }}",
          description:
            "It should have been renewed at half of its life: its proxy does not reach istiod, or is refused.",
        },
      },
      {
        alert: "MeshCertificateSigningFails",
        expr: "sum(rate(citadel_server_csr_sign_err_count[5m])) > 0 or sum(rate(citadel_server_authentication_failure_count[5m])) > 0",
        for: "10m",
        ...severity("warning"),
        annotations: {
          summary: "istiod refuses or fails to sign certificates",
          description: "New pods do not become ready, and old ones lose their identity when theirs expires.",
        },
      },
    ],
  },
  {
    name: "meshwright-control-plane",
    rules: [
      {
        alert: "IstiodDown",
        expr: 'absent(up{job="istiod"} == 1)',
        for: "5m",
        ...severity("critical"),
        annotations: {
          summary: "No istiod answers",
          description: "Proxies keep what they have; pods get no sidecar, and no change arrives.",
        },
      },
      {
        alert: "IstiodConfigurationSlow",
        expr: "histogram_quantile(0.99, sum by (le) (rate(pilot_proxy_convergence_time_bucket[5m]))) > 10",
        for: "10m",
        ...severity("warning"),
        annotations: {
          summary: "Changes take {{ $value | humanizeDuration }} to reach proxies",
          description:
            "istiod lacks CPU, or every change concerns every proxy: narrow what they see with Sidecars.",
        },
      },
      {
        alert: "IstiodPushErrors",
        expr: "sum(rate(pilot_total_xds_internal_errors[5m])) > 0",
        for: "5m",
        ...severity("warning"),
        annotations: {
          summary: "istiod fails to build or send configuration",
          description: "Its log says for which proxy.",
        },
      },
      {
        alert: "MeshConfigurationRejectedByProxies",
        expr: "sum by (type) (increase(pilot_total_xds_rejects[5m])) > 0",
        for: "1m",
        ...severity("critical"),
        annotations: {
          summary: "Proxies reject {{ $labels.type }} configuration",
          description: "They go on with what they had before. `istioctl proxy-status` names them.",
        },
      },
      {
        alert: "MeshConfigurationRefused",
        expr: "sum by (resource, reason) (increase(galley_validation_failed[10m])) > 0",
        ...severity("info"),
        annotations: {
          summary: "istiod refused {{ $labels.resource }}: {{ $labels.reason }}",
          description: "Somebody applied an object that is not valid; the cluster did not take it.",
        },
      },
      {
        alert: "MeshConfigurationConflicts",
        expr: "sum(pilot_conflict_inbound_listener) + sum(pilot_conflict_outbound_listener_tcp_over_current_tcp) + sum(pilot_vservice_dup_domain) > 0",
        for: "10m",
        ...severity("warning"),
        annotations: {
          summary: "{{ $value }} listeners or hosts of the mesh are claimed twice",
          description: "One of the claims is ignored. `meshwright check` names both.",
        },
      },
      {
        alert: "MeshInjectionFails",
        expr: "sum(rate(sidecar_injection_failure_total[5m])) > 0",
        for: "5m",
        ...severity("critical"),
        annotations: {
          summary: "Pods are refused because their sidecar cannot be added",
          description: "The log of istiod says which template or annotation it stumbles over.",
        },
      },
    ],
  },
];

/** Every group that Prometheus gets: what is recorded, our alerts unless they are off, and the groups that were given. */
export function ruleGroups({
  prometheus = {},
  ruleGroups: given = [],
}: Pick<TelemetryStackArgs, "prometheus" | "ruleGroups">): PrometheusRuleGroupArgs[] {
  return [
    { name: "meshwright-recording", rules: [...RECORDING] },
    ...(prometheus.alerts === false ? [] : ALERTS),
    ...given,
  ];
}
