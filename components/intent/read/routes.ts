import type { RouteDeclaration } from "../declarations";
import type { RouteSetIntent, ServiceIntent } from "../intent";
import { lookUp } from "../references";
import { closest } from "../show";
import { at } from "./reader";
import { readRouteList } from "./route";
import { type Layer, listPorts, portsOfLayer, type Scope } from "./scope";
import { nameOther } from "./shares";

/** The routes of every service that has some, by service and port. */
export function readRoutes(scope: Scope, declarations: readonly RouteDeclaration[]): RouteSetIntent[] {
  const sets = new Map<string, RouteSetIntent | undefined>();
  declarations.forEach((declaration, index) => {
    const service = readService(scope, declaration.service, at("route", index));
    if (service === undefined) return;
    const path = at("routes", service.key);
    const port = readPort(scope, service, declaration.options, path);
    if (port === undefined) return;
    const identity = `${service.key}:${port.name}`;
    if (sets.has(identity)) {
      scope.reader.report({
        id: "intent/duplicate-routes",
        path,
        message: `port ${JSON.stringify(port.name)} has routes already, and only one list of them can be in force`,
        fix: "put all routes of a port into one call of route",
      });
      return;
    }
    sets.set(identity, readSet(scope, service, port, declaration.routes, path));
  });
  return [...sets.values()].filter((each) => each !== undefined).sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function key({ service, port }: RouteSetIntent): string {
  return `${service}:${port}`;
}

function readSet(
  scope: Scope,
  service: ServiceIntent,
  port: { name: string; layer: Layer },
  value: unknown,
  path: string,
): RouteSetIntent | undefined {
  const list = scope.reader.list(value, "intent/routes", path, "at least one route");
  if (list === undefined) return undefined;
  const routes = readRouteList(scope, list, path, port.layer, { service: service.key, port: port.name });
  if (routes === undefined) return undefined;
  if (routes.at(-1)?.matches.length !== 0) {
    return scope.reader.report({
      id: "intent/routes-incomplete",
      path,
      message: "a request that no route takes is answered with 404",
      expected: "a last route for everything else",
      fix: "end the list with shop.otherwise()",
    });
  }
  return { service: service.key, port: port.name, routes };
}

function readService(scope: Scope, value: unknown, path: string): ServiceIntent | undefined {
  const found = lookUp(value);
  const expected = `a service of mesh ${JSON.stringify(scope.mesh.name)}`;
  if (found?.mesh === scope.mesh && found.reference.kind === "service") {
    return scope.services.get(found.reference.service);
  }
  const foreign = found !== undefined && found.mesh !== scope.mesh;
  return scope.reader.report({
    id: foreign ? "intent/foreign-service" : "intent/unknown-service",
    path,
    message: foreign
      ? `belongs to ${nameOther(found.mesh.name, scope.mesh.name)}`
      : "is not a service that this mesh declares",
    ...(!foreign && { got: { value } }),
    expected,
    fix: "declare the service in the catalogue and pass the object from mesh.services",
  });
}

function readPort(
  scope: Scope,
  service: ServiceIntent,
  options: unknown,
  path: string,
): { name: string; layer: Layer } | undefined {
  const { reader } = scope;
  const fields = reader.fields(options ?? {}, "intent/route-options", path, ["port"]);
  if (fields === undefined) return undefined;
  const named = fields.get("port");
  const http = portsOfLayer(service.ports, "http");
  const tcp = portsOfLayer(service.ports, "tcp");
  if (named === undefined) {
    const candidates = http.length > 0 ? http : tcp;
    const layer = http.length > 0 ? "http" : "tcp";
    const [first, second] = candidates;
    if (first !== undefined && second === undefined) return { name: first.name, layer };
    return first === undefined
      ? reader.report({
          id: "intent/protocol-mismatch",
          path,
          message: "has no port whose traffic can be routed: what https and tls carry is sealed",
          got: { value: listPorts(service) },
          expected: "a port of protocol http, http2, grpc or tcp",
          fix: "correct the port's protocol in the catalogue, or remove the routes",
        })
      : reader.report({
          id: "intent/ambiguous-port",
          path,
          message: "opens several ports that these routes could be for",
          got: { value: listPorts(service) },
          expected: "one port",
          fix: `name it: { port: ${JSON.stringify(first.name)} }`,
        });
  }
  const port = service.ports.find(({ name }) => name === named);
  if (port === undefined) {
    const names = service.ports.map(({ name }) => name);
    const meant = typeof named === "string" ? closest(named, names) : undefined;
    return reader.report({
      id: "intent/unknown-port",
      path: `${path}.port`,
      message: "is not a port that the service opens",
      got: { value: named },
      expected: listPorts(service),
      fix: meant === undefined ? "name one of its ports" : `did you mean ${JSON.stringify(meant)}?`,
    });
  }
  if (http.includes(port)) return { name: port.name, layer: "http" };
  if (tcp.includes(port)) return { name: port.name, layer: "tcp" };
  return reader.report({
    id: "intent/protocol-mismatch",
    path: `${path}.port`,
    message: `carries ${port.protocol}, which is sealed: its traffic cannot be routed inside the mesh`,
    got: { value: port.name },
    expected: "a port of protocol http, http2, grpc or tcp",
    fix: "name another port, or remove the routes",
  });
}
