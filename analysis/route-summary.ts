import { summariseGatewayRoute } from "./gateway-route-summary";
import type { KubernetesObject } from "./kubernetes-object";
import { fields, type Fields, list, LOCAL, text } from "./route-words";

/** One line of the summary: a request and where it goes. */
export interface RouteLine {
  readonly when: string;
  readonly then: string;
}

/** What one VirtualService or route of the Gateway API says, short enough to read at a glance. */
export interface RouteSummary {
  /** `namespace/name` of a VirtualService; with its kind before it what another object is. */
  readonly object: string;
  readonly hosts: readonly string[];
  readonly lines: readonly RouteLine[];
}

/** The routes among the objects, in their order. Nothing is judged here: what makes no sense is shown as it is. */
export function summariseRoutes(objects: readonly KubernetesObject[]): RouteSummary[] {
  return objects.flatMap((object) => summariseVirtualService(object) ?? summariseGatewayRoute(object) ?? []);
}

function summariseVirtualService(object: KubernetesObject): RouteSummary | undefined {
  const { apiVersion, kind, metadata } = object;
  if (kind !== "VirtualService" || !apiVersion.startsWith("networking.istio.io/")) return undefined;
  const spec = fields(object["spec"]);
  const { namespace, name } = metadata;
  return {
    object: namespace === undefined ? name : `${namespace}/${name}`,
    hosts: list(spec["hosts"]).map((host) => text(host).replace(LOCAL, "")),
    lines: [
      ...list(spec["http"]).flatMap((rule) => linesOf(fields(rule), describeHttpMatch)),
      ...list(spec["tls"]).flatMap((rule) => linesOf(fields(rule), describeConnectionMatch)),
      ...list(spec["tcp"]).flatMap((rule) => linesOf(fields(rule), describeConnectionMatch)),
    ],
  };
}

function linesOf(rule: Fields, describe: (match: Fields) => string): RouteLine[] {
  const matches = list(rule["match"]).map((match) => describe(fields(match)));
  const then = actionOf(rule);
  if (matches.length === 0) return [{ when: "otherwise", then }];
  return matches.map((when) => ({ when, then }));
}

function describeHttpMatch(match: Fields): string {
  const parts: string[] = [];
  for (const field of ["method", "uri"]) {
    if (match[field] !== undefined) parts.push(describeString(match[field]));
  }
  for (const [label, field] of [
    ["", "headers"],
    ["!", "withoutHeaders"],
    ["?", "queryParams"],
  ] as const) {
    for (const [name, value] of Object.entries(fields(match[field]))) {
      parts.push(`${label}${name}=${describeString(value)}`);
    }
  }
  for (const [label, field] of [
    ["host", "authority"],
    ["scheme", "scheme"],
  ] as const) {
    if (match[field] !== undefined) parts.push(`${label} ${describeString(match[field])}`);
  }
  return [...parts, ...describeWay(match)].join(" ") || "any request";
}

function describeConnectionMatch(match: Fields): string {
  const parts = list(match["sniHosts"]).map(text);
  const subnets = list(match["destinationSubnets"]).map(text);
  if (subnets.length > 0) parts.push(`to ${subnets.join(", ")}`);
  return [...parts, ...describeWay(match)].join(" ") || "any connection";
}

/** Who sends, and where it came in; what no match has stays out. */
function describeWay(match: Fields): string[] {
  const labels = Object.entries(fields(match["sourceLabels"])).map(
    ([name, value]) => `${name}=${text(value)}`,
  );
  const namespace = match["sourceNamespace"];
  const gateways = list(match["gateways"]).map(text);
  return [
    ...(labels.length === 0 ? [] : [`from ${labels.join(",")}`]),
    ...(namespace === undefined ? [] : [`from namespace ${text(namespace)}`]),
    ...(match["port"] === undefined ? [] : [`port ${text(match["port"])}`]),
    ...(gateways.length === 0 ? [] : [`at ${gateways.join(", ")}`]),
  ];
}

/** Istio's StringMatch: `{ prefix: "/wines" }` is `/wines*`, `{ regex: "a|b" }` is `~a|b`. */
function describeString(value: unknown): string {
  const match = fields(value);
  if (match["exact"] !== undefined) return text(match["exact"]);
  if (match["prefix"] !== undefined) return `${text(match["prefix"])}*`;
  if (match["regex"] !== undefined) return `~${text(match["regex"])}`;
  return "(present)";
}

function actionOf(rule: Fields): string {
  if (rule["redirect"] !== undefined) return "redirect";
  if (rule["directResponse"] !== undefined) return `status ${text(fields(rule["directResponse"])["status"])}`;
  const { delegate } = rule;
  if (delegate !== undefined) return `delegate ${text(fields(delegate)["name"])}`;
  const routes = list(rule["route"]).map(fields);
  return routes
    .map((route) => {
      const destination = fields(route["destination"]);
      const subset = destination["subset"] === undefined ? "" : ` subset ${text(destination["subset"])}`;
      const weight = routes.length === 1 ? "" : ` ${text(route["weight"] ?? 0)}%`;
      return `${text(destination["host"]).replace(LOCAL, "")}${subset}${weight}`;
    })
    .join(", ");
}
