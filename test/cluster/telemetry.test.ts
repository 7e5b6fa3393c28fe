import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import * as path from "node:path";
import { dump, load } from "js-yaml";
import { analyse } from "../../analysis";
import { Envoy } from "../telemetry/support/envoy";
import { findEnvoy } from "../telemetry/support/envoy-program";
import { exposition, type Pod } from "../telemetry/support/exposition";
import { istioStatsSettings } from "../telemetry/support/istio-bootstrap";
import { listen, Prometheus } from "../telemetry/support/prometheus";
import {
  filledIn,
  namesOf,
  PANEL_QUERIES,
  RULE_QUERIES,
  VARIABLE_QUERIES,
} from "../telemetry/support/queries";
import { findPrometheus } from "./harness/binaries";
import { settle } from "./support/applied";
import { onApiServer, type OnApiServer } from "./support/on-api-server";
import { defineMonitors } from "./support/prometheus-operator";
import { requiresInjection, requiresOwnCluster } from "./support/requires-cluster";
import { addVolumes } from "./support/volumes";

const PROGRAM = path.join(__dirname, "programs", "telemetry");
const STACK = "observability";
const SCRAPED_WITHIN_SECONDS = 30;
const BUILD_AT_MOST_MS = 45 * 60_000;

interface Listed {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly replicas?: number; readonly nodeName?: string };
  readonly status?: { readonly availableReplicas?: number; readonly podIP?: string };
}

interface Config {
  global: Record<string, string>;
  scrape_configs: { proxy_url?: string; kubernetes_sd_configs: Record<string, unknown>[] }[];
}

describe("the telemetry stack on a real API server", () => {
  before(function () {
    // Definitions of the operator, and disks, are nothing to leave in a cluster that is used.
    requiresOwnCluster(this);
  });

  onApiServer(
    "every part of the stack, above proxies of all kinds",
    { cwd: PROGRAM, stack: "dev" },
    {
      prepare: async (cluster) => {
        await defineMonitors(cluster);
        await addVolumes(cluster, { "prometheus-disk": "50Gi", "jaeger-disk": "10Gi" });
      },
      further: (on) => {
        it("has no finding at the mandatory level of pack strict, in any part", () => {
          const { findings } = analyse(
            on.objects.map((object) => ({ object })),
            { pack: "strict" },
          );
          const mandatory = findings.filter(
            ({ level, object }) =>
              level === "mandatory" && (object.namespace === STACK || object.namespace === "tools"),
          );
          assert.deepEqual(
            mandatory.map(({ rule, object, message }) => `${rule} ${object.kind} ${object.name}: ${message}`),
            [],
          );
        });

        it("runs the parts that keep data once their disks are there", async () => {
          const open = await settle(60, async () => {
            const sets = await on.cluster.api.list<Listed>(`/apis/apps/v1/namespaces/${STACK}/statefulsets`);
            assert.deepEqual(sets.map(({ metadata }) => metadata.name).sort(), ["jaeger", "prometheus"]);
            return sets
              .filter(({ spec, status }) => (status?.availableReplicas ?? 0) < (spec.replicas ?? 1))
              .map(({ metadata }) => `${metadata.name} is not up`);
          });
          assert.deepEqual(open, []);
        });

        discovery(on);
      },
    },
  );
});

/** The pods of a cluster, and what they answer when they are asked for metrics. */
class Pods {
  readonly asked = new Set<string>();

  constructor(
    private readonly pods: readonly Listed[],
    private readonly envoy: Envoy | undefined,
    private readonly start = Date.now(),
  ) {}

  /** @param url whole, as a proxy is asked */
  async answer(url: string): Promise<string | undefined> {
    const { hostname, port, pathname } = new URL(url);
    const pod = this.pods.find(({ status }) => status?.podIP === hostname);
    if (pod === undefined) return undefined;
    this.asked.add(`${pod.metadata.namespace}/${pod.metadata.name}:${port}${pathname}`);
    const made: Pod = { name: pod.metadata.name, namespace: pod.metadata.namespace, app: "", ...kindOf(pod) };
    const text = exposition(made, (Date.now() - this.start) / 1000);
    return made.components.includes("proxy") && this.envoy !== undefined
      ? text + (await this.envoy.metrics())
      : text;
  }
}

/** What a pod's metrics are, by what runs in it. */
function kindOf({ metadata: { labels = {}, namespace } }: Listed): Pick<Pod, "components" | "labels"> {
  const { app } = labels;
  if (app === "istiod" || app === "ztunnel") return { components: [app] };
  if (labels["k8s-app"] === "istio-cni-node") return { components: ["cni"] };
  if (namespace === STACK) return { components: ["prometheus"] };
  const proxy = ["proxy", "agent"];
  if (namespace !== "ingress") return { components: proxy };
  return {
    components: proxy,
    labels: {
      source_workload: ["istio-ingressgateway"],
      reporter: ["source"],
      destination_workload: ["productpage-v1"],
    },
  };
}

