import { covers } from "../cover";
import type { RouteIntent } from "../intent";
import type { Protocol } from "../port";
import { readHttpOptions } from "./http-options";
import { readMatch } from "./match";
import { at } from "./reader";
import { readAction } from "./route-action";
import { type Layer, LAYERS, type Place, type Scope } from "./scope";
import { readShares } from "./shares";

/** Routes in order, each of them reachable. `undefined` where anything about them is wrong. */
export function readRouteList(
  scope: Scope,
  value: readonly unknown[],
  path: string,
  layer: Layer,
  place: Place,
): readonly RouteIntent[] | undefined {
  const before = scope.reader.problems.length;
  const routes = value.map((each, index) => readRoute(scope, each, at(path, index), layer, place));
  reportUnreachable(scope, routes, path);
  const read = routes.filter((each) => each !== undefined);
  return scope.reader.problems.length > before || read.length < routes.length ? undefined : read;
}

/** What a kind of route reads of the traffic; `any-protocol` reads nothing. */
const LAYER_OF = { http: "http", grpc: "http", tcp: "tcp", tls: "tls" } as const;

/** The layer that routes are for, where the first that reads anything says so. */
export function layerOfRoutes(routes: readonly unknown[]): Layer | undefined {
  for (const route of routes) {
    const kind = typeof route === "object" && route !== null && "kind" in route ? route.kind : undefined;
    if (kind === "http" || kind === "grpc" || kind === "tcp" || kind === "tls") return LAYER_OF[kind];
  }
  return undefined;
}

function readRoute(
  scope: Scope,
  value: unknown,
  path: string,
  layer: Layer,
  place: Place,
): RouteIntent | undefined {
  const { reader } = scope;
  const fields = reader.record(value, "intent/route", path, "a route, such as shop.otherwise().to(reviews)");
  if (fields === undefined) return undefined;
  if (typeof fields.get("to") === "function") {
    return reader.report({
      id: "intent/unfinished-route",
      path,
      message: "does not say where its requests go",
      got: "a route without an end",
      expected: "a route that ends with to, canary, split or bySubset",
      fix: "end it with .to(destination)",
    });
  }
  const kind = reader.choice(fields.get("kind"), "intent/route", `${path}.kind`, [
    "http",
    "grpc",
    "tcp",
    "tls",
    "any-protocol",
  ]);
  if (kind === undefined) return undefined;
  if (kind !== "any-protocol" && LAYER_OF[kind] !== layer) return reportLayer(scope, path, kind, layer);
  const alternatives = kind === "any-protocol" ? [] : fields.get("matches");
  const matches = Array.isArray(alternatives)
    ? alternatives.map((each, index) =>
        kind === "any-protocol" ? undefined : readMatch(scope, each, at(`${path}.when`, index), kind, place),
      )
    : [
        reader.report({
          id: "intent/match",
          path: `${path}.matches`,
          message: "is not a list of conditions",
          got: { value: alternatives },
          expected: "a list of lists of conditions",
          fix: "make routes with shop.when(...)",
        }),
      ];
  const http = kind === "http" || kind === "grpc";
  const options = http ? readHttpOptions(scope, fields.get("options") ?? {}, `${path}.with`, place) : {};
  const given = fields.get("action");
  const action = given === undefined ? undefined : readAction(scope, given, `${path}.then`, matches, place);
  const to = given === undefined ? readShares(scope, fields.get("to"), `${path}.to`, layer, place) : [];
  if (action !== undefined && options !== undefined) reportUnused(scope, action.kind, options, path);
  const read = matches.filter((each) => each !== undefined);
  if (to === undefined || options === undefined || read.length < matches.length) return undefined;
  if (given !== undefined && action === undefined) return undefined;
  if (kind === "grpc" && protocolOf(scope, place) === "http") return reportGrpc(scope, path);
  return { matches: read, to, ...(action && { action }), ...options };
}

