import type { Value } from "../reader";
import { isRegex } from "./checks";
import { isFilled, numberOf, textOf } from "./fields";
import type { AdmissionCheck, Problems } from "./problem";
import { checkSelector } from "./shared";

const matchOf: Readonly<Record<string, string>> = {
  LISTENER: "listener",
  FILTER_CHAIN: "listener",
  NETWORK_FILTER: "listener",
  HTTP_FILTER: "listener",
  ROUTE_CONFIGURATION: "routeConfiguration",
  VIRTUAL_HOST: "routeConfiguration",
  HTTP_ROUTE: "routeConfiguration",
  CLUSTER: "cluster",
};

const MOST_PRIORITY = 2 ** 31 - 1;
const LEAST_PRIORITY = -(2 ** 31);

/** istiod does not compile longer ones, and matches no version by them. */
const LONGEST_VERSION = 1024;

export const checkEnvoyFilter: AdmissionCheck = (problems, { spec }) => {
  checkSelector(problems, spec.get("workloadSelector"), "labels");
  const priority = numberOf(spec.get("priority"));
  if (priority !== undefined && (priority < LEAST_PRIORITY || priority > MOST_PRIORITY))
    problems.refuse(
      "spec.priority",
      `it is between ${LEAST_PRIORITY} and ${MOST_PRIORITY}, a number of 32 bits`,
    );
  for (const entry of spec.get("configPatches").items()) if (!entry.isUnknown) checkPatch(problems, entry);
};

function checkPatch(problems: Problems, entry: Value): void {
  const match = entry.get("match");
  const patch = entry.get("patch");
  const applyTo = textOf(entry.get("applyTo"));
  const operation = textOf(patch.get("operation"));
  if (
    entry.get("applyTo").isUnknown ||
    patch.isUnknown ||
    patch.get("operation").isUnknown ||
    match.get("context").text() === "WAYPOINT"
  )
    return;
  if (applyTo === "") problems.refuse(entry.path, "it has no applyTo");
  else if (!patch.isPresent) problems.refuse(entry.path, "it has no patch");
  else if (operation === "" || operation === "INVALID")
    problems.refuse(patch.path, "the patch has no operation");
  else if (operation !== "REMOVE" && !patch.has("value"))
    problems.refuse(patch.path, `operation ${operation} needs a value`);
  else {
    const wanted = matchOf[applyTo];
    const other = ["listener", "routeConfiguration", "cluster", "waypoint"].find(
      (field) => field !== wanted && match.has(field),
    );
    if (wanted !== undefined && other !== undefined && !match.has(wanted))
      problems.refuse(match.get(other).path, `applyTo ${applyTo} matches by ${wanted}, not by ${other}`);
    if (wanted === "listener")
      checkFilter(problems, match.get("listener").get("filterChain").get("filter"), applyTo);
    checkTypes(problems, patch.get("value"));
    const version = match.get("proxy").get("proxyVersion");
    if (textOf(version).length <= LONGEST_VERSION && !isRegex(textOf(version)))
      problems.refuse(version.path, `${JSON.stringify(textOf(version))} is no regular expression of RE2`);
  }
}

const connectionManagers: ReadonlySet<string> = new Set([
  "envoy.filters.network.http_connection_manager",
  "envoy.http_connection_manager",
]);

/** istiod looks at the filter only where the patch is for listeners, their chains and the filters of a chain. */
function checkFilter(problems: Problems, filter: Value, applyTo: string): void {
  if (!filter.isPresent || filter.isUnknown) return;
  if (!filter.get("name").isUnknown && textOf(filter.get("name")) === "")
    problems.refuse(filter.path, "the filter that is matched has no name");
  checkSubFilter(problems, filter, applyTo);
}

/** Types of Envoy's API as it was before version 3, which no Envoy and no istiod knows any more. */
const OLD_TYPE = /^type\.googleapis\.com\/envoy\.(?=.*\.v2(alpha\d*)?\.)/;

/** What Istio itself brings along has names of that time. */
const ISTIO_TYPE = /\.(alpn|jwt_auth|tcp_cluster_rewrite)\.v2alpha1\./;

/** What is inside is for Envoy's own definitions, but for types that are gone. */
function checkTypes(problems: Problems, value: Value): void {
  const type = value.get("@type");
  if (isFilled(type) && !type.isUnknown && OLD_TYPE.test(textOf(type)) && !ISTIO_TYPE.test(textOf(type)))
    problems.refuse(
      type.path,
      `${JSON.stringify(textOf(type))} is a type of Envoy's API v2, which is gone; use v3`,
    );
  for (const [, field] of value.entries()) checkTypes(problems, field);
  for (const item of value.items()) checkTypes(problems, item);
}

function checkSubFilter(problems: Problems, filter: Value, applyTo: string): void {
  const inner = filter.get("subFilter");
  if (!inner.isPresent || !isFilled(filter.get("name"))) return;
  if (applyTo !== "HTTP_FILTER") problems.refuse(inner.path, "subFilter is for applyTo HTTP_FILTER");
  else if (!filter.get("name").isUnknown && !connectionManagers.has(textOf(filter.get("name"))))
    problems.refuse(
      filter.path,
      "a subFilter is one of the filter envoy.filters.network.http_connection_manager",
    );
  else if (!inner.isUnknown && !isFilled(inner.get("name")))
    problems.refuse(inner.path, "the subFilter that is matched has no name");
}
