import { UNKNOWN } from "../kubernetes-object";
import { patternAccepts, readPattern } from "../model/string-pattern";
import { MESH_GATEWAY, readGateways } from "../model/virtual-service";
import { labelsOf } from "../model/workloads";
import type { Value } from "../reader";
import { every, not, type Answer, type MeshRequest } from "./request";

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
        return wanted.isPresent
          ? patternAccepts(readPattern(wanted, field === "uri" && ignoreCase), text)
          : true;
      }),
      meetsAll(match.get("headers"), (name, wanted) => {
        const value = request.headers[name.toLowerCase()];
        return value === undefined ? false : patternAccepts(readPattern(wanted), value);
      }),
      meetsAll(match.get("withoutHeaders"), (name, wanted) => {
        const value = request.headers[name.toLowerCase()];
        return value === undefined ? true : not(patternAccepts(readPattern(wanted), value));
      }),
      meetsAll(match.get("queryParams"), (name, wanted) => {
        const value = parameters.get(name);
        return value === null ? false : patternAccepts(readPattern(wanted), value);
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
  const gateways = match.has("gateways") ? readGateways(match.get("gateways"), namespace) : [];
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