/** What is spoken on the port that routes are for; nothing is known of it at gateways and in delegates. */
function protocolOf(scope: Scope, place: Place): Protocol | undefined {
  if (place.kind !== "service" && place.kind !== "external") return undefined;
  const { service, port } = place.own;
  const owner = place.kind === "service" ? scope.services.get(service) : scope.externals.get(service);
  return owner?.ports.find(({ name }) => name === port)?.protocol;
}

/** gRPC needs HTTP/2, which proxies speak to a port of protocol http only where both sides happen to. */
function reportGrpc(scope: Scope, path: string): undefined {
  return scope.reader.report({
    id: "intent/protocol-mismatch",
    path,
    message: "reads gRPC, but the port is declared to speak HTTP/1.1",
    got: { value: "http" },
    expected: "a port of protocol grpc or http2",
    fix: "correct the port's protocol in the catalogue, or write the condition with shop.when",
  });
}

/** A route that reads what the port does not carry. */
function reportLayer(scope: Scope, path: string, kind: keyof typeof LAYER_OF, layer: Layer): undefined {
  const reads = LAYERS[LAYER_OF[kind]].speaks;
  return scope.reader.report({
    id: "intent/protocol-mismatch",
    path,
    message:
      LAYER_OF[kind] === "http"
        ? "reads HTTP (a condition, a timeout or retries), but the port does not speak it"
        : `reads ${reads}, but the port speaks ${LAYERS[layer].speaks}`,
    got: `a ${kind} route at a port of protocol ${LAYERS[layer].protocols}`,
    expected: `shop.otherwise() without options, for a port of protocol ${LAYERS[layer].protocols}`,
    fix: "remove conditions and options, or correct the port's protocol in the catalogue",
  });
}

/** What Istio refuses, or does nothing with, where requests go to no destination. */
function reportUnused(
  scope: Scope,
  kind: NonNullable<RouteIntent["action"]>["kind"],
  options: object,
  path: string,
): void {
  const useful =
    kind === "delegate"
      ? ["name", "timeout", "retries", "headers", "corsPolicy", "fault", "mirrors", "rewrite"]
      : ["name", "headers", "corsPolicy"];
  for (const name of Object.keys(options)) {
    if (useful.includes(name)) continue;
    scope.reader.report({
      id: "intent/route-action",
      path: `${path}.with.${name}`,
      message: "is for requests that go to a destination, which these do not",
      got: `${name} beside a ${kind}`,
      expected: useful.join(", "),
      fix: "remove it",
    });
  }
}

/** A route, or one of its alternatives, that an earlier one always takes first. */
function reportUnreachable(scope: Scope, routes: readonly (RouteIntent | undefined)[], path: string): void {
  routes.forEach((route, index) => {
    if (route === undefined) return;
    const earlier = routes.slice(0, index);
    const taker = (match: RouteIntent["matches"][number] | undefined): number =>
      earlier.findIndex(
        (each) =>
          each !== undefined &&
          (each.matches.length === 0 ||
            (match !== undefined && each.matches.some((other) => covers(other, match)))),
      );
    const report = (here: string, by: number): undefined =>
      scope.reader.report({
        id: "intent/route-unreachable",
        path: here,
        message: `can never be taken: ${at(path, by)} takes all of its requests first`,
        got: `${here} after ${at(path, by)}`,
        expected: "narrower conditions before wider ones",
        fix: `move it before ${at(path, by)}, or remove it`,
      });
    if (route.matches.length === 0) {
      const by = taker(undefined);
      if (by >= 0) report(at(path, index), by);
      return;
    }
    const takers = route.matches.map(taker);
    const [first = -1] = takers;
    if (takers.every((by) => by >= 0)) report(at(path, index), first);
    else
      takers.forEach((by, alternative) => {
        if (by >= 0) report(at(`${at(path, index)}.when`, alternative), by);
      });
  });
}
