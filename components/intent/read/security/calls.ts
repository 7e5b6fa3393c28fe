import { isHost } from "../../dns";
import type { RuleIntent } from "../../intent";
import { isHttpProtocol } from "../../port";
import { readMethods } from "../match";
import { at, type Reader } from "../reader";
import { listPorts } from "../scope";
import type { SecurityScope, Target } from "./callers";

/** The fields of a rule that say which calls it is about. */
export const CALL_FIELDS = [
  "methods",
  "notMethods",
  "paths",
  "notPaths",
  "hosts",
  "notHosts",
  "ports",
  "notPorts",
] as const;

export type CallsIntent = Pick<RuleIntent, (typeof CALL_FIELDS)[number]>;

/** Whether any of these fields can only be read from a request. */
export function readsRequests(calls: Omit<CallsIntent, "ports" | "notPorts">): boolean {
  const { methods, notMethods, paths, notPaths, hosts, notHosts } = calls;
  return [methods, notMethods, paths, notPaths, hosts, notHosts].some((list) => list.length > 0);
}

/**
 * Reads which calls a rule is about.
 *
 * @param wholly whether to name every port that is meant. A permission does, because it should not grow with the
 *   service; a refusal of everything does not, because it should
 * @param alsoHttp something else in the rule can only be read from requests
 * @returns `undefined` where something is wrong, which is reported
 */
export function readCalls(
  scope: SecurityScope,
  fields: ReadonlyMap<string, unknown>,
  path: string,
  target: Target | undefined,
  { wholly, alsoHttp }: { readonly wholly: boolean; readonly alsoHttp: boolean },
): CallsIntent | undefined {
  const { reader } = scope;
  const before = reader.problems.length;
  const list = <T>(field: string, read: (value: unknown, path: string) => T | undefined): T | readonly [] =>
    fields.get(field) === undefined ? [] : (read(fields.get(field), `${path}.${field}`) ?? []);
  const methods = (value: unknown, at: string) => readMethods(reader, value, at);
  const paths = (value: unknown, at: string) => readPaths(reader, value, at);
  const hosts = (value: unknown, at: string) => readHosts(reader, value, at);
  const requests = {
    methods: list("methods", methods),
    notMethods: list("notMethods", methods),
    paths: list("paths", paths),
    notPaths: list("notPaths", paths),
    hosts: list("hosts", hosts),
    notHosts: list("notHosts", hosts),
  };
  const needsHttp =
    alsoHttp || CALL_FIELDS.some((field) => !/[pP]orts$/.test(field) && fields.get(field) !== undefined);
  const ports = target && readPorts(scope, fields, path, target, needsHttp, wholly);
  if (reader.problems.length > before || ports === undefined) return undefined;
  return { ...requests, ...ports };
}

function readPorts(
  scope: SecurityScope,
  fields: ReadonlyMap<string, unknown>,
  path: string,
  { service }: Target,
  needsHttp: boolean,
  wholly: boolean,
): Pick<RuleIntent, "ports" | "notPorts"> | undefined {
  const { reader } = scope;
  const given = fields.get("ports");
  const notGiven = fields.get("notPorts");
  if (service === undefined) {
    if (given === undefined && notGiven === undefined) return { ports: [], notPorts: [] };
    return reader.report({
      id: "intent/rule-ports",
      path: `${path}.${given === undefined ? "notPorts" : "ports"}`,
      message: "are of a gateway, whose ports the catalogue does not name",
      got: { value: given ?? notGiven },
      expected: "ports of a service",
      fix: "remove them, or name hosts",
    });
  }
  const http = service.ports.filter(({ protocol }) => isHttpProtocol(protocol));
  const usable = needsHttp ? http : service.ports;
  if (usable.length === 0) {
    return reader.report({
      id: "intent/protocol-mismatch",
      path,
      message: `reads what only HTTP requests have, and no port of ${service.key} speaks HTTP`,
      got: listPorts(service),
      expected: "a port of protocol http, http2 or grpc",
      fix: "remove what is read from requests, or correct the port's protocol in the catalogue",
    });
  }
  const named = (value: unknown, field: string): readonly string[] | undefined => {
    const list = reader.list(value, "intent/rule-ports", `${path}.${field}`, "names of ports");
    const names = list?.map((each, index) => {
      const port = usable.find(({ name }) => name === each);
      if (port !== undefined) return port.name;
      return reader.report({
        id: "intent/unknown-port",
        path: at(`${path}.${field}`, index),
        message: needsHttp
          ? `is not a port of ${service.key} that speaks HTTP`
          : `is not a port that ${service.key} opens`,
        got: { value: each },
        expected: listPorts({ ports: usable }),
        fix: "name one of its ports",
      });
    });
    return names?.every((each) => each !== undefined) ? [...new Set(names)].sort() : undefined;
  };
  const ports = given === undefined ? undefined : named(given, "ports");
  const notPorts = notGiven === undefined ? [] : named(notGiven, "notPorts");
  if ((given !== undefined && ports === undefined) || notPorts === undefined) return undefined;
  // Named, they are a list of their own; unnamed and to be narrowed, all that remain are; else it is about every port.
  const narrowed = ports !== undefined || wholly || needsHttp;
  if (!narrowed) return { ports: [], notPorts };
  const rest = (ports ?? usable.map(({ name }) => name)).filter((name) => !notPorts.includes(name)).sort();
  if (rest.length > 0) return { ports: rest, notPorts: [] };
  return reader.report({
    id: "intent/rule-ports",
    path: `${path}.notPorts`,
    message: "leave no port that the rule could be about",
    got: { value: notPorts },
    expected: `fewer than all of ${(ports ?? usable.map(({ name }) => name)).join(", ")}`,
    fix: "leave out fewer ports",
  });
}

/** Paths as Istio's authorization policies take them, sorted, each once. */
export function readPaths(reader: Reader, value: unknown, path: string): readonly string[] | undefined {
  return readTexts(
    reader,
    value,
    "intent/rule-paths",
    path,
    'paths such as ["/api/*"]',
    isPathPattern,
    "a path that starts with '/', '/api/*', '*.html', or a template such as '/users/{*}'; without query or white space",
  );
}

function readHosts(reader: Reader, value: unknown, path: string): readonly string[] | undefined {
  return readTexts(
    reader,
    value,
    "intent/rule-hosts",
    path,
    'hosts such as ["*.example.com"]',
    (text) => isHost(text.replace(/^\*\./, "").replace(/:(\d{1,5}|\*)$/, "")),
    "a host such as shop.example.com or *.example.com; with :8080 or :* where callers write the port",
  );
}

/** Texts of which each passes a test, sorted, each once. */
export function readTexts(
  reader: Reader,
  value: unknown,
  id: string,
  path: string,
  list: string,
  test: (text: string) => boolean,
  expected: string,
): readonly string[] | undefined {
  const texts = reader
    .list(value, id, path, list)
    ?.map((each, index) => reader.text(each, id, at(path, index), test, expected));
  return texts?.every((each) => each !== undefined) ? [...new Set(texts)].sort() : undefined;
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
      : segment === "{*}" || /^[a-zA-Z0-9-._~%!$&'()+,;:@=]*$/.test(segment),
  );
}
