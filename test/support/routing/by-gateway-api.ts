import { RE2JS } from "re2js";
import type { gatewayApi } from "../../../components/compile";
import { type Decision, destinationText, location, type Request } from "./request";

type HTTPMatch = gatewayApi.HTTPRouteRuleMatch;
type HTTPFilter = gatewayApi.HTTPRouteRuleFilter;
type Modifier = NonNullable<NonNullable<HTTPFilter["urlRewrite"]>["path"]>;
type Backend = gatewayApi.GRPCRouteRuleBackendRef | gatewayApi.HTTPRouteRuleBackendRef;
type Value = { readonly name: string; readonly type?: string; readonly value: string };

interface Candidate {
  readonly holds: (request: Request) => boolean;
  /** By the specification's precedence, then by the order of the rules. */
  readonly rank: readonly number[];
  readonly backends: readonly Backend[];
  readonly filters: readonly HTTPFilter[];
  /** The prefix that is matched, where it is one. */
  readonly prefix?: string;
}

/**
 * What a request meets at an HTTPRoute, by the words of the specification: among all matches that hold, an exact path
 * before a longer prefix before a shorter one before an expression; then one with a method, more headers, more query
 * parameters, and the earlier rule. Expressions, which it leaves to implementations, are ranked by length, as istiod does.
 */
export function byHttpRoute(route: gatewayApi.HTTPRouteManifest, request: Request): Decision {
  const candidates = (route.spec.rules ?? []).flatMap(({ matches = [{}], backendRefs = [], filters = [] }) =>
    matches.map((match): Candidate => {
      const { type = "PathPrefix", value = "/" } = match.path ?? {};
      return {
        holds: (each) => httpHolds(match, each),
        rank: [
          ["RegularExpression", "PathPrefix", "Exact"].indexOf(type),
          value.length,
          match.method === undefined ? 0 : 1,
          match.headers?.length ?? 0,
          match.queryParams?.length ?? 0,
        ],
        backends: backendRefs,
        filters,
        ...(type === "PathPrefix" && { prefix: value }),
      };
    }),
  );
  return decide(candidates, request, route.metadata.namespace ?? "");
}

/** The same for a GRPCRoute: service and method, the longer first, then headers. */
export function byGrpcRoute(route: gatewayApi.GRPCRouteManifest, request: Request): Decision {
  const candidates = (route.spec.rules ?? []).flatMap(({ matches = [{}], backendRefs = [] }) =>
    matches.map(({ method, headers = [] }): Candidate => {
      const [, service = "", ...rest] = request.path.split("/");
      const name = rest.join("/");
      return {
        holds: (each) =>
          (method?.service === undefined || method.service === service) &&
          (method?.method === undefined || method.method === name) &&
          headers.every((header) => valueHolds(header, each.headers)),
        rank: [method?.service?.length ?? -1, method?.method?.length ?? -1, headers.length],
        backends: backendRefs,
        filters: [],
      };
    }),
  );
  return decide(candidates, request, route.metadata.namespace ?? "");
}

function decide(candidates: readonly Candidate[], request: Request, namespace: string): Decision {
  let best: Candidate | undefined;
  for (const candidate of candidates) {
    if (!candidate.holds(request)) continue;
    if (best === undefined || compare(candidate.rank, best.rank) > 0) best = candidate;
  }
  if (best === undefined) return "404";
  const { filters, prefix, backends } = best;
  const path = (modifier: Modifier | undefined): string =>
    modifier === undefined ? request.path : modified(modifier, prefix, request.path);
  const redirect = filters.find((each) => each.requestRedirect)?.requestRedirect;
  if (redirect !== undefined) {
    const { scheme, hostname: host, port, statusCode = 302 } = redirect;
    // Without a port it is that of the scheme, and without a scheme that of the request.
    const derived = scheme === undefined ? "request" : undefined;
    return location(request, {
      scheme,
      host,
      port: port ?? derived,
      path: path(redirect.path),
      code: statusCode,
    });
  }
  const rewrite = filters.find((each) => each.urlRewrite)?.urlRewrite;
  const destinations = backends
    .map((backend) => {
      const inside = backend.kind !== "Hostname";
      const to = destinationText(
        inside ? (backend.namespace ?? namespace) : "outside",
        backend.name,
        backend.port ?? 0,
        backends.length > 1 ? (backend.weight ?? 1) : 100,
      );
      return { to, host: rewrite?.hostname ?? hostOf(backend.filters) ?? request.host };
    })
    .filter(({ to }) => !to.endsWith(" 0%"))
    .map((each) => `${each.to} as ${each.host}`);
  return [...destinations.sort(), path(rewrite?.path)];
}

function hostOf(filters: Backend["filters"] = []): string | undefined {
  return filters
    .flatMap(({ requestHeaderModifier }) => requestHeaderModifier?.set ?? [])
    .find(({ name }) => name === "Host")?.value;
}

/** By the specification: the prefix goes with its segments, and one slash stays between what replaces it and the rest. */
function modified(
  { replaceFullPath, replacePrefixMatch = "" }: Modifier,
  prefix: string | undefined,
  path: string,
): string {
  if (replaceFullPath !== undefined) return replaceFullPath;
  const rest = path.slice(prefix?.replace(/\/$/, "").length);
  return `${replacePrefixMatch.replace(/\/$/, "")}${rest}` || "/";
}

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}

function httpHolds(match: HTTPMatch, { method, path, headers, query }: Request): boolean {
  const { type = "PathPrefix", value = "/" } = match.path ?? {};
  const segments = value.endsWith("/") ? value : `${value}/`;
  const pathHolds =
    type === "Exact"
      ? path === value
      : type === "PathPrefix"
        ? `${path}/`.startsWith(segments)
        : RE2JS.compile(value).matches(path);
  return (
    pathHolds &&
    (match.method === undefined || match.method === method) &&
    (match.headers ?? []).every((each) => valueHolds(each, headers)) &&
    (match.queryParams ?? []).every((each) => valueHolds(each, query))
  );
}

function valueHolds(
  { name, type = "Exact", value }: Value,
  values: Readonly<Record<string, string>>,
): boolean {
  const found = values[name];
  if (found === undefined) return false;
  return type === "Exact" ? found === value : RE2JS.compile(value).matches(found);
}
