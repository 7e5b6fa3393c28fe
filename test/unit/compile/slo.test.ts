import assert from "node:assert/strict";
import { compileSlos } from "../../../components/compile";
import { defineMesh, type SloSpec } from "../../../components/intent";
import { buildDashboard } from "../../../components/platform/telemetry-stack/dashboards/build";
import { DASHBOARDS } from "../../../components/platform/telemetry-stack/dashboards/catalogue";

function promised(spec: SloSpec) {
  const mesh = defineMesh("shop", {
    services: {
      web: { name: "frontend", namespace: "shop", ports: { http: { number: 80, protocol: "http" } } },
    },
  });
  const { podAnnotations } = mesh.slo(mesh.services.web, spec);
  return { podAnnotations, groups: compileSlos(mesh) };
}

const rulesOf = (spec: SloSpec) => promised(spec).groups.flatMap(({ rules }) => rules);

describe("objectives", () => {
  it("count server errors, from the side that calls, of the Service that Kubernetes knows", () => {
    const [first] = rulesOf({ availability: 0.999 });
    const of = 'reporter="source",destination_service_name="frontend",destination_service_namespace="shop"';
    assert.deepEqual(first, {
      record: "slo:error_ratio:rate5m",
      expr: `(sum(rate(istio_requests_total{${of},response_code=~"5.."}[5m])) or vector(0)) / sum(rate(istio_requests_total{${of}}[5m]))`,
      labels: { slo: "web-availability", service: "frontend", service_namespace: "shop" },
    });
  });

  it("alert at 14.4, 6, 3 and 1 times the budget of 30 days, as Google's workbook has it", () => {
    const alerts = rulesOf({ availability: 0.999 }).filter(({ alert }) => alert !== undefined);
    const factor = ({ expr }: { readonly expr: string }) => Number(/> ([\d.]+)/.exec(expr)?.[1]) / 0.001;
    assert.deepEqual(
      alerts.map((rule) => [
        Number(factor(rule).toPrecision(3)),
        rule.labels?.["window"],
        rule.labels?.["severity"],
      ]),
      [
        [14.4, "1h", "critical"],
        [6, "6h", "critical"],
        [3, "1d", "warning"],
        [1, "3d", "warning"],
      ],
    );
    for (const { expr } of alerts)
      assert.match(expr, /rate(1h|6h|1d|3d)\{.* and slo:error_ratio:rate(5m|30m|2h|6h)\{/);
  });

  it("lead from every alert to a dashboard whose variable picks the very promise, and whose panels ask by it", () => {
    const rules = [...rulesOf({ availability: 0.999 }), ...rulesOf({ latency: { p: 0.99, under: "250ms" } })];
    const alerts = rules.filter(({ alert }) => alert !== undefined);
    assert.equal(alerts.length, 8);
    for (const { annotations, labels } of alerts) {
      const link = new URL(annotations?.["dashboard"] ?? "", "https://grafana.example.com");
      const [dashboard] = DASHBOARDS.filter(({ uid }) => link.pathname === `/d/${uid}`).map(buildDashboard);
      const variables = (dashboard?.templating?.list ?? []).map(({ name, query }) => ({
        parameter: `var-${name}`,
        query,
        asked: JSON.stringify(dashboard?.panels).split(`$${name}`).length - 1,
      }));
      const picked = [...link.searchParams].map(([parameter, value]) => ({
        value,
        ...variables.find((variable) => variable.parameter === parameter),
      }));
      // Where the values of the variable come from is what the rules record of the promise that the alert is about.
      const query = "label_values(slo:objective:ratio, slo)";
      const [{ asked = 0, ...variable } = {}, ...more] = picked;
      assert.deepEqual(more, []);
      assert.deepEqual(variable, { parameter: "var-slo", value: labels?.["slo"], query });
      assert.ok(
        rules.some(
          ({ record, labels: of }) => record === "slo:objective:ratio" && of?.["slo"] === variable.value,
        ),
      );
      assert.ok(asked >= 3, link.href);
    }
  });

  it("take the bucket of a latency in the spelling of Prometheus 2 and of 3", () => {
    const [first] = rulesOf({ latency: { p: 0.99, under: "250ms" } });
    assert.ok(first?.expr.includes('le=~"250(\\\\.0)?"'), first?.expr);
  });

  it("ask for annotations only where the proxies' own boundaries do not do, and keep those", () => {
    assert.deepEqual(promised({ latency: { p: 0.9, under: "500ms" } }).podAnnotations, {});
    const { podAnnotations } = promised({ latency: { p: 0.9, under: "300ms", buckets: "annotated" } });
    const { istiocustom } = JSON.parse(podAnnotations["sidecar.istio.io/statsHistogramBuckets"] ?? "") as {
      istiocustom: number[];
    };
    assert.deepEqual(istiocustom.slice(0, 11), [0.5, 1, 5, 10, 25, 50, 100, 250, 300, 500, 1000]);
  });

  it("are measured at the service itself where its pods are annotated, unless they say who else counts", () => {
    const reporters = (spec: SloSpec) =>
      rulesOf(spec).flatMap(({ record, expr, labels }) =>
        record === "slo:error_ratio:rate5m"
          ? [`${labels?.["slo"]} ${/reporter="(\w+)"/.exec(expr)?.[1]}`]
          : [],
      );
    const latency = { p: 0.9, under: "300ms", buckets: "annotated" } as const;
    assert.deepEqual(reporters({ availability: 0.99, latency }), [
      "web-availability source",
      "web-latency destination",
    ]);
    assert.deepEqual(reporters({ latency, reporter: "source" }), ["web-latency source"]);
    assert.deepEqual(reporters({ latency: { p: 0.9, under: "250ms" } }), ["web-latency source"]);
  });

  it("come in one group for each service, availability before latency", () => {
    const { groups } = promised({ availability: 0.99, latency: { p: 0.95, under: "1s" }, days: 7 });
    assert.deepEqual(
      groups.map(({ name }) => name),
      ["slo-shop-web"],
    );
    const names = new Set(groups[0]?.rules.map(({ labels }) => labels?.["slo"]));
    assert.deepEqual([...names], ["web-availability", "web-latency"]);
  });
});
