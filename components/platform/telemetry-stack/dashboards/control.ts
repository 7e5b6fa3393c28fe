import { lines, number, rateOf, table } from "./parts";
import type { DashboardSpec } from "./types";

const p99 = (metric: string, by = ""): string =>
  `histogram_quantile(0.99, sum by (${by}le) (rate(${metric}_bucket[$__rate_interval])))`;

/** How istiod is. */
export const CONTROL_PLANE: DashboardSpec = {
  uid: "meshwright-control-plane",
  title: "Control plane",
  description: "istiod: what it knows, what it sends, and how long that takes.",
  variables: [],
  rows: [
    {
      title: "istiod",
      panels: [
        number("Pods", "That answer Prometheus.", "short", 'sum(up{job="istiod"})'),
        number("Proxies", "That are connected.", "short", "sum(pilot_xds)"),
        number("Services", "That istiod knows.", "short", "max(pilot_services)"),
        number(
          "Root certificate",
          "Time until it expires.",
          "s",
          "min(citadel_server_root_cert_expiry_seconds)",
        ),
        number("VirtualServices", "That istiod knows.", "short", "max(pilot_virt_services)"),
        number(
          "Conflicts",
          "Listeners and hosts that are claimed twice.",
          "short",
          "sum(pilot_conflict_inbound_listener) + sum(pilot_conflict_outbound_listener_tcp_over_current_tcp) + sum(pilot_vservice_dup_domain)",
        ),
        lines(
          "Versions",
          "More than one during an upgrade.",
          "short",
          [{ expr: "sum by (component, tag) (istio_build)", legend: "{{component}} {{tag}}" }],
          8,
        ),
        lines(
          "CPU",
          "Cores in use.",
          "short",
          [
            {
              expr: 'sum by (pod) (rate(process_cpu_seconds_total{job="istiod"}[$__rate_interval]))',
              legend: "{{pod}}",
            },
          ],
          8,
        ),
        lines(
          "Memory",
          "Resident.",
          "bytes",
          [{ expr: 'sum by (pod) (process_resident_memory_bytes{job="istiod"})', legend: "{{pod}}" }],
          8,
        ),
      ],
    },
    {
      title: "Configuration",
      panels: [
        lines("Pushes", "Sent to proxies, by type; `…_senderr` failed.", "ops", [
          { expr: rateOf("pilot_xds_pushes", "type"), legend: "{{type}}" },
        ]),
        lines("Reasons", "What made istiod push.", "ops", [
          { expr: rateOf("pilot_push_triggers", "type"), legend: "{{type}}" },
        ]),
        lines("Time to proxies", "From a change to the last proxy that has it: 99 of 100.", "s", [
          { expr: p99("pilot_proxy_convergence_time"), legend: "to proxies" },
          { expr: p99("pilot_proxy_queue_time"), legend: "in the queue" },
          { expr: p99("pilot_xds_push_time", "type, "), legend: "to build {{type}}" },
        ]),
        lines("Size", "Of what is sent, by type: 99 of 100.", "bytes", [
          { expr: p99("pilot_xds_config_size_bytes", "type, "), legend: "{{type}}" },
        ]),
        lines("Rejected by proxies", "Must stay at zero: a proxy that rejects keeps the old.", "ops", [
          { expr: rateOf("pilot_total_xds_rejects", "type"), legend: "{{type}}" },
        ]),
        lines("Errors", "Of istiod itself, and connections that were too slow.", "ops", [
          { expr: "sum(rate(pilot_total_xds_internal_errors[$__rate_interval]))", legend: "internal" },
          { expr: "sum(rate(pilot_xds_write_timeout[$__rate_interval]))", legend: "timeouts" },
        ]),
        lines("Changes", "That arrived from the API server.", "ops", [
          { expr: rateOf("pilot_k8s_cfg_events", "type, event"), legend: "{{event}} {{type}}" },
        ]),
        lines("Validation", "Objects that the webhook took and refused.", "ops", [
          { expr: "sum(rate(galley_validation_passed[$__rate_interval]))", legend: "taken" },
          {
            expr: rateOf("galley_validation_failed", "resource, reason"),
            legend: "refused {{resource}} {{reason}}",
          },
        ]),
      ],
    },
    {
      title: "Injection and certificates",
      panels: [
        lines("Injection", "Pods that asked for a sidecar.", "ops", [
          { expr: "sum(rate(sidecar_injection_success_total[$__rate_interval]))", legend: "added" },
          { expr: "sum(rate(sidecar_injection_skip_total[$__rate_interval]))", legend: "left out" },
          { expr: "sum(rate(sidecar_injection_failure_total[$__rate_interval]))", legend: "failed" },
        ]),
        lines("Certificates", "Requests, and what became of them.", "ops", [
          { expr: "sum(rate(citadel_server_csr_count[$__rate_interval]))", legend: "asked for" },
          {
            expr: "sum(rate(citadel_server_success_cert_issuance_count[$__rate_interval]))",
            legend: "issued",
          },
          {
            expr: "sum(rate(citadel_server_authentication_failure_count[$__rate_interval]))",
            legend: "not authenticated",
          },
        ]),
      ],
    },
  ],
};

