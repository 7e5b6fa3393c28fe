import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import * as path from "node:path";
import { dump, load } from "js-yaml";
import { prometheusFiles } from "../../components/platform/telemetry-stack/prometheus-config";
import { telemetryStackSettings } from "../../components/platform/telemetry-stack/settings";
import { Envoy } from "./support/envoy";
import { findEnvoy } from "./support/envoy-program";
import { exposition, type Pod } from "./support/exposition";
import { istioStatsSettings } from "./support/istio-bootstrap";
import { METRICS, SERIES } from "./support/metrics";
import { folderWith, listen, missingPrometheus, Prometheus, promtool } from "./support/prometheus";
import { filledIn, GROUPS, namesOf, PANEL_QUERIES, RULE_QUERIES, VARIABLE_QUERIES } from "./support/queries";

const ISTIOD = path.resolve(__dirname, "../../../shared/oracle/metrics/istiod-1.31.prom");

interface Config {
  global: Record<string, string>;
  scrape_configs: { job_name: string; kubernetes_sd_configs?: unknown; static_configs?: unknown }[];
}

/** Our configuration, with pods that a discovery would find instead of the discovery, which Debian's build leaves out. */
function configuration(
  targets: (job: string) => readonly Readonly<Record<string, string>>[],
  change: (config: Config) => void = () => undefined,
): Record<string, string> {
  const settings = telemetryStackSettings({ prometheus: { alertmanager: "alertmanager.tools:9093" } });
  const files = { ...prometheusFiles(settings, GROUPS) };
  const config = load(files["prometheus.yaml"] ?? "") as Config;
  for (const scrape of config.scrape_configs) {
    assert.deepEqual(scrape.kubernetes_sd_configs, [{ role: "pod" }]);
    delete scrape.kubernetes_sd_configs;
    scrape.static_configs = targets(scrape.job_name).map((labels) => ({ targets: ["192.0.2.1:1"], labels }));
  }
  change(config);
  return { ...files, "prometheus.yaml": dump(config, { noRefs: true, lineWidth: -1 }) };
}

const PODS: readonly Pod[] = [
  { name: "istiod-1", namespace: "istio-system", app: "istiod", components: ["istiod"] },
  { name: "reviews-v1-1", namespace: "bookinfo", app: "reviews", components: ["proxy", "agent", "envoy"] },
  {
    name: "istio-ingressgateway-1",
    namespace: "istio-ingress",
    app: "istio-ingressgateway",
    components: ["proxy", "agent", "envoy"],
    labels: {
      source_workload: ["istio-ingressgateway"],
      reporter: ["source"],
      destination_workload: ["productpage-v1"],
    },
  },
  { name: "ztunnel-1", namespace: "istio-system", app: "ztunnel", components: ["ztunnel"] },
];

/** What a discovery with the role `pod` says of a pod. */
function discovered({ name, namespace, app }: Pod, port: number): Record<string, string> {
  return {
    __meta_kubernetes_namespace: namespace,
    __meta_kubernetes_pod_name: name,
    __meta_kubernetes_pod_node_name: "node-1",
    __meta_kubernetes_pod_ip: "127.0.0.1",
    __meta_kubernetes_pod_phase: "Running",
    __meta_kubernetes_pod_label_app: app,
    __meta_kubernetes_pod_annotation_prometheus_io_scrape: "true",
    __meta_kubernetes_pod_annotation_prometheus_io_path: `/${name}`,
    __meta_kubernetes_pod_annotation_prometheus_io_port: String(port),
  };
}

