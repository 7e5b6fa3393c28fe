import type { HeaderOperationsIntent, RouteIntent } from "../../intent/intent";
import type { Context } from "../context";
import type { GRPCRouteRuleFilter } from "../types/gateway-api";
import { backendRefs } from "./backends";
import type { Refusals } from "./refusals";

/** Most headers that one filter sets, adds or removes. */
const MOST_HEADERS = 16;

/** What happens to requests and responses on their way: what HTTP and gRPC both write. */
export type RouteFilter = GRPCRouteRuleFilter;

/** Headers that a route changes, and where copies of its requests go. */
export function filters(
  context: Context,
  { headers, mirrors = [] }: Pick<RouteIntent, "headers" | "mirrors">,
  namespace: string,
  path: string,
  refusals: Refusals,
): readonly RouteFilter[] {
  const { request, response, ...rest } = headers ?? {};
  refusals.unknown(`${path}.headers`, rest);
  return [
    ...(request === undefined
      ? []
      : [
          {
            type: "RequestHeaderModifier",
            requestHeaderModifier: operations(request, `${path}.headers.request`, refusals),
          } as const,
        ]),
    ...(response === undefined
      ? []
      : [
          {
            type: "ResponseHeaderModifier",
            responseHeaderModifier: operations(response, `${path}.headers.response`, refusals),
          } as const,
        ]),
    ...mirrors.map((mirror, index) =>
      mirrored(context, mirror, namespace, `${path}.mirrors[${index}]`, refusals),
    ),
  ];
}

function operations(
  { set = {}, add = {}, remove = [], ...rest }: HeaderOperationsIntent,
  path: string,
  refusals: Refusals,
): NonNullable<RouteFilter["requestHeaderModifier"]> {
  refusals.unknown(path, rest);
  for (const [operation, count] of [
    ["set", Object.keys(set).length],
    ["add", Object.keys(add).length],
    ["remove", remove.length],
  ] as const) {
    if (count <= MOST_HEADERS) continue;
    refusals.report(
      "too-many",
      `${path}.${operation}`,
      `has ${count} headers, and a filter takes ${MOST_HEADERS}`,
    );
  }
  const named = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([name, value]) => ({ name, value }));
  return {
    ...(Object.keys(set).length > 0 && { set: named(set) }),
    ...(Object.keys(add).length > 0 && { add: named(add) }),
    ...(remove.length > 0 && { remove }),
  };
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
