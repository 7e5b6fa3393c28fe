import {
  type Dashboard,
  DashboardBuilder,
  DashboardLinkBuilder,
  DashboardLinkType,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder, PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as StatPanel } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as TablePanel } from "@grafana/grafana-foundation-sdk/table";
import { PanelBuilder as TimeseriesPanel } from "@grafana/grafana-foundation-sdk/timeseries";

import type { DashboardSpec, PanelSpec, Query, VariableSpec } from "./types";

/** The data source that our dashboards ask; Grafana is given one of this id. */
export const PROMETHEUS_UID = "prometheus";

/** The tag by which our dashboards link to one another. */
const TAG = "meshwright";

const SOURCE = { type: "prometheus", uid: PROMETHEUS_UID };

const HEIGHT = { timeseries: 8, stat: 4, table: 9 } as const;

/** A dashboard as Grafana reads it. */
export function buildDashboard(spec: DashboardSpec): Dashboard {
  const builder = new DashboardBuilder(spec.title)
    .uid(spec.uid)
    .description(spec.description)
    .tags([TAG, "istio"])
    .timezone("browser")
    .refresh("30s")
    .time({ from: "now-1h", to: "now" })
    .link(
      new DashboardLinkBuilder("Mesh")
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .asDropdown(true)
        .keepTime(true),
    )
    .readonly();
  for (const variable of spec.variables) builder.withVariable(buildVariable(variable));
  for (const { title, panels } of spec.rows) {
    builder.withRow(new RowBuilder(title));
    for (const panel of panels) builder.withPanel(buildPanel(panel));
  }
  return builder.build();
}

function buildVariable({ name, label, query, multi = false }: VariableSpec): QueryVariableBuilder {
  const builder = new QueryVariableBuilder(name)
    .label(label)
    .datasource(SOURCE)
    .query(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);
  return multi
    ? builder.multi(true).includeAll(true).allValue(".*").current({ text: "All", value: "$__all" })
    : builder;
}

function buildPanel(panel: PanelSpec): StatPanel | TablePanel | TimeseriesPanel {
  const { kind, title, description, unit, width } = panel;
  const make = { stat: StatPanel, table: TablePanel, timeseries: TimeseriesPanel }[kind];
  const builder = new make()
    .title(title)
    .description(description)
    .datasource(SOURCE)
    .unit(unit)
    .span(width)
    .height(HEIGHT[kind]);
  panel.queries.forEach((query, index) => builder.withTarget(buildQuery(query, index, kind)));
  return builder;
}

function buildQuery({ expr, legend }: Query, index: number, kind: PanelSpec["kind"]): DataqueryBuilder {
  const query = new DataqueryBuilder()
    .refId(String.fromCharCode(65 + index))
    .datasource(SOURCE)
    .expr(expr)
    .legendFormat(legend);
  if (kind === "table") return query.instant().format(PromQueryFormat.Table);
  return kind === "stat" ? query.instant() : query.range();
}
