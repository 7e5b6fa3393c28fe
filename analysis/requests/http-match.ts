import { RE2JS } from "re2js";
import { UNKNOWN } from "../kubernetes-object";
import { MESH_GATEWAY, readGateways } from "../model/virtual-service";
import { labelsOf } from "../model/workloads";
import type { Value } from "../reader";
import { every, not, type Answer, type MeshRequest } from "./request";

/** A text against Istio's StringMatch; an empty one asks only that there is a text. */
export function meetsString(match: Value, text: string, ignoreCase = false): Answer {
  if (match.isUnknown) return undefined;
  for (const kind of ["exact", "prefix", "regex"] as const) {
    const wanted = match.get(kind).text();
    if (wanted === UNKNOWN) return undefined;
    if (wanted === undefined) continue;
    if (kind === "regex") return meetsRegex(wanted, text);
    const [a, b] = ignoreCase ? [text.toLowerCase(), wanted.toLowerCase()] : [text, wanted];
    return kind === "exact" ? a === b : a.startsWith(b);
  }
  return true;
}

/** The whole text must match. One that does not compile is refused elsewhere. */
export function meetsRegex(regex: string, text: string): boolean {
  try {
    return RE2JS.compile(regex).matches(text);
  } catch {
    return false;
  }
}

/** Whether one alternative of a rule takes the request. */
export function meetsHttpMatch(match: Value, request: MeshRequest, namespace: string): Answer {
  if (match.isUnknown) return undefined;
  const [path = "", query = ""] = request.path.split("?");
  const parameters = new URLSearchParams(query);
  const ignoreCase = match.get("ignoreUriCase").boolean() === true;
  const texts: readonly (readonly [string, string])[] = [
    ["uri", path],
    ["scheme", request.headers[":scheme"] ?? "http"],
    ["method", request.method],
    ["authority", request.headers["host"] ?? request.host],
  ];
  return every(
    [
      every(texts, ([field, text]) => {
        const wanted = match.get(field);
        return wanted.isPresent ? meetsString(wanted, text, field === "uri" && ignoreCase) : true;
      }),
      meetsAll(match.get("headers"), (name, wanted) => {
        const value = request.headers[name.toLowerCase()];
        return value === undefined ? false : meetsString(wanted, value);
      }),
      meetsAll(match.get("withoutHeaders"), (name, wanted) => {
        const value = request.headers[name.toLowerCase()];
        return value === undefined ? true : not(meetsString(wanted, value));
      }),
      meetsAll(match.get("queryParams"), (name, wanted) => {
        const value = parameters.get(name);
        return value === null ? false : meetsString(wanted, value);
      }),
      meetsCaller(match, request, namespace),
    ],
    (part) => part,
  );
}

/** What matches of all protocols ask: port, gateway, and who the caller is. */
export function meetsCaller(match: Value, request: MeshRequest, namespace: string): Answer {
  const { from } = request;
  const port = match.get("port").number();
  const source = match.get("sourceNamespace").text();
  const labels = match.get("sourceLabels");
  const gateways = match.get("gateways").isPresent ? readGateways(match.get("gateways"), namespace) : [];
  const own = from.workload === undefined ? new Map<string, string>() : labelsOf(from.workload).known;
  return every(
    [
      port === UNKNOWN ? undefined : port === undefined || port === 0 || port === request.port,
      source === UNKNOWN ? undefined : source === undefined || source === "" || source === from.namespace,
      gateways.length === 0 || gateways.includes(from.gateway ?? MESH_GATEWAY),
      meetsAll(labels, (name, wanted) => {
        const text = wanted.text();
        return text === UNKNOWN ? undefined : own.get(name) === text;
      }),
    ],
    (part) => part,
  );
}

function meetsAll(map: Value, test: (name: string, value: Value) => Answer): Answer {
  if (map.isUnknown) return undefined;
  return every(map.entries(), ([name, value]) => test(name, value));
}
