import { UNKNOWN, type KubernetesObject } from "./kubernetes-object";
import type { RouteLine, RouteSummary } from "./route-summary";
import { fields, type Fields, list, text } from "./route-words";

/** How the matches of each kind are said; TCPRoutes and TLSRoutes have none. */
const MATCHES: Readonly<Record<string, ((match: Fields) => string) | undefined>> = {
  HTTPRoute: describeHttpMatch,
  GRPCRoute: describeGrpcMatch,
  TCPRoute: undefined,
  TLSRoute: undefined,
};

/** What a route of the Gateway API says; nothing for other objects. */
export function summariseGatewayRoute(object: KubernetesObject): RouteSummary | undefined {
  const { apiVersion, kind, metadata } = object;
  if (!apiVersion.startsWith("gateway.networking.k8s.io/") || !Object.hasOwn(MATCHES, kind)) return undefined;
  const describe = MATCHES[kind];
  const spec = fields(object["spec"]);
  const { namespace, name } = metadata;
  return {
    object: `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`,
    hosts: hostsOf(spec, namespace),
    lines: list(spec["rules"]).flatMap((rule): RouteLine[] => {
      const then = actionOf(fields(rule), namespace);
      const matches = describe === undefined ? [] : list(fields(rule)["matches"]).map(fields).map(describe);
      return matches.length === 0 ? [{ when: "otherwise", then }] : matches.map((when) => ({ when, then }));
    }),
  };
}

/** The hosts that it names, or the services whose callers it is for; at a gateway without any, all of the listener's. */
function hostsOf(spec: Fields, namespace: string | undefined): readonly string[] {
  const named = list(spec["hostnames"]).map(text);
  if (named.length > 0) return named;
  const parents = list(spec["parentRefs"]).map(fields);
  const services = parents
    .filter(({ kind }) => kind === "Service")
    .map((parent) => hostOf(parent, namespace));
  return services.length < parents.length ? [...services, "*"] : services;
}

/** `name.namespace` of a service; other kinds, as Istio's Hostname, are called what they are called. */
function hostOf({ kind = "Service", name, namespace: own }: Fields, namespace: string | undefined): string {
  const where = own ?? namespace;
  return kind === "Service" && where !== undefined ? `${text(name)}.${text(where)}` : text(name);
}

function describeHttpMatch(match: Fields): string {
  const parts = match["method"] === undefined ? [] : [text(match["method"])];
  const { type = "PathPrefix", value = "/" } = fields(match["path"]);
  const onPath = match["path"] !== undefined;
  // A prefix ends where a part of the path ends: /wines/* has /wines itself in it, and not /winesellers.
  if (onPath)
    parts.push(type === "PathPrefix" ? `${text(value).replace(/\/$/, "")}/*` : pattern(type, value));
  return (
    [...parts, ...named("", match["headers"]), ...named("?", match["queryParams"])].join(" ") || "any request"
  );
}

function describeGrpcMatch(match: Fields): string {
  const { type, service, method } = fields(match["method"]);
  const called = [service, method].map((part) => (part === undefined ? "*" : pattern(type, part))).join("/");
  const parts = match["method"] === undefined ? [] : [called];
  return [...parts, ...named("", match["headers"])].join(" ") || "any request";
}

function named(label: string, conditions: unknown): string[] {
  return list(conditions)
    .map(fields)
    .map(({ name, type, value }) => `${label}${text(name)}=${pattern(type, value)}`);
}

function pattern(type: unknown, value: unknown): string {
  return type === "RegularExpression" ? `~${text(value)}` : text(value);
}

function actionOf(rule: Fields, namespace: string | undefined): string {
  if (list(rule["filters"]).some((filter) => fields(filter)["type"] === "RequestRedirect")) return "redirect";
  const backends = list(rule["backendRefs"]).map(fields);
  if (backends.length === 0) return "no backend";
  const weights = backends.map(({ weight = 1 }) => weight);
  return backends
    .map((backend, index) => {
      const host = hostOf(backend, namespace);
      return backends.length === 1 ? host : `${host} ${shareOf(weights[index], weights)}`;
    })
    .join(", ");
}

/** Weights count in relation to one another, and do not add up to a hundred by themselves. */
function shareOf(weight: unknown, all: readonly unknown[]): string {
  if (all.includes(UNKNOWN)) return text(UNKNOWN);
  const number = (each: unknown): number => (typeof each === "number" ? each : 0);
  const total = all.reduce<number>((sum, each) => sum + number(each), 0);
  return `${total === 0 ? 0 : Number(((100 * number(weight)) / total).toFixed(1))}%`;
}
