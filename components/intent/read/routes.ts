import type { RouteDeclaration } from "../declarations";
import type {
  ExternalIntent,
  ExternalRouteSetIntent,
  RouteIntent,
  RouteSetIntent,
  ServiceIntent,
} from "../intent";
import { lookUp } from "../references";
import { closest } from "../show";
import { checkEgressRoutes } from "./egress-routes";
import { at } from "./reader";
import { layerOfRoutes, readRouteList } from "./route";
import {
  type Layer,
  LAYERS,
  layerOf,
  listPorts,
  type Place,
  portsOfLayer,
  type Scope,
  unknownObject,
} from "./scope";
import { readExportTo } from "./traffic-policy";

type Target = Pick<ServiceIntent | ExternalIntent, "key" | "ports"> & {
  readonly kind: "service" | "external";
};

/** The routes of every service and external that has some, by key and port. */
export function readRoutes(
  scope: Scope,
  declarations: readonly RouteDeclaration[],
): {
  readonly services: RouteSetIntent[];
  readonly externals: ExternalRouteSetIntent[];
  readonly egress: ExternalRouteSetIntent[];
} {
  const sets = new Map<
    string,
    { readonly target: Target; readonly set: Omit<RouteSetIntent, "service"> } | undefined
  >();
  declarations.forEach((declaration, index) => {
    const target = readTarget(scope, declaration.service, at("route", index));
    if (target === undefined) return;
    const path = at(target.kind === "service" ? "routes" : "routes.external", target.key);
    const options = scope.reader.fields(declaration.options ?? {}, "intent/route-options", path, [
      "port",
      "exportTo",
    ]);
    const port = options && readPort(scope, target, options.get("port"), declaration.routes, path);
    if (port === undefined) return;
    const external = target.kind === "external" ? scope.externals.get(target.key) : undefined;
    const throughEgress = external?.via === "egress" ? external : undefined;
    const identity = `${target.kind} ${target.key}:${port.name}`;
    if (sets.has(identity)) {
      scope.reader.report({
        id: "intent/duplicate-routes",
        path,
        message: `port ${JSON.stringify(port.name)} has routes already, and only one list of them can be in force`,
        got: `port ${JSON.stringify(port.name)} in two calls of route`,
        expected: "one call of route for each port",
        fix: "put all routes of a port into one call of route",
      });
      return;
    }
    const visible = options?.get("exportTo");
    const exportTo =
      visible === undefined ? undefined : readExportTo(scope.reader, visible, `${path}.exportTo`);
    if (throughEgress !== undefined && exportTo !== undefined) {
      scope.reader.report({
        id: "intent/egress",
        path: `${path}.exportTo`,
        message: "could hide the way to the host from the egress gateway",
        got: `exportTo ${exportTo.join(", ")} beside via: "egress"`,
        expected: "either exportTo or via",
        fix: "remove exportTo",
      });
    }
    const place: Place = { kind: target.kind, own: { service: target.key, port: port.name } };
    const routes = readCompleteRoutes(scope, declaration.routes, path, port.layer, place);
    if (throughEgress !== undefined && routes !== undefined) {
      checkEgressRoutes(scope.reader, throughEgress, routes, path);
    }
    sets.set(identity, routes && { target, set: { port: port.name, routes, ...(exportTo && { exportTo }) } });
  });
  const sorted = [...sets]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, set]) => set)
    .filter((each) => each !== undefined);
  const externals = sorted
    .filter(({ target }) => target.kind === "external")
    .map(({ target, set }) => ({ external: target.key, ...set }));
  const throughEgress = ({ external }: ExternalRouteSetIntent): boolean =>
    scope.externals.get(external)?.via === "egress";
  return {
    services: sorted
      .filter(({ target }) => target.kind === "service")
      .map(({ target, set }) => ({ service: target.key, ...set })),
    externals: externals.filter((each) => !throughEgress(each)),
    egress: externals.filter(throughEgress),
  };
}

/** Routes of which the last takes what is left. */
export function readCompleteRoutes(
  scope: Scope,
  value: unknown,
  path: string,
  layer: Layer,
  place: Place,
): readonly RouteIntent[] | undefined {
  const list = scope.reader.list(value, "intent/routes", path, "at least one route");
  if (list === undefined) return undefined;
  const routes = readRouteList(scope, list, path, layer, place);
  if (routes === undefined) return undefined;
  if (routes.at(-1)?.matches.length !== 0) {
    return scope.reader.report({
      id: "intent/routes-incomplete",
      path,
      message:
        layer === "http"
          ? "a request that no route takes is answered with 404"
          : "a connection that no route takes is closed",
      got: `${routes.length === 1 ? "1 route" : `${routes.length} routes`}, the last with conditions`,
      expected: "a last route for everything else",
      fix: "end the list with shop.otherwise()",
    });
  }
  return routes;
}

function readTarget(scope: Scope, value: unknown, path: string): Target | undefined {
  const found = lookUp(value);
  if (found?.mesh === scope.mesh && found.reference.kind === "service") {
    const service = scope.services.get(found.reference.service);
    return service && { ...service, kind: "service" };
  }
  if (found?.mesh === scope.mesh && found.reference.kind === "external") {
    const external = scope.externals.get(found.reference.external);
    return external && { ...external, kind: "external" };
  }
  return unknownObject(scope, value, path, "a service or external");
}

/** The port that routes are for: the one that is named, or the only one whose traffic they can read. */
function readPort(
  scope: Scope,
  target: Target,
  named: unknown,
  routes: unknown,
  path: string,
): { readonly name: string; readonly layer: Layer } | undefined {
  const { reader } = scope;
  if (named === undefined) {
    const asked = Array.isArray(routes) ? layerOfRoutes(routes as unknown[]) : undefined;
    const layer =
      asked ??
      (["http", "tcp", "tls"] as const).find((each) => portsOfLayer(target.ports, each).length > 0) ??
      "http";
    // Where no port speaks what the routes read, the routes are what is wrong, and they say so one by one.
    const fallback = target.ports.length === 1 ? target.ports : [];
    const readable = portsOfLayer(target.ports, layer);
    const candidates = readable.length > 0 ? readable : fallback;
    const [first, second] = candidates;
    if (first !== undefined && second === undefined)
      return { name: first.name, layer: layerOf(first.protocol) };
    return first === undefined
      ? reader.report({
          id: "intent/protocol-mismatch",
          path,
          message: `opens no port that speaks ${LAYERS[layer].speaks}, which these routes read`,
          got: listPorts(target),
          expected: `a port of protocol ${LAYERS[layer].protocols}`,
          fix: "correct the port's protocol in the catalogue, or name the port",
        })
      : reader.report({
          id: "intent/ambiguous-port",
          path,
          message: "opens several ports that these routes could be for",
          got: listPorts(target),
          expected: "one port",
          fix: `name it: { port: ${JSON.stringify(first.name)} }`,
        });
  }
  const port = target.ports.find(({ name }) => name === named);
  if (port !== undefined) return { name: port.name, layer: layerOf(port.protocol) };
  const names = target.ports.map(({ name }) => name);
  const meant = typeof named === "string" ? closest(named, names) : undefined;
  return reader.report({
    id: "intent/unknown-port",
    path: `${path}.port`,
    message: "is not a port that the service opens",
    got: { value: named },
    expected: listPorts(target),
    fix: meant === undefined ? "name one of its ports" : `did you mean ${JSON.stringify(meant)}?`,
  });
}
