import { latencies, latency, lines, mean, number, rateOf, requestRate, successRatio, table } from "./parts";
import type { DashboardSpec, VariableSpec } from "./types";

const SERVER = 'reporter="destination"';

/** All services at a glance. */
export const MESH: DashboardSpec = {
  uid: "meshwright-mesh",
  title: "Mesh",
  description: "All services of the mesh: how much, how well, how fast.",
  variables: [],
  rows: [
    {
      title: "Mesh",
      panels: [
        number(
          "Requests",
          "Requests a second, over all services.",
          "reqps",
          `sum(rate(istio_requests_total{${SERVER}}[$__rate_interval]))`,
        ),
        number("Success", "Share of requests that no server failed.", "percentunit", successRatio(SERVER)),
        number("Slowest 1 %", "One request in a hundred took longer.", "ms", latency(0.99, SERVER)),
        number(
          "Mutual TLS",
          "Share of requests that came over mutual TLS. Below 100 %: somebody calls in the clear.",
          "percentunit",
          `sum(rate(istio_requests_total{${SERVER},connection_security_policy="mutual_tls"}[$__rate_interval])) / sum(rate(istio_requests_total{${SERVER}}[$__rate_interval]))`,
        ),
        number("Proxies", "Proxies that are connected to istiod.", "short", "sum(pilot_xds)"),
        number(
          "TCP connections",
          "Connections a second that are no HTTP.",
          "cps",
          `sum(rate(istio_tcp_connections_opened_total{${SERVER}}[$__rate_interval]))`,
        ),
      ],
    },
    {
      title: "Services",
      panels: [
        lines("Requests by service", "The busiest services.", "reqps", [
          {
            expr: `topk(10, ${requestRate(SERVER, "destination_service_name")})`,
            legend: "{{destination_service_name}}",
          },
        ]),
        lines("Errors by service", "Share of failed requests; alerts begin at 5 %.", "percentunit", [
          { expr: "topk(10, service:istio_request_errors:ratio5m)", legend: "{{destination_service_name}}" },
        ]),
        table(
          "Latency by service",
          "The time that one request in a hundred exceeds.",
          "ms",
          "sort_desc(service:istio_request_duration_milliseconds:p99_5m)",
        ),
        lines("Denied requests", "Refused by an AuthorizationPolicy (403).", "reqps", [
          {
            expr: requestRate(`${SERVER},response_code="403"`, "destination_service_name"),
            legend: "{{destination_service_name}}",
          },
        ]),
        lines("Bytes over TCP", "What services answer with.", "Bps", [
          {
            expr: rateOf("istio_tcp_sent_bytes_total", "destination_service_name", SERVER),
            legend: "{{destination_service_name}}",
          },
        ]),
      ],
    },
  ],
};

const NAMESPACE: VariableSpec = {
  name: "namespace",
  label: "Namespace",
  query: "label_values(istio_requests_total, destination_service_namespace)",
};

const OF_SERVICE = `${SERVER},destination_service_namespace="$namespace",destination_service_name="$service"`;
const BY_CALLER = OF_SERVICE.replace('destination"', 'source"');

/** One service: who calls it, and what they get. */
export const SERVICE: DashboardSpec = {
  uid: "meshwright-service",
  title: "Service",
  description: "One service: who calls it, what they get, and how fast.",
  variables: [
    NAMESPACE,
    {
      name: "service",
      label: "Service",
      query:
        'label_values(istio_requests_total{destination_service_namespace="$namespace"}, destination_service_name)',
    },
  ],
  rows: [
    {
      title: "Requests",
      panels: [
        lines("By answer", "Requests a second by response code.", "reqps", [
          { expr: requestRate(OF_SERVICE, "response_code"), legend: "{{response_code}}" },
        ]),
        lines("Latency", "As the service's own proxy measures it.", "ms", latencies(OF_SERVICE)),
        lines("Success by caller", "A single caller below the others points at the caller.", "percentunit", [
          { expr: successRatio(OF_SERVICE, "source_workload"), legend: "{{source_workload}}" },
        ]),
        lines("Latency at the caller", "What the service's proxy does not see is network and queues.", "ms", [
          { expr: latency(0.99, BY_CALLER, "source_workload"), legend: "{{source_workload}}" },
        ]),
        lines("By version", "Which workloads answer: how a canary goes.", "reqps", [
          {
            expr: requestRate(OF_SERVICE, "destination_workload, destination_version"),
            legend: "{{destination_workload}} {{destination_version}}",
          },
        ]),
        lines(
          "Proxies' reasons",
          "Why proxies answered themselves: UH no healthy host, UO overflow, DC hung up.",
          "reqps",
          [
            {
              expr: requestRate(`${BY_CALLER},response_flags!="-"`, "response_flags"),
              legend: "{{response_flags}}",
            },
          ],
        ),
        lines("Request size", "Mean by caller.", "bytes", [
          { expr: mean("istio_request_bytes", OF_SERVICE, "source_workload"), legend: "{{source_workload}}" },
        ]),
        lines("Response size", "Mean by caller.", "bytes", [
          {
            expr: mean("istio_response_bytes", OF_SERVICE, "source_workload"),
            legend: "{{source_workload}}",
          },
        ]),
      ],
    },
    {
      title: "TCP",
      panels: [
        lines("Connections", "Opened and closed a second.", "cps", [
          {
            expr: rateOf("istio_tcp_connections_opened_total", "source_workload", OF_SERVICE),
            legend: "opened by {{source_workload}}",
          },
          {
            expr: rateOf("istio_tcp_connections_closed_total", "source_workload", OF_SERVICE),
            legend: "closed by {{source_workload}}",
          },
        ]),
        lines("Bytes", "Received from callers, and sent to them.", "Bps", [
          {
            expr: rateOf("istio_tcp_received_bytes_total", "source_workload", OF_SERVICE),
            legend: "from {{source_workload}}",
          },
          {
            expr: rateOf("istio_tcp_sent_bytes_total", "source_workload", OF_SERVICE),
            legend: "to {{source_workload}}",
          },
        ]),
      ],
    },
  ],
};

