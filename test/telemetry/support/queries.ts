import { createRequire } from "node:module";
import { compileSlos } from "../../../components/compile";
import { defineMesh } from "../../../components/intent";
import { ourDashboards } from "../../../components/platform/telemetry-stack/dashboards/catalogue";
import { ruleGroups } from "../../../components/platform/telemetry-stack/rules";
import type { PrometheusRuleGroupArgs } from "../../../components/platform";

/** A node of a parsed query. */
interface Node {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly type: { readonly isError: boolean };
}

interface Parser {
  parse(text: string): { iterate(visit: { enter(node: Node): void; leave(node: Node): void }): void };
}

// Its declarations are those of an ES module, its code is both.
const { parser } = createRequire(__filename)("@prometheus-io/lezer-promql") as { readonly parser: Parser };

/** A query and where it stands. */
export interface Query {
  readonly where: string;
  readonly expr: string;
}

/** What promises compile to, beside our own rules. */
export function objectives() {
  const mesh = defineMesh("bookinfo", {
    services: { reviews: { namespace: "bookinfo", ports: { http: { number: 9080, protocol: "http" } } } },
  });
  mesh.slo(mesh.services.reviews, { availability: 0.999, latency: { p: 0.99, under: "250ms" } });
  return compileSlos(mesh);
}

/** Every rule group that a stack with objectives gets. */
export const GROUPS: readonly PrometheusRuleGroupArgs[] = ruleGroups({
  ruleGroups: structuredClone(objectives()) as PrometheusRuleGroupArgs[],
});

/** Values of the dashboards' variables: those of the series that the tests make. */
export const VARIABLES: Readonly<Record<string, string>> = {
  namespace: "bookinfo",
  service: "reviews",
  workload: "reviews-v1",
  gateway: "istio-ingressgateway",
  slo: ".*",
};

/** A dashboard's query as Grafana sends it. */
export function filledIn(expr: string, interval = "5m"): string {
  return expr
    .replaceAll("$__rate_interval", interval)
    .replace(/\$(\w+)/g, (whole, name: string) => VARIABLES[name] ?? whole);
}

interface PanelJson {
  readonly title?: string;
  readonly targets?: readonly { readonly expr?: string }[];
  readonly panels?: readonly PanelJson[];
}

interface DashboardJson {
  readonly title: string;
  readonly uid: string;
  readonly panels: readonly PanelJson[];
  readonly templating?: { readonly list: readonly { readonly name: string; readonly query: string }[] };
}

export const DASHBOARDS: readonly DashboardJson[] = Object.values(ourDashboards()).map(
  (text) => JSON.parse(text) as DashboardJson,
);

function ofPanels(where: string, panels: readonly PanelJson[]): Query[] {
  return panels.flatMap((panel) => [
    ...(panel.targets ?? []).map(({ expr = "" }) => ({
      where: `${where} / ${panel.title ?? ""}`,
      expr: filledIn(expr),
    })),
    ...ofPanels(where, panel.panels ?? []),
  ]);
}

/** Every query of every panel, read from the JSON that Grafana gets. */
export const PANEL_QUERIES: readonly Query[] = DASHBOARDS.flatMap(({ title, panels }) =>
  ofPanels(title, panels),
);

/** What the variables of dashboards ask: a selector, and the label whose values are the choices. */
export const VARIABLE_QUERIES = DASHBOARDS.flatMap(({ title, templating }) =>
  (templating?.list ?? []).map(({ name, query }) => {
    const found = /^label_values\((.*), (\w+)\)$/.exec(query);
    return { where: `${title} $${name}`, expr: filledIn(found?.[1] ?? query), label: found?.[2] ?? "" };
  }),
);

export const RULE_QUERIES: readonly Query[] = GROUPS.flatMap(({ name, rules }) =>
  rules.map(({ record, alert, expr }) => ({ where: `${name} ${record ?? alert ?? ""}`, expr })),
);

/** The names that a query uses. */
export interface Names {
  readonly selectors: readonly {
    readonly text: string;
    readonly metric: string;
    readonly labels: readonly string[];
  }[];
  /** Labels that it groups or joins by. */
  readonly grouping: readonly string[];
  /** Where it cannot be read. */
  readonly errors: readonly string[];
}

export function namesOf(expr: string): Names {
  const selectors: { text: string; metric: string; labels: string[] }[] = [];
  const grouping: string[] = [];
  const errors: string[] = [];
  let inSelector: (typeof selectors)[number] | undefined;
  parser.parse(expr).iterate({
    enter: ({ name, from, to, type }) => {
      const text = expr.slice(from, to);
      if (type.isError) errors.push(`at ${from}: ${expr.slice(from, from + 20)}`);
      if (name === "VectorSelector") selectors.push((inSelector = { text, metric: "", labels: [] }));
      if (name === "Identifier" && inSelector !== undefined) inSelector.metric = text;
      if (name === "LabelName") (inSelector?.labels ?? grouping).push(text);
    },
    leave: ({ name }) => {
      if (name === "VectorSelector") inSelector = undefined;
    },
  });
  return { selectors, grouping, errors };
}
