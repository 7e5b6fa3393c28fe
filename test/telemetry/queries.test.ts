import assert from "node:assert/strict";
import { METRICS, SERIES } from "./support/metrics";
import {
  DASHBOARDS,
  GROUPS,
  namesOf,
  PANEL_QUERIES,
  type Query,
  RULE_QUERIES,
  VARIABLE_QUERIES,
} from "./support/queries";

/** Labels of recorded series: those that their query keeps, and those that the rule adds. */
const RECORDED: ReadonlyMap<string, readonly string[]> = new Map(
  GROUPS.flatMap(({ rules }) =>
    rules.flatMap(({ record, expr, labels = {} }) =>
      record === undefined ? [] : [[record, [...Object.keys(labels), ...namesOf(expr).grouping]] as const],
    ),
  ),
);

/** What a query names that neither Istio emits nor a rule records. */
function unknownNames({ where, expr }: Query): string[] {
  const { selectors, grouping, errors } = namesOf(expr);
  const wrong = errors.map((error) => `${where} cannot be read ${error}`);
  const known = selectors.map(({ metric, labels }) => {
    const ofSeries = SERIES.get(metric) ?? RECORDED.get(metric);
    if (ofSeries === undefined) wrong.push(`${where} names the metric ${metric}`);
    for (const label of labels) {
      if (ofSeries?.includes(label) !== true && label !== "job")
        wrong.push(`${where} names ${metric}{${label}}`);
    }
    return ofSeries ?? [];
  });
  for (const label of grouping) {
    if (!known.some((labels) => labels.includes(label))) wrong.push(`${where} groups by ${label}`);
  }
  if (selectors.length === 0 && !expr.startsWith("vector(")) wrong.push(`${where} selects nothing`);
  return wrong;
}

describe("the queries of dashboards, rules and objectives", () => {
  it("name only metrics and labels that Istio emits", () => {
    const all = [...PANEL_QUERIES, ...VARIABLE_QUERIES, ...RULE_QUERIES];
    assert.ok(all.length > 120, `${all.length} queries`);
    assert.deepEqual(all.flatMap(unknownNames), []);
  });

  it("are refused where they name anything else", () => {
    const query = (expr: string) => unknownNames({ where: "q", expr });
    assert.deepEqual(query("rate(istio_request_total[5m])"), ["q names the metric istio_request_total"]);
    assert.deepEqual(query('istio_requests_total{code="500"}'), ["q names istio_requests_total{code}"]);
    assert.deepEqual(query("sum by (code) (istio_requests_total)"), ["q groups by code"]);
    assert.deepEqual(query("istio_request_duration_milliseconds"), [
      "q names the metric istio_request_duration_milliseconds",
    ]);
    assert.deepEqual(query("sum(istio_requests_total"), ["q cannot be read at 24: "]);
  });

  it("stand in dashboards whose addresses differ, for everything that the mesh has", () => {
    assert.deepEqual(
      DASHBOARDS.map(({ uid }) => uid),
      [
        "meshwright-mesh",
        "meshwright-service",
        "meshwright-workload",
        "meshwright-gateways",
        "meshwright-control-plane",
        "meshwright-ztunnel",
        "meshwright-objectives",
      ],
    );
  });

  it("ask for choices by the label of a series that exists", () => {
    for (const { where, expr, label } of VARIABLE_QUERIES) {
      const [selector] = namesOf(expr).selectors;
      const labels = SERIES.get(selector?.metric ?? "") ?? RECORDED.get(selector?.metric ?? "") ?? [];
      assert.ok(labels.includes(label), `${where}: ${label}`);
    }
  });
});

describe("docs/metrics.json", () => {
  it("says of each metric where it is documented", () => {
    const names = METRICS.metrics.map(({ name }) => name);
    assert.deepEqual(names, [...new Set(names)].sort());
    for (const { name, docs } of METRICS.metrics) {
      assert.match(docs, /^https:\/\/(istio\.io|www\.envoyproxy\.io|prometheus\.io)\//, name);
    }
  });
});