const INBOUND = `${SERVER},destination_workload_namespace="$namespace",destination_workload="$workload"`;
const OUTBOUND = 'reporter="source",source_workload_namespace="$namespace",source_workload="$workload"';

/** One workload: what comes in, and what it calls. */
export const WORKLOAD: DashboardSpec = {
  uid: "meshwright-workload",
  title: "Workload",
  description: "One workload: what it is asked, what it asks others, and how its proxy is.",
  variables: [
    { ...NAMESPACE, query: "label_values(istio_requests_total, destination_workload_namespace)" },
    {
      name: "workload",
      label: "Workload",
      query:
        'label_values(istio_requests_total{destination_workload_namespace="$namespace"}, destination_workload)',
    },
  ],
  rows: [
    {
      title: "In",
      panels: [
        lines("Requests", "By caller and answer.", "reqps", [
          {
            expr: requestRate(INBOUND, "source_workload, response_code"),
            legend: "{{source_workload}} {{response_code}}",
          },
        ]),
        lines("Latency", "As its own proxy measures it.", "ms", latencies(INBOUND)),
      ],
    },
    {
      title: "Out",
      panels: [
        lines("Requests", "By service and answer.", "reqps", [
          {
            expr: requestRate(OUTBOUND, "destination_service_name, response_code"),
            legend: "{{destination_service_name}} {{response_code}}",
          },
        ]),
        lines("Latency", "How long it waits for others.", "ms", [
          {
            expr: latency(0.99, OUTBOUND, "destination_service_name"),
            legend: "{{destination_service_name}}",
          },
        ]),
        lines("TCP", "Bytes sent a second.", "Bps", [
          {
            expr: rateOf("istio_tcp_sent_bytes_total", "destination_service_name", OUTBOUND),
            legend: "{{destination_service_name}}",
          },
        ]),
      ],
    },
    {
      title: "Proxy",
      panels: [
        lines("Certificate", "Time until it expires; it is renewed at half of its life.", "s", [
          {
            expr: 'min by (pod) (istio_agent_cert_expiry_seconds{namespace="$namespace",resource_name="default"})',
            legend: "{{pod}}",
          },
        ]),
        lines("Memory", "What Envoy holds.", "bytes", [
          { expr: 'envoy_server_memory_allocated{namespace="$namespace"}', legend: "{{pod}}" },
        ]),
      ],
    },
  ],
};

const AT_GATEWAY = 'reporter="source",source_workload=~"$gateway"';

/** What comes in and goes out through gateways. */
export const GATEWAYS: DashboardSpec = {
  uid: "meshwright-gateways",
  title: "Gateways",
  description: "What gateways let in and out.",
  variables: [
    {
      name: "gateway",
      label: "Gateway",
      query:
        'label_values(istio_requests_total{reporter="source",source_workload=~".*gateway.*"}, source_workload)',
      multi: true,
    },
  ],
  rows: [
    {
      title: "Requests",
      panels: [
        lines("By service", "Where requests lead.", "reqps", [
          {
            expr: requestRate(AT_GATEWAY, "source_workload, destination_service_name"),
            legend: "{{source_workload}} → {{destination_service_name}}",
          },
        ]),
        lines("By answer", "What the world is told.", "reqps", [
          { expr: requestRate(AT_GATEWAY, "response_code"), legend: "{{response_code}}" },
        ]),
        lines(
          "Latency",
          "As the gateway measures it: what the world waits for.",
          "ms",
          latencies(AT_GATEWAY),
        ),
        lines(
          "Gateway's reasons",
          "Why a gateway answered itself: NR no route, UH no healthy host.",
          "reqps",
          [
            {
              expr: requestRate(`${AT_GATEWAY},response_flags!="-"`, "response_flags"),
              legend: "{{response_flags}}",
            },
          ],
        ),
      ],
    },
    {
      title: "Proxies",
      panels: [
        lines("Memory", "What Envoy holds.", "bytes", [
          { expr: 'sum by (pod) (envoy_server_memory_allocated{pod=~"$gateway-.*"})', legend: "{{pod}}" },
        ]),
        lines(
          "Rejected configuration",
          "Updates that Envoy refused: it goes on with the old ones.",
          "short",
          [
            {
              expr: 'sum by (pod) (increase(envoy_cluster_manager_cds_update_rejected{pod=~"$gateway-.*"}[$__rate_interval]))',
              legend: "clusters {{pod}}",
            },
            {
              expr: 'sum by (pod) (increase(envoy_listener_manager_lds_update_rejected{pod=~"$gateway-.*"}[$__rate_interval]))',
              legend: "listeners {{pod}}",
            },
          ],
        ),
      ],
    },
  ],
};
