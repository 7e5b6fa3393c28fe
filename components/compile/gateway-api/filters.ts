import type { RouteIntent } from "../../intent/intent";
import type { Context } from "../context";
import { backendRefs } from "./backends";
import { headerFilters, type RouteFilter } from "./header-filters";
import type { Refusals } from "./refusals";

/** Headers that a route changes, and where copies of its requests go. */
export function filters(
  context: Context,
  { headers, mirrors = [] }: Pick<RouteIntent, "headers" | "mirrors">,
  namespace: string,
  path: string,
  refusals: Refusals,
): readonly RouteFilter[] {
  return [
    ...headerFilters(headers, `${path}.headers`, refusals),
    ...mirrors.map((mirror, index) =>
      mirrored(context, mirror, namespace, `${path}.mirrors[${index}]`, refusals),
    ),
  ];
}

function mirrored(
  context: Context,
  { to, percentage, ...rest }: NonNullable<RouteIntent["mirrors"]>[number],
  namespace: string,
  path: string,
  refusals: Refusals,
): RouteFilter {
  refusals.unknown(path, rest);
  const [reference] = backendRefs(context, { to: [{ to, weight: 100 }] }, namespace, path, refusals);
  // A copy is answered by nobody: only where it goes counts, not the name that it asks for.
  const { filters: _, weight: __, name = "", ...backend } = reference ?? { name: "" };
  return {
    type: "RequestMirror",
    requestMirror: { backendRef: { ...backend, name }, ...share(percentage) },
  };
}

/** In hundredths of a percent where whole percent do not say it, which is as fine as Istio's own. */
function share(percentage: number | undefined): {
  percent?: number;
  fraction?: { numerator: number; denominator: number };
} {
  if (percentage === undefined || percentage === 100) return {};
  return Number.isInteger(percentage)
    ? { percent: percentage }
    : { fraction: { numerator: Math.round(percentage * 10_000), denominator: 1_000_000 } };
}
