/** One line of a panel. */
export interface Query {
  /** PromQL; `$__rate_interval` and the dashboard's variables stand for themselves. */
  readonly expr: string;
  /** How its series are called, with `{{label}}` for labels. */
  readonly legend: string;
}

/** One picture. */
export interface PanelSpec {
  readonly title: string;
  /** What to think when it looks unusual. */
  readonly description: string;
  readonly kind: "timeseries" | "stat" | "table";
  /** Unit of Grafana: `reqps`, `percentunit`, `ms`, `s`, `bytes`, `Bps`, `short`. */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Of 24 columns. */
  readonly width: 4 | 6 | 8 | 12 | 24;
}

/** A choice at the top of a dashboard. */
export interface VariableSpec {
  readonly name: string;
  readonly label: string;
  /** `label_values(metric, label)` */
  readonly query: string;
  /** More than one at a time, and all of them at first. */
  readonly multi?: boolean;
}

export interface DashboardSpec {
  /** Part of its address; never changes. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly VariableSpec[];
  readonly rows: readonly { readonly title: string; readonly panels: readonly PanelSpec[] }[];
}
