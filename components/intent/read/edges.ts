import type { CallerIntent, EdgeIntent, GatewayIntent, ServiceIntent } from "../intent";
import { isHttpProtocol } from "../port";
import { lookUp } from "../references";
import { readMethods } from "./match";
import { at } from "./reader";
import { listPorts, type Scope } from "./scope";
import { nameOther } from "./scope";

/** Permissions, one for each caller. */
export function readEdges(
  scope: Scope,
  declarations: readonly unknown[],
  gateways: readonly (GatewayIntent | undefined)[],
): EdgeIntent[] {
  return declarations.flatMap((each, index) => readEdge(scope, each, at("allow", index), gateways));
}

function readEdge(
  scope: Scope,
  value: unknown,
  path: string,
  gateways: readonly (GatewayIntent | undefined)[],
): EdgeIntent[] {
  const { reader } = scope;
  const fields = reader.fields(value, "intent/allow", path, ["from", "to", "methods", "paths", "ports"]);
  if (fields === undefined) return [];
  const callers = readCallers(scope, fields.get("from"), `${path}.from`, gateways);
  const target = readTarget(scope, fields.get("to"), `${path}.to`);
  // An empty list would permit every method or path where the reader expects none, so it is refused.
  const given = fields.get("methods");
  const methods = given === undefined ? [] : readMethods(reader, given, `${path}.methods`);
  const paths = readPaths(scope, fields.get("paths"), `${path}.paths`);
  if (target === undefined) return [];
  const needsHttp = given !== undefined || fields.get("paths") !== undefined;
  const ports = readPorts(scope, fields.get("ports"), path, target, needsHttp);
  if (methods === undefined || paths === undefined || ports === undefined) return [];
  return callers.map((from) => ({ from, to: target.key, ports, methods, paths }));
}

function readCallers(
  scope: Scope,
  value: unknown,
  path: string,
  gateways: readonly (GatewayIntent | undefined)[],
): CallerIntent[] {
  const expected = `a service or gateway of mesh ${JSON.stringify(scope.mesh.name)}`;
  const list = Array.isArray(value)
    ? (scope.reader.list(value, "intent/allow-caller", path, expected) ?? [])
    : [value];
  return list.flatMap((each, index): CallerIntent[] => {
    const here = Array.isArray(value) ? at(path, index) : path;
    const found = lookUp(each);
    if (found !== undefined && found.mesh !== scope.mesh) {
      scope.reader.report({
        id: "intent/foreign-service",
        path: here,
        message: `belongs to ${nameOther(found.mesh.name, scope.mesh.name)}`,
        expected,
        fix: "name callers of this mesh",
      });
      return [];
    }
    if (found?.reference.kind === "service") return [{ kind: "service", name: found.reference.service }];
    if (found?.reference.kind === "gateway") {
      const gateway = gateways[found.reference.gateway];
      return gateway === undefined ? [] : [{ kind: "gateway", name: gateway.name }];
    }
    scope.reader.report({
      id: "intent/allow-caller",
      path: here,
      message: "is not a caller that this mesh declares",
      got: { value: each },
      expected,
      fix: "declare the caller in the catalogue and pass the object, not its name",
    });
    return [];
  });
}

function readTarget(scope: Scope, value: unknown, path: string): ServiceIntent | undefined {
  const found = lookUp(value);
  if (found?.mesh === scope.mesh && found.reference.kind === "service") {
    return scope.services.get(found.reference.service);
  }
  const foreign = found !== undefined && found.mesh !== scope.mesh;
  return scope.reader.report({
    id: foreign ? "intent/foreign-service" : "intent/allow-target",
    path,
    message: foreign
      ? `belongs to ${nameOther(found.mesh.name, scope.mesh.name)}`
      : "is not a service that this mesh declares",
    ...(!foreign && { got: { value } }),
    expected: `a service of mesh ${JSON.stringify(scope.mesh.name)}`,
    fix: "declare the service in the catalogue and pass the object, not its name",
  });
}

function readPorts(
  scope: Scope,
  value: unknown,
  edgePath: string,
  target: ServiceIntent,
  needsHttp: boolean,
): readonly string[] | undefined {
  const { reader } = scope;
  const path = `${edgePath}.ports`;
  const http = target.ports.filter(({ protocol }) => isHttpProtocol(protocol));
  const usable = needsHttp ? http : target.ports;
  if (usable.length === 0) {
    return reader.report({
      id: "intent/protocol-mismatch",
      path: edgePath,
      message: `methods and paths are read from HTTP, which no port of ${target.key} speaks`,
      got: { value: listPorts(target) },
      expected: "a port of protocol http, http2 or grpc",
      fix: "remove methods and paths, or correct the port's protocol in the catalogue",
    });
  }
  if (value === undefined) return usable.map(({ name }) => name);
  const list = reader.list(value, "intent/allow-ports", path, "names of ports");
  const names = list?.map((each, index) => {
    const port = usable.find(({ name }) => name === each);
    if (port !== undefined) return port.name;
    return reader.report({
      id: "intent/unknown-port",
      path: at(path, index),
      message: needsHttp
        ? `is not a port of ${target.key} that speaks HTTP`
        : `is not a port that ${target.key} opens`,
      got: { value: each },
      expected: listPorts({ ports: usable }),
      fix: "name one of its ports",
    });
  });
  return names?.every((each) => each !== undefined) ? [...new Set(names)].sort() : undefined;
}

function readPaths(scope: Scope, value: unknown, path: string): readonly string[] | undefined {
  if (value === undefined) return [];
  const list = scope.reader.list(value, "intent/allow-paths", path, 'paths such as ["/api/*"]');
  const paths = list?.map((each, index) =>
    scope.reader.text(
      each,
      "intent/allow-paths",
      at(path, index),
      isPathPattern,
      "a path that starts with '/', '/api/*', '*.html', or a template such as '/users/{*}'; without query or white space",
    ),
  );
  return paths?.every((each) => each !== undefined) ? [...new Set(paths)].sort() : undefined;
}

/** What Istio's authorization policies take for a path. `*` alone is refused: it is what leaving paths out says. */
function isPathPattern(text: string): boolean {
  if (/[?#\s]/.test(text) || text === "*") return false;
  if (text.includes("{") || text.includes("}")) return isPathTemplate(text);
  const stars = text.split("*").length - 1;
  if (stars === 0) return text.startsWith("/");
  return stars === 1 && ((text.startsWith("/") && text.endsWith("*")) || text.startsWith("*"));
}

/** Segments that are plain or `{*}`; `{**}` at the end alone. */
function isPathTemplate(text: string): boolean {
  if (!text.startsWith("/")) return false;
  const segments = text.slice(1).split("/");
  return segments.every((segment, index) =>
    segment === "{**}"
      ? segments.slice(index + 1).every((rest) => rest === "")
      : segment === "{*}" || !/[*{}]/.test(segment),
  );
}
