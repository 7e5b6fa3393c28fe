import type { PanelSpec, Query } from "./types";

/** A panel with lines over time. */
export function lines(
  title: string,
  description: string,
  unit: string,
  queries: readonly Query[],
  width: PanelSpec["width"] = 12,
): PanelSpec {
  return { kind: "timeseries", title, description, unit, queries, width };
}

/** A panel with one number. */
export function number(
  title: string,
  description: string,
  unit: string,
  expr: string,
  legend = "",
): PanelSpec {
  return { kind: "stat", title, description, unit, queries: [{ expr, legend }], width: 4 };
}

/** A panel with one row for each series. */
export function table(title: string, description: string, unit: string, expr: string): PanelSpec {
  return { kind: "table", title, description, unit, queries: [{ expr, legend: "" }], width: 24 };
}

/** Requests a second, split by some labels. */
export function requestRate(selector: string, by: string): string {
  return `sum by (${by}) (rate(istio_requests_total{${selector}}[$__rate_interval]))`;
}

/** The share of requests that a server answered without failing; a caller's mistakes (4xx) do not count. */
export function successRatio(selector: string, by?: string): string {
  const over = by === undefined ? "" : ` by (${by})`;
  const good = `sum${over} (rate(istio_requests_total{${selector},response_code!~"5.."}[$__rate_interval]))`;
  return `${good} / sum${over} (rate(istio_requests_total{${selector}}[$__rate_interval]))`;
}

/** The time under which this share of the requests was answered, in milliseconds. */
export function latency(quantile: number, selector: string, by?: string): string {
  const labels = by === undefined ? "le" : `${by}, le`;
  return `histogram_quantile(${quantile}, sum by (${labels}) (rate(istio_request_duration_milliseconds_bucket{${selector}}[$__rate_interval])))`;
}

/** The usual three lines of latency. */
export function latencies(selector: string): readonly Query[] {
  return [50, 90, 99].map((percent) => ({ expr: latency(percent / 100, selector), legend: `p${percent}` }));
}

/** The mean of a histogram, split by some labels. */
export function mean(metric: string, selector: string, by: string): string {
  const rate = (suffix: string): string =>
    `sum by (${by}) (rate(${metric}_${suffix}{${selector}}[$__rate_interval]))`;
  return `${rate("sum")} / ${rate("count")}`;
}

/** The rate of a counter, split by some labels. */
export function rateOf(metric: string, by: string, selector = ""): string {
  const labels = selector === "" ? "" : `{${selector}}`;
  return `sum by (${by}) (rate(${metric}${labels}[$__rate_interval]))`;
}
