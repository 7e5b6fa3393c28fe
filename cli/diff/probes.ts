import type { MeshModel } from "../../analysis";
import { kinds } from "../../analysis/model/kinds";
import { knownTexts, type Value } from "../../analysis/reader";

/** A request to try. */
export interface Probe {
  readonly method: string;
  readonly path: string;
}

/** Requests to one service are so many that they tell rules apart, and so few that all callers can try them. */
const MOST_PATHS = 12;
const MOST_METHODS = 5;

/** Requests that the rules of a namespace tell apart, for both of two meshes. */
export function probesFor(models: readonly MeshModel[], namespace: string): readonly Probe[] {
  const methods = new Set(["GET", "POST"]);
  const paths = new Set(["/"]);
  for (const model of models) {
    for (const policy of model.policies(kinds.authorizationPolicy).reaching(namespace))
      for (const rule of policy.object.spec.get("rules").items())
        for (const to of rule.get("to").items()) collect(to.get("operation"), methods, paths);
    for (const { object, rules } of model.virtualServices)
      if (object.namespace === namespace)
        for (const { value } of rules)
          for (const match of value.get("match").items()) collectMatch(match, methods, paths);
  }
  for (const model of models)
    for (const kind of [kinds.httpRoute, kinds.grpcRoute])
      for (const route of model.ofKindIn(kind, namespace))
        for (const rule of route.spec.get("rules").items())
          for (const match of rule.get("matches").items()) collectGatewayMatch(match, methods, paths);
  const few = [...methods].filter((method) => !method.includes("*")).slice(0, MOST_METHODS);
  return [...paths].slice(0, MOST_PATHS).flatMap((path) => few.map((method) => ({ method, path })));
}

function collect(operation: Value, methods: Set<string>, paths: Set<string>): void {
  for (const field of ["methods", "notMethods"])
    for (const method of knownTexts(operation.get(field))) methods.add(method);
  for (const field of ["paths", "notPaths"])
    for (const path of knownTexts(operation.get(field))) paths.add(example(path));
}

function collectMatch(match: Value, methods: Set<string>, paths: Set<string>): void {
  const method = match.get("method").get("exact").text();
  if (typeof method === "string") methods.add(method);
  for (const kind of ["exact", "prefix"]) {
    const path = match.get("uri").get(kind).text();
    if (typeof path === "string") paths.add(path === "" ? "/" : path);
  }
}

/** The same of the Gateway API; a call of gRPC is a path, too. */
function collectGatewayMatch(match: Value, methods: Set<string>, paths: Set<string>): void {
  const method = match.get("method");
  const text = method.text();
  if (typeof text === "string") methods.add(text);
  const [service, name] = [method.get("service").text(), method.get("method").text()];
  if (typeof service === "string") paths.add(`/${service}/${typeof name === "string" ? name : "x"}`);
  const path = match.get("path").get("value").text();
  if (typeof path === "string" && match.get("path").get("type").text() !== "RegularExpression")
    paths.add(path);
}

/** A path that a pattern stands for. */
function example(pattern: string): string {
  const path = pattern
    .replace(/\{\*\*\}/g, "x/y")
    .replace(/\{\*\}/g, "x")
    .replace(/\*/g, "x");
  return path.startsWith("/") ? path : `/${path}`;
}
