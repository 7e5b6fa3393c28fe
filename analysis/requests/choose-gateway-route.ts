import type { MeshObject } from "../model/mesh-object";
import type { MeshModel } from "../model";
import { regexAccepts } from "../model/string-pattern";
import { known, type Value } from "../reader";
import { attachedRoutes, type RouteParent } from "./attached-routes";
import type { RouteChoice } from "./choose-route";
import { every, type Answer, type MeshRequest } from "./request";

/** One alternative of a rule: a rule without matches takes everything. */
interface Candidate {
  readonly object: MeshObject;
  readonly rule: Value;
  readonly match: Value | undefined;
  readonly rank: readonly number[];
}

/**
 * Which rule of the Gateway API takes a request: of the most specific host, the one whose match says most, as the API
 * orders them: an exact path, the longest beginning, a regular expression; then the method, headers and parameters.
 *
 * @param service the object that declares the host, to which routes for the mesh are attached
 * @returns `undefined` where no such route speaks of the host
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule
 */
export function chooseGatewayRoute(
  model: MeshModel,
  request: MeshRequest,
  service: RouteParent | undefined,
): RouteChoice | undefined {
  const groups = attachedRoutes(model, request, service);
  const asked = groups.flat();
  if (asked.length === 0) return undefined;
  for (const routes of groups) {
    for (const { object, rule, match } of candidates(routes)) {
      const answer = match === undefined ? !rule.isUnknown || undefined : meets(match, request, object.kind);
      if (answer === false) continue;
      if (answer === undefined) return { asked, open: match ?? rule };
      return { asked, chosen: { object, rule: { protocol: "http", value: rule } } };
    }
  }
  return { asked };
}

function candidates(routes: readonly MeshObject[]): readonly Candidate[] {
  const all = routes.toSorted(byAge).flatMap((object) =>
    object.spec
      .get("rules")
      .items()
      .flatMap((rule): Candidate[] => {
        const matches = rule.get("matches").items();
        if (matches.length === 0) return [{ object, rule, match: undefined, rank: [0, 0, 0, 0, 0] }];
        return matches.map((match) => ({ object, rule, match, rank: rankOf(match, object.kind) }));
      }),
  );
  // Sorting keeps the order of equals: of routes by age and name, of rules as they stand.
  return all.toSorted((a, b) => compareRanks(b.rank, a.rank));
}

/** The oldest first; what is not deployed yet has no age, and goes by its name. */
function byAge(a: MeshObject, b: MeshObject): number {
  const age = ({ root }: MeshObject): string =>
    known(root.get("metadata").get("creationTimestamp").text()) ?? "9999";
  const [left, right] = [`${age(a)} ${a.key}`, `${age(b)} ${b.key}`];
  return left < right ? -1 : left > right ? 1 : 0;
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (const [at, value] of a.entries()) {
    const difference = value - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const PATH_RANK: Readonly<Record<string, number>> = { Exact: 3, PathPrefix: 2, RegularExpression: 1 };

function rankOf(match: Value, kind: string): readonly number[] {
  const headers = match.get("headers").items().length;
  const method = match.get("method");
  if (kind === "GRPCRoute") {
    const length = (field: string): number => (known(method.get(field).text()) ?? "").length;
    const isExact = (known(method.get("type").text()) ?? "Exact") === "Exact";
    return [method.isPresent && isExact ? 1 : 0, length("service"), length("method"), headers, 0];
  }
  const path = match.get("path");
  const type = known(path.get("type").text()) ?? "PathPrefix";
  const text = known(path.get("value").text()) ?? "/";
  return [
    path.isPresent ? (PATH_RANK[type] ?? 0) : 2,
    text.length,
    method.isPresent ? 1 : 0,
    headers,
    match.get("queryParams").items().length,
  ];
}

function meets(match: Value, request: MeshRequest, kind: string): Answer {
  if (match.isUnknown) return undefined;
  const [path = "", query = ""] = request.path.split("?");
  const parameters = new URLSearchParams(query);
  const method = match.get("method");
  const called =
    kind === "GRPCRoute" ? meetsGrpc(method, path, request.method) : meetsMethod(method, request.method);
  return every(
    [
      called,
      kind === "GRPCRoute" || meetsPath(match.get("path"), path),
      every(match.get("headers").items(), (header) =>
        meetsNamed(header, (name) => request.headers[name.toLowerCase()]),
      ),
      every(match.get("queryParams").items(), (parameter) =>
        meetsNamed(parameter, (name) => parameters.get(name) ?? undefined),
      ),
    ],
    (part) => part,
  );
}

function meetsMethod(method: Value, wanted: string): Answer {
  if (method.isUnknown) return undefined;
  return !method.isPresent || method.text() === wanted;
}

function meetsPath(path: Value, text: string): Answer {
  if (path.isUnknown || path.get("value").isUnknown || path.get("type").isUnknown) return undefined;
  const wanted = known(path.get("value").text()) ?? "/";
  switch (known(path.get("type").text()) ?? "PathPrefix") {
    case "Exact":
      return text === wanted;
    case "RegularExpression":
      return regexAccepts(wanted, text);
    default: {
      // Whole parts of a path: /wines is the beginning of /wines/red, and not of /winery.
      const prefix = wanted.replace(/\/+$/, "");
      return text === prefix || text.startsWith(`${prefix}/`);
    }
  }
}

/** A call of gRPC is a POST to `/service/method`. */
function meetsGrpc(method: Value, path: string, httpMethod: string): Answer {
  if (httpMethod !== "POST") return false;
  if (!method.isPresent) return true;
  if (method.isUnknown) return undefined;
  const [, service = "", name = ""] = path.split("/");
  const isRegex = method.get("type").text() === "RegularExpression";
  return every([["service", service] as const, ["method", name] as const], ([field, text]) => {
    const wanted = method.get(field);
    if (wanted.isUnknown) return undefined;
    const expected = known(wanted.text());
    return expected === undefined || (isRegex ? regexAccepts(expected, text) : expected === text);
  });
}

function meetsNamed(match: Value, valueOf: (name: string) => string | undefined): Answer {
  if (["name", "value", "type"].some((field) => match.get(field).isUnknown)) return undefined;
  const value = valueOf(known(match.get("name").text()) ?? "");
  const wanted = known(match.get("value").text()) ?? "";
  if (value === undefined) return false;
  return match.get("type").text() === "RegularExpression" ? regexAccepts(wanted, value) : value === wanted;
}
