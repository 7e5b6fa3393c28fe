import type { MeshIntent, ServiceIntent } from "../intent/intent";
import type { SloIntent } from "../intent/slo";
import type { RuleGroup } from "./slo-rule-group";

/** Windows over which the share of failures is recorded. */
const WINDOWS = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"] as const;

/**
 * When somebody is told: this share of the whole budget went within the long window, and the short one says that it goes
 * on. The shares and windows are those of Google's workbook.
 *
 * @see https://sre.google/workbook/alerting-on-slos/
 */
const BURNS = [
  { budget: 0.02, long: "1h", hours: 1, short: "5m", severity: "critical" },
  { budget: 0.05, long: "6h", hours: 6, short: "30m", severity: "critical" },
  { budget: 0.1, long: "1d", hours: 24, short: "2h", severity: "warning" },
  { budget: 0.1, long: "3d", hours: 72, short: "6h", severity: "warning" },
] as const;

/**
 * Rules for Prometheus that measure what services promise, and alert when the promise is about to be broken: one group for
 * each service.
 *
 * @param mesh what `defineMesh` returned
 */
export function compileSlos(mesh: { intent(): MeshIntent }): readonly RuleGroup[] {
  const intent = mesh.intent();
  const groups = new Map<string, RuleGroup["rules"][number][]>();
  for (const slo of intent.slos) {
    const service = intent.services.find(({ key }) => key === slo.service);
    if (service === undefined) throw new RangeError(`the mesh refers to service ${slo.service}`);
    const name = `slo-${intent.name}-${slo.service}`;
    groups.set(name, [...(groups.get(name) ?? []), ...rulesOf(slo, service)]);
  }
  return [...groups].map(([name, rules]) => ({ name, rules }));
}

/** Decimal places enough for a promise of nine nines, and no dust of binary fractions. */
function plain(value: number): number {
  return Number(value.toPrecision(9));
}

function rulesOf(slo: SloIntent, service: ServiceIntent): RuleGroup["rules"] {
  const labels = { slo: slo.name, service: service.name, service_namespace: service.namespace };
  const budget = plain(1 - slo.objective);
  const ofSlo = `{slo="${slo.name}",service_namespace="${service.namespace}"}`;
  const longest = `${slo.days}d`;
  return [
    ...WINDOWS.map((window) => ({
      record: `slo:error_ratio:rate${window}`,
      expr: errorRatio(slo, service, window),
      labels,
    })),
    { record: "slo:objective:ratio", expr: `vector(${slo.objective})`, labels },
    {
      // Over what Prometheus still has of the whole time.
      record: "slo:error_budget:remaining_ratio",
      expr: `1 - avg_over_time(slo:error_ratio:rate5m${ofSlo}[${longest}]) / ${budget}`,
      labels,
    },
    ...BURNS.map(({ budget: share, long, hours, short, severity }) => {
      const threshold = plain(((share * slo.days * 24) / hours) * budget);
      return {
        alert: "SloErrorBudgetBurns",
        expr: `slo:error_ratio:rate${long}${ofSlo} > ${threshold} and slo:error_ratio:rate${short}${ofSlo} > ${threshold}`,
        labels: { ...labels, severity, window: long },
        annotations: {
          summary: `${service.name} in ${service.namespace} uses up its error budget: ${share * 100} % of it within ${long}`,
          description: `${promise(slo)} Of the requests of the last ${long}, {{ $value | humanizePercentage }} did not keep it.`,
          dashboard: `/d/meshwright-objectives?var-slo=${slo.name}`,
        },
      };
    }),
  ];
}

function promise({ kind, objective, under = 0, days }: SloIntent): string {
  const share = `${plain(objective * 100)} % of the requests over ${days} days`;
  return kind === "availability"
    ? `Promised: ${share} are answered without a server error.`
    : `Promised: ${share} are answered in less than ${under} ms.`;
}

/** The share of requests that broke the promise; nothing while there are no requests. */
function errorRatio({ kind, under, reporter }: SloIntent, service: ServiceIntent, window: string): string {
  const of = `reporter="${reporter}",destination_service_name="${service.name}",destination_service_namespace="${service.namespace}"`;
  const rate = (metric: string, more = ""): string => `sum(rate(${metric}{${of}${more}}[${window}]))`;
  if (kind === "availability") {
    const errors = rate("istio_requests_total", ',response_code=~"5.."');
    return `(${errors} or vector(0)) / ${rate("istio_requests_total")}`;
  }
  // Prometheus 3 writes whole boundaries as 250.0, and 2 as 250.
  const boundary = `,le=~"${under}(\\\\.0)?"`;
  const metric = "istio_request_duration_milliseconds";
  return `1 - ${rate(`${metric}_bucket`, boundary)} / ${rate(`${metric}_count`)}`;
}