/** The proxies of the nodes, in ambient. */
export const ZTUNNEL: DashboardSpec = {
  uid: "meshwright-ztunnel",
  title: "ztunnel",
  description: "The proxies of the nodes in ambient: connections, names, configuration.",
  variables: [],
  rows: [
    {
      title: "Traffic",
      panels: [
        lines("Connections", "Opened and closed a second.", "cps", [
          {
            expr: rateOf("istio_tcp_connections_opened_total", "pod", 'pod=~"ztunnel-.*"'),
            legend: "opened {{pod}}",
          },
          {
            expr: rateOf("istio_tcp_connections_closed_total", "pod", 'pod=~"ztunnel-.*"'),
            legend: "closed {{pod}}",
          },
        ]),
        lines("Bytes", "Sent and received a second.", "Bps", [
          { expr: rateOf("istio_tcp_sent_bytes_total", "pod", 'pod=~"ztunnel-.*"'), legend: "sent {{pod}}" },
          {
            expr: rateOf("istio_tcp_received_bytes_total", "pod", 'pod=~"ztunnel-.*"'),
            legend: "received {{pod}}",
          },
        ]),
        lines("Refused and failed", "DENY: by policy; CONNECT: the other side did not answer.", "cps", [
          {
            expr: rateOf(
              "istio_tcp_connections_closed_total",
              "response_flags",
              'pod=~"ztunnel-.*",response_flags!="-"',
            ),
            legend: "{{response_flags}}",
          },
        ]),
        lines("Names", "Asked of the DNS proxy.", "reqps", [
          { expr: rateOf("istio_dns_requests_total", "pod"), legend: "{{pod}}" },
        ]),
      ],
    },
    {
      title: "Nodes",
      panels: [
        lines("Workloads", "That a node's proxy serves; waiting ones have no traffic yet.", "short", [
          { expr: "sum by (pod) (workload_manager_active_proxy_count)", legend: "served {{pod}}" },
          { expr: "sum by (pod) (workload_manager_pending_proxy_count)", legend: "waiting {{pod}}" },
        ]),
        lines("Configuration", "Messages from istiod, and connections that ended.", "ops", [
          { expr: rateOf("istio_xds_message_total", "url"), legend: "{{url}}" },
          { expr: rateOf("istio_xds_connection_terminations_total", "reason"), legend: "ended {{reason}}" },
        ]),
      ],
    },
  ],
};

/** What services promise, and how they keep it. */
export const OBJECTIVES: DashboardSpec = {
  uid: "meshwright-objectives",
  title: "Objectives",
  description: "What services promise, what is left of their error budgets, and how fast it goes.",
  variables: [
    { name: "slo", label: "Objective", query: "label_values(slo:objective:ratio, slo)", multi: true },
  ],
  rows: [
    {
      title: "Error budgets",
      panels: [
        table(
          "Left",
          "Share of the budget that is left; below zero the promise is broken.",
          "percentunit",
          'sort(slo:error_budget:remaining_ratio{slo=~"$slo"})',
        ),
        lines(
          "Failures",
          "Share of requests that broke the promise, over five minutes and an hour.",
          "percentunit",
          [
            { expr: 'slo:error_ratio:rate5m{slo=~"$slo"}', legend: "{{slo}} 5m" },
            { expr: 'slo:error_ratio:rate1h{slo=~"$slo"}', legend: "{{slo}} 1h" },
          ],
        ),
        lines(
          "Burn rate",
          "How many times faster than the budget allows; 1 uses it up exactly in time.",
          "short",
          [
            {
              expr: 'slo:error_ratio:rate1h{slo=~"$slo"} / (1 - slo:objective:ratio{slo=~"$slo"})',
              legend: "{{slo}}",
            },
          ],
        ),
      ],
    },
  ],
};
