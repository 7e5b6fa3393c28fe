import type { HeaderOperationsIntent, HeadersIntent } from "../../intent/intent";
import type { GRPCRouteRuleFilter } from "../types/gateway-api";
import type { Refusals } from "./refusals";

/** Most headers that one filter sets, adds or removes. */
const MOST_HEADERS = 16;

/** What HTTP and gRPC both write. */
export type RouteFilter = GRPCRouteRuleFilter;

/** Changes to the headers of requests and answers, of a whole rule or of one of its destinations. */
export function headerFilters(
  headers: HeadersIntent | undefined,
  path: string,
  refusals: Refusals,
): readonly RouteFilter[] {
  const { request, response, ...rest } = headers ?? {};
  refusals.unknown(path, rest);
  return [
    ...(request === undefined
      ? []
      : [
          {
            type: "RequestHeaderModifier",
            requestHeaderModifier: operations(request, `${path}.request`, refusals),
          } as const,
        ]),
    ...(response === undefined
      ? []
      : [
          {
            type: "ResponseHeaderModifier",
            responseHeaderModifier: operations(response, `${path}.response`, refusals),
          } as const,
        ]),
  ];
}

function operations(
  { set = {}, add = {}, remove = [], ...rest }: HeaderOperationsIntent,
  path: string,
  refusals: Refusals,
): NonNullable<RouteFilter["requestHeaderModifier"]> {
  refusals.unknown(path, rest);
  for (const [operation, values] of [
    ["set", Object.entries(set)],
    ["add", Object.entries(add)],
    ["remove", remove.map((name) => [name, name])],
  ] as const) {
    if (values.length > MOST_HEADERS) {
      refusals.report(
        "too-many",
        `${path}.${operation}`,
        "changes more headers than a filter of the Gateway API takes",
        { got: `${values.length} headers`, expected: `${MOST_HEADERS} at most` },
      );
    }
    for (const [name = ""] of values.filter(([, value]) => value === "")) {
      refusals.report(
        "empty-header",
        `${path}.${operation}.${name}`,
        "is empty, and a filter of the Gateway API gives a header one character at least",
        { got: '""', expected: "a value", fix: "remove the header" },
      );
    }
  }
  const named = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([name, value]) => ({ name, value }));
  return {
    ...(Object.keys(set).length > 0 && { set: named(set) }),
    ...(Object.keys(add).length > 0 && { add: named(add) }),
    ...(remove.length > 0 && { remove }),
  };
}