function discovery(on: OnApiServer): void {
  let prometheus: Prometheus | undefined;
  let server: Server | undefined;
  let envoy: Envoy | undefined;
  let pods: readonly Listed[] = [];
  let answers: Pods;

  // Cases in order: suites inside this one would run when everything is gone again.
  it("starts a real Prometheus, which discovers with no other rights than the stack gives it", async function () {
    this.timeout(BUILD_AT_MOST_MS);
    requiresInjection(this, on.cluster);
    const program = await findPrometheus();
    const found = await findEnvoy();
    const stats = istioStatsSettings();
    if (found.program === undefined || stats === undefined) {
      console.log(`      skipped: ${found.missing ?? "Istio's module is not here"}`);
      return this.skip();
    }
    envoy = await Envoy.start(found.program, stats, []);
    pods = await on.cluster.api.list<Listed>("/api/v1/pods");
    answers = new Pods(pods, envoy);
    server = createServer((request, response) => {
      void answers.answer(request.url ?? "").then((text) => {
        response.writeHead(text === undefined ? 404 : 200, { "content-type": "text/plain; version=0.0.4" });
        response.end(text);
      });
    });
    // Pods of pretended nodes have an address, and nobody behind it: a proxy answers for them.
    const proxy = `http://127.0.0.1:${await listen(server)}`;
    const access = await on.cluster.kubeconfigOf(STACK, "prometheus");
    prometheus = await Prometheus.start(configuration(on, access, proxy), program, {
      // What the test's API server does not do: see control-plane.ts.
      KUBE_FEATURE_WatchListClient: "false",
    });
    const running = prometheus;
    const last = ["slo:error_budget:remaining_ratio", "service:istio_request_duration_milliseconds:p99_5m"];
    await running.until(async () => {
      const samples = await Promise.all(last.map((record) => running.query(record)));
      return samples.every((each) => each.length > 0);
    }, "evaluate the last of the rules");
    assert.doesNotMatch(running.log, /forbidden|cannot list|cannot watch/i);
  });

  after(async () => {
    server?.close();
    await prometheus?.stop();
    await envoy?.stop();
  });

  const running = (context: Mocha.Context): Prometheus => prometheus ?? context.skip();
  const labelled = (namespace: string, app: string): Listed => {
    const pod = pods.find(
      ({ metadata }) => metadata.namespace === namespace && metadata.labels?.["app"] === app,
    );
    assert.ok(pod, `${namespace}/${app}`);
    return pod;
  };

  it("finds istiod, gateways, sidecars, ztunnel and the stack, each under its job, address and labels", async function () {
    const expected = [
      ["istiod", "istio-system", "istiod", "15014/metrics"],
      ["pods", "ingress", "istio-ingressgateway", "15020/stats/prometheus"],
      ["pods", "bookinfo", "reviews", "15020/stats/prometheus"],
      ["proxies", "bookinfo", "apart", "15090/stats/prometheus"],
      ["pods", "istio-system", "ztunnel", "15020/metrics"],
    ] as const;
    // On a busy machine a scrape now and then misses its second; the next one is as good.
    await settle(SCRAPED_WITHIN_SECONDS, async () => {
      const up = new Set(
        (await running(this).targets())
          .filter(({ health }) => health === "up")
          .map(({ labels }) => labels["pod"]),
      );
      return expected
        .map(([, namespace, app]) => labelled(namespace, app).metadata.name)
        .filter((name) => !up.has(name));
    });
    const all = await running(this).targets();
    for (const [job, namespace, app, address] of expected) {
      const { metadata, spec, status } = labelled(namespace, app);
      const found = all.filter(({ labels }) => labels["pod"] === metadata.name);
      assert.deepEqual(
        found.map(({ scrapeUrl, health, lastError }) => [scrapeUrl, health, lastError]),
        [[`http://${status?.podIP}:${address}`, "up", ""]],
        app,
      );
      const [target] = found;
      const { instance: _, ...labels } = target?.labels ?? {};
      assert.deepEqual(labels, { job, namespace, app, pod: metadata.name, node: spec.nodeName });
    }
    const parts = all
      .filter(({ labels }) => labels["namespace"] === STACK)
      .map(({ labels }) => labels["app"]);
    assert.deepEqual(new Set(parts).size, 7);
  });

  it("leaves alone pods without annotations, and those that ask for it", async function () {
    const found = new Set((await running(this).targets()).map(({ labels }) => labels["pod"]));
    const left = [labelled("plain", "silent"), labelled("bookinfo", "refusing")].map(
      ({ metadata }) => metadata,
    );
    for (const { name, namespace } of left) {
      assert.ok(!found.has(name), name);
      assert.ok(![...answers.asked].some((url) => url.startsWith(`${namespace}/${name}:`)), name);
    }
  });

  it("answers every query of every dashboard, variable and rule with series, Envoy's by a real Envoy", async function () {
    const asked = running(this);
    const selectors = RULE_QUERIES.flatMap(({ where, expr }) =>
      namesOf(expr).selectors.map(({ text }) => ({ where, expr: text })),
    );
    const unanswered = async () => {
      const empty: string[] = [];
      for (const { where, expr } of [...PANEL_QUERIES, ...VARIABLE_QUERIES, ...selectors]) {
        if ((await asked.query(filledIn(expr))).length === 0) empty.push(`${where}: ${expr}`);
      }
      return empty;
    };
    assert.deepEqual(await settle(SCRAPED_WITHIN_SECONDS, unanswered), []);
  });
}

/** The files that the stack's Prometheus is given, with another way to the API server and to pods. */
function configuration(on: OnApiServer, kubeconfig: string, proxy: string): Record<string, string> {
  const held = on.objects.find(
    ({ kind, metadata }) =>
      kind === "ConfigMap" && metadata.namespace === STACK && metadata.name === "prometheus",
  ) as { readonly data?: Record<string, string> } | undefined;
  assert.ok(held?.data, "the configuration of Prometheus");
  const config = load(held.data["prometheus.yaml"] ?? "") as Config;
  config.global = { scrape_interval: "1s", evaluation_interval: "1s" };
  for (const scrape of config.scrape_configs) {
    assert.deepEqual(scrape.kubernetes_sd_configs, [{ role: "pod" }]);
    scrape.kubernetes_sd_configs = [{ role: "pod", kubeconfig_file: kubeconfig }];
    scrape.proxy_url = proxy;
  }
  return { ...held.data, "prometheus.yaml": dump(config, { noRefs: true, lineWidth: -1 }) };
}