describe("a real Prometheus", function () {
  this.timeout(120_000);

  before(async function () {
    const missing = await missingPrometheus();
    if (missing !== undefined) {
      console.log(`skipped: ${missing}`);
      this.skip();
    }
  });

  it("takes our configuration and rules, and refuses others", async () => {
    const folder = folderWith(configuration(() => []));
    const spoilt = folderWith({
      "rules.yaml": "groups: [{ name: a, rules: [{ record: b, expr: 'sum(' }] }]",
    });
    try {
      const config = await promtool("check", "config", path.join(folder, "prometheus.yaml"));
      assert.ok(config.fine, config.text);
      const rules = await promtool("check", "rules", path.join(folder, "rules.yaml"));
      assert.ok(rules.fine, rules.text);
      assert.match(rules.text, new RegExp(`SUCCESS: ${RULE_QUERIES.length} rules found`));
      assert.equal((await promtool("check", "rules", path.join(spoilt, "rules.yaml"))).fine, false);
    } finally {
      for (const each of [folder, spoilt]) rmSync(each, { recursive: true });
    }
  });

  it("fires each alert when it should, and none when all is well", async () => {
    const files = configuration(() => []);
    const folder = folderWith({ ...files, "test.yaml": dump(alertTests(), { noRefs: true, lineWidth: -1 }) });
    try {
      const { fine, text } = await promtool("test", "rules", path.join(folder, "test.yaml"));
      assert.ok(fine, text);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  describe("that scrapes a mesh", () => {
    let prometheus: Prometheus | undefined;
    let server: Server | undefined;
    let envoy: Envoy | undefined;
    const scraped = new Set<string>();

    before(async function () {
      const istiod = existsSync(ISTIOD) ? readFileSync(ISTIOD, "utf8") : undefined;
      if (istiod === undefined) console.log(`note: the metrics of a real istiod are not here (${ISTIOD})`);
      envoy = await realEnvoy();
      const start = Date.now();
      /** What a pod says of itself: its proxy's own statistics are those of a real Envoy, where there is one. */
      const answer = async (pod: Pod): Promise<string> => {
        const seconds = (Date.now() - start) / 1000;
        if (envoy === undefined || !pod.components.includes("envoy")) return exposition(pod, seconds);
        const components = pod.components.filter((component) => component !== "envoy");
        return exposition({ ...pod, components }, seconds) + (await envoy.metrics());
      };
      server = createServer((request, response) => {
        const pod = PODS.find(({ name }) => `/${name}` === request.url);
        scraped.add(request.url ?? "");
        response.setHeader("content-type", "text/plain; version=0.0.4");
        if (request.url === "/istiod-real") response.end(istiod);
        else if (pod === undefined) response.writeHead(404).end();
        else void answer(pod).then((text) => response.end(text));
      });
      const port = await listen(server);
      const real: Pod = { name: "istiod-real", namespace: "istio-system", app: "istiod", components: [] };
      const all = [...PODS, ...(istiod === undefined ? [] : [real])].map((pod) => discovered(pod, port));
      const idle = {
        ...discovered({ name: "done", namespace: "bookinfo", app: "job", components: [] }, port),
      };
      const others = [
        { ...idle, __meta_kubernetes_pod_phase: "Succeeded" },
        { ...idle, __meta_kubernetes_pod_annotation_prometheus_io_scrape: "false" },
      ];
      prometheus = await Prometheus.start(
        // Every job is offered every pod, as the discovery does.
        configuration(
          () => [...all, ...others],
          (config) => {
            config.global = { scrape_interval: "1s", evaluation_interval: "1s" };
          },
        ),
      );
      const settled = prometheus;
      const last = [
        "slo:error_budget:remaining_ratio",
        "service:istio_request_errors:ratio5m",
        "service:istio_request_duration_milliseconds:p99_5m",
      ];
      await settled.until(async () => {
        const found = await Promise.all(last.map((record) => settled.query(record)));
        return found.every((samples) => samples.length > 0);
      }, "evaluate the last of the rules");
    });

    after(async () => {
      server?.close();
      await prometheus?.stop();
      await envoy?.stop();
    });

    const ask = async (expr: string) => (await prometheus?.query(expr)) ?? [];

    it("finds each pod once, by its annotations, under the job and labels that queries name", async () => {
      const up = await ask("up");
      const found = up.map(
        ({ metric, value }) =>
          `${metric["job"]} ${metric["namespace"]}/${metric["pod"]} ${metric["app"]} ${value[1]}`,
      );
      const expected = PODS.map(
        ({ name, namespace, app }) => `${app === "istiod" ? "istiod" : "pods"} ${namespace}/${name} ${app} 1`,
      );
      const real = existsSync(ISTIOD) ? ["istiod istio-system/istiod-real istiod 1"] : [];
      assert.deepEqual(found.sort(), [...expected, ...real].sort());
      assert.ok(!scraped.has("/done"), "pods that are done, or ask not to be, are left alone");
    });

    it("answers every query of every dashboard with series", async () => {
      const empty: string[] = [];
      for (const { where, expr } of PANEL_QUERIES) {
        if ((await ask(expr)).length === 0) empty.push(`${where}: ${expr}`);
      }
      assert.deepEqual(empty, []);
    });

    it("answers every query of variables and rules with series", async () => {
      const empty: string[] = [];
      // An alert that does not fire has no series: what it looks at must have some.
      const selectors = RULE_QUERIES.flatMap(({ where, expr }) =>
        namesOf(expr).selectors.map(({ text }) => ({ where, expr: text })),
      );
      for (const { where, expr } of [...VARIABLE_QUERIES, ...selectors]) {
        // Thirty days of a series are more than there are here.
        if ((await ask(filledIn(expr))).length === 0) empty.push(`${where}: ${expr}`);
      }
      assert.deepEqual(empty, []);
    });

    it("keeps from istiod's real metrics only names that docs/metrics.json knows", async function () {
      if (!existsSync(ISTIOD)) {
        console.log("skipped: the metrics of a real istiod are not here");
        return this.skip();
      }
      const families = await ask(
        'count by (__name__) ({pod="istiod-real",__name__=~"(pilot|galley|citadel|istio|istiod|webhook)_.*"})',
      );
      const names = families.map(({ metric }) => metric["__name__"] ?? "");
      assert.ok(names.length > 40, `${names.length} names`);
      assert.deepEqual(
        names.filter((name) => !SERIES.has(name)),
        [],
      );
      const labels = new Map(METRICS.metrics.map(({ name, labels: each }) => [name, each]));
      for (const name of ["pilot_xds_pushes", "pilot_k8s_cfg_events", "istiod_managed_clusters"]) {
        const [sample] = await ask(`${name}{pod="istiod-real"}`);
        for (const label of labels.get(name) ?? [])
          assert.ok(label in (sample?.metric ?? {}), `${name}{${label}}`);
      }
    });
  });
});

/** An Envoy with the statistics of Istio's proxies; nothing, and why, where there is none. */
async function realEnvoy(): Promise<Envoy | undefined> {
  const { program, missing } = await findEnvoy();
  const settings = istioStatsSettings();
  if (program !== undefined && settings !== undefined) return Envoy.start(program, settings, []);
  console.log(`note: the statistics of a real Envoy are not here: ${missing ?? "Istio's module is missing"}`);
  return undefined;
}

/** Series that make each alert fire, and series of a mesh that is well. */
function alertTests(): object {
  const requests = (code: string, values: string) => ({
    series: `istio_requests_total{reporter="destination",response_code="${code}",destination_service_name="reviews",destination_service_namespace="bookinfo"}`,
    values,
  });
  const bySource = (code: string, values: string) => ({
    series: requests(code, "").series.replace("destination", "source"),
    values,
  });
  const bucket = (le: string, values: string) => ({
    series: `istio_request_duration_milliseconds_bucket{reporter="destination",destination_service_name="reviews",destination_service_namespace="bookinfo",le="${le}"}`,
    values,
  });
  const one = (series: string, values: string) => ({ series, values });
  const fires = (
    alert: string,
    series: readonly { series: string; values: string }[],
    labels: readonly Record<string, string>[],
    time = "30m",
  ) => {
    const rule = GROUPS.flatMap(({ rules }) => rules).find((each) => each.alert === alert);
    assert.ok(rule, alert);
    return {
      interval: "1m",
      input_series: series,
      promql_expr_test: [
        {
          expr: `count by (alertname) (ALERTS{alertname="${alert}",alertstate="firing"})`,
          eval_time: time,
          exp_samples:
            labels.length === 0 ? [] : [{ labels: `{alertname="${alert}"}`, value: labels.length }],
        },
      ],
    };
  };
  const well = [
    requests("200", "0+600x240"),
    bySource("200", "0+600x240"),
    bucket("250", "0+600x240"),
    bucket("+Inf", "0+600x240"),
    one('up{job="istiod"}', "1x240"),
    one("citadel_server_root_cert_expiry_seconds", "315360000x240"),
    one("citadel_server_cert_chain_expiry_seconds", "315360000x240"),
    one(
      'istio_agent_cert_expiry_seconds{resource_name="default",namespace="bookinfo",pod="reviews"}',
      "80000x240",
    ),
    one("citadel_server_csr_sign_err_count", "0x240"),
    one("citadel_server_authentication_failure_count", "0x240"),
    one('pilot_proxy_convergence_time_bucket{le="1"}', "0+10x240"),
    one('pilot_proxy_convergence_time_bucket{le="+Inf"}', "0+10x240"),
    one("pilot_total_xds_internal_errors", "0x240"),
    one('pilot_total_xds_rejects{type="cds"}', "0x240"),
    one('galley_validation_failed{resource="gateways",reason="invalid_resource"}', "0x240"),
    one("pilot_conflict_inbound_listener", "0x240"),
    one("pilot_conflict_outbound_listener_tcp_over_current_tcp", "0x240"),
    one("pilot_vservice_dup_domain", "0x240"),
    one("sidecar_injection_failure_total", "0x240"),
  ];
  const bad = [
    fires("MeshServiceErrorRateHigh", [requests("200", "0+500x60"), requests("503", "0+100x60")], [{}]),
    fires(
      "MeshServiceLatencyHigh",
      [
        requests("200", "0+600x60"),
        bucket("1000", "0+10x60"),
        bucket("2500", "0+600x60"),
        bucket("+Inf", "0+600x60"),
      ],
      [{}],
    ),
    fires(
      "MeshRootCertificateExpires",
      [one("citadel_server_root_cert_expiry_seconds", "100000x120")],
      [{}],
      "90m",
    ),
    fires(
      "MeshAuthorityCertificateExpires",
      [one("citadel_server_cert_chain_expiry_seconds", "100000x120")],
      [{}],
      "90m",
    ),
    fires(
      "MeshWorkloadCertificateExpires",
      [one('istio_agent_cert_expiry_seconds{resource_name="default",namespace="a",pod="b"}', "100x60")],
      [{}],
    ),
    fires(
      "MeshCertificateSigningFails",
      [one("citadel_server_authentication_failure_count", "0+1x60")],
      [{}],
    ),
    fires("IstiodDown", [one('up{job="istiod"}', "0x60")], [{}]),
    fires(
      "IstiodConfigurationSlow",
      [
        one('pilot_proxy_convergence_time_bucket{le="10"}', "0+1x60"),
        one('pilot_proxy_convergence_time_bucket{le="20"}', "0+9x60"),
        one('pilot_proxy_convergence_time_bucket{le="+Inf"}', "0+9x60"),
      ],
      [{}],
    ),
    fires("IstiodPushErrors", [one("pilot_total_xds_internal_errors", "0+1x60")], [{}]),
    fires(
      "MeshConfigurationRejectedByProxies",
      [
        one('pilot_total_xds_rejects{type="cds"}', "0+1x60"),
        one('pilot_total_xds_rejects{type="lds"}', "0+1x60"),
      ],
      [{}, {}],
    ),
    fires(
      "MeshConfigurationRefused",
      [one('galley_validation_failed{resource="gateways",reason="invalid_resource"}', "0+1x60")],
      [{}],
    ),
    fires(
      "MeshConfigurationConflicts",
      [
        one("pilot_conflict_inbound_listener", "1x60"),
        one("pilot_conflict_outbound_listener_tcp_over_current_tcp", "0x60"),
        one("pilot_vservice_dup_domain", "0x60"),
      ],
      [{}],
    ),
    fires("MeshInjectionFails", [one("sidecar_injection_failure_total", "0+1x60")], [{}]),
    // Two of a hundred fail where one of a thousand may: 20 times the budget.
    fires(
      "SloErrorBudgetBurns",
      [bySource("200", "0+588x240"), bySource("503", "0+12x240")],
      [{}, {}, {}, {}],
      "4h",
    ),
  ];
  const tested = new Set(
    bad.flatMap(({ promql_expr_test: [test] }) => test?.expr.match(/alertname="(\w+)"/)?.[1] ?? []),
  );
  const alerts = new Set(GROUPS.flatMap(({ rules }) => rules.flatMap(({ alert }) => alert ?? [])));
  assert.deepEqual([...tested].sort(), [...alerts].sort(), "each alert has a case");
  return {
    rule_files: ["rules.yaml"],
    evaluation_interval: "1m",
    tests: [
      ...bad,
      {
        interval: "1m",
        input_series: well,
        promql_expr_test: [{ expr: 'ALERTS{alertstate="firing"}', eval_time: "200m", exp_samples: [] }],
      },
    ],
  };
}
