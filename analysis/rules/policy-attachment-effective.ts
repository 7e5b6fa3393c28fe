import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { hasWaypoint, isAmbient, isAmbientNamespace, waypointUse } from "../model/ambient";
import { httpCondition } from "../model/authorization-layer";
import { kinds } from "../model/kinds";
import { GATEWAY_NAME_LABEL } from "../model/kubernetes-gateways";
import type { PolicyView } from "../model/policies";
import { labelsOf } from "../model/workloads";
import type { Rule, Verdict } from "../rule";

/** Kinds that attach to workloads, and what Kiali calls them where the namespace is ambient. */
const attached = [
  { kind: kinds.authorizationPolicy, withoutWaypoint: "KIA0109", bySelector: "KIA0110" },
  { kind: kinds.requestAuthentication, withoutWaypoint: "KIA1110", bySelector: "KIA1115" },
  { kind: kinds.wasmPlugin, withoutWaypoint: "KIA1111", bySelector: "KIA1116" },
  { kind: kinds.telemetry, withoutWaypoint: "KIA1112", bySelector: "KIA1117" },
] as const;

export const policyAttachmentEffective: Rule = {
  id: "policy-attachment-effective",
  group: "policy",
  title: "A policy attaches to something that obeys it",
  description:
    "A policy selects the pods of a gateway that only obeys targetRefs, or asks for something that only a waypoint or a sidecar can do where there is none: it has no effect, or denies everything.",
  severity: "high",
  level: "mandatory",
  scope: "stack",
  anchors: [
    "IST0166",
    "IST0167",
    ...["KIA0109", "KIA0110", "KIA0210", "KIA0211", "KIA0212", "KIA1109", "KIA1110", "KIA1111", "KIA1112"],
    ...["KIA1113", "KIA1114", "KIA1115", "KIA1116", "KIA1117", "KIA1317"],
  ],
  fix: "Name the Gateway, or the Service that uses a waypoint, in spec.targetRefs",
  docs: "https://istio.io/latest/docs/ambient/usage/l7-features/",
  *check(model) {
    const waypoints = namespacesWithWaypoint(model);
    for (const { kind, ...codes } of attached) {
      for (const policy of model.policies(kind).all) {
        yield* checkGatewaySelector(model, policy);
        yield* checkAmbient(model, policy, codes, waypoints);
      }
    }
    yield* checkSidecars(model);
    yield* checkRoutes(model, waypoints);
    yield* checkDestinationRules(model, waypoints);
  },
};

/** Namespaces that ask for a waypoint, themselves or for some service. */
function namespacesWithWaypoint(model: MeshModel): ReadonlySet<string> {
  const found = new Set<string>();
  for (const groupKind of [kinds.namespace, kinds.service, kinds.serviceEntry]) {
    for (const object of model.ofKind(groupKind)) {
      const use = waypointUse(object);
      const home = groupKind === kinds.namespace ? object.name : object.namespace;
      if (home !== UNKNOWN && use !== undefined && (use === UNKNOWN || use.name !== "none")) found.add(home);
    }
  }
  return found;
}

function* checkGatewaySelector(model: MeshModel, policy: PolicyView): Iterable<Verdict> {
  const { namespace, selector, targets, object } = policy;
  if (!policy.hasSelector || targets.length > 0 || namespace === UNKNOWN) return;
  // What it picks is not settled, and may be no gateway at all.
  if (selector.open) {
    yield object.wait("spec.selector");
    return;
  }
  for (const workload of model.workloads.select(namespace, selector.known).workloads) {
    const gateway = labelsOf(workload).known.get(GATEWAY_NAME_LABEL);
    if (gateway === undefined) continue;
    yield object.report(
      "spec.selector",
      `the selector picks the pods of Gateway "${namespace}/${gateway}", which obey targetRefs only: the ${object.kind} has no effect there`,
      {
        anchors: ["IST0166"],
        fix: `Replace the selector by targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: ${gateway} }]`,
      },
    );
    return;
  }
}

interface Codes {
  readonly withoutWaypoint: string;
  readonly bySelector: string;
}

function* checkAmbient(
  model: MeshModel,
  policy: PolicyView,
  codes: Codes,
  waypoints: ReadonlySet<string>,
): Iterable<Verdict> {
  const { namespace, object, targets } = policy;
  if (namespace === UNKNOWN || targets.length > 0 || !isAmbientNamespace(model, namespace)) return;
  const needs = needsWaypoint(policy);
  if (needs === undefined) return;
  if (policy.hasSelector) {
    const { workloads } = model.workloads.select(namespace, policy.selector.known);
    if (workloads.length > 0 && !workloads.some((workload) => isAmbient(model, workload))) return;
  }
  yield waypoints.has(namespace)
    ? object.report(
        needs,
        `the ${object.kind} attaches ${policy.hasSelector ? "by selector" : "to its namespace"}, which ztunnel reads and waypoints do not: ${effectOf(object.kind)}`,
        { anchors: [codes.bySelector] },
      )
    : object.report(
        needs,
        `namespace "${namespace}" is ambient and uses no waypoint, and ztunnel does not read HTTP: ${effectOf(object.kind)}`,
        {
          anchors: [
            codes.withoutWaypoint,
            ...(object.groupKind === kinds.authorizationPolicy ? ["KIA1317"] : []),
          ],
          fix: "Give the namespace a waypoint (istio.io/use-waypoint), and name its services in spec.targetRefs",
        },
      );
}

/** The place that asks for what only HTTP shows; undefined where ztunnel can do all of it. */
function needsWaypoint({ object }: PolicyView): string | undefined {
  const { spec, groupKind } = object;
  if (groupKind === kinds.authorizationPolicy) return httpCondition(object)?.path;
  if (groupKind === kinds.telemetry) {
    const field = ["tracing", "metrics"]
      .map((name) => spec.get(name))
      .find((list) => list.items().length > 0);
    return field?.path;
  }
  return "spec";
}

function effectOf(kind: string): string {
  return kind === "AuthorizationPolicy" ? "its HTTP conditions deny or never match" : "it has no effect";
}

function* checkSidecars(model: MeshModel): Iterable<Verdict> {
  for (const sidecar of model.ofKind(kinds.sidecar)) {
    if (sidecar.namespace === UNKNOWN) continue;
    const labels = sidecar.spec.get("workloadSelector").get("labels").texts();
    if (labels === UNKNOWN) continue;
    const selector = new Map(
      [...labels].flatMap(([key, text]) => (text === UNKNOWN ? [] : [[key, text] as const])),
    );
    const { workloads } = model.workloads.select(sidecar.namespace, selector);
    const ambient =
      selector.size === 0
        ? isAmbientNamespace(model, sidecar.namespace)
        : workloads.length > 0 && workloads.some((workload) => isAmbient(model, workload));
    if (ambient)
      yield sidecar.report(
        selector.size === 0 ? "metadata.namespace" : "spec.workloadSelector",
        `what the Sidecar speaks of is in ambient mode and has no sidecar: it has no effect`,
        {
          anchors: ["IST0167"],
          fix: "Remove the Sidecar; in ambient mode ztunnel learns what it needs by itself",
        },
      );
  }
}

function* checkRoutes(model: MeshModel, waypoints: ReadonlySet<string>): Iterable<Verdict> {
  for (const view of model.virtualServices) {
    const { object } = view;
    if (!view.gateways.includes("mesh") || object.namespace === UNKNOWN) continue;
    if (!view.rules.some(({ protocol }) => protocol !== "tcp")) continue;
    for (const { host, path } of view.hosts) {
      const [entry] = model.registry.lookup(host);
      const home = entry?.object.namespace;
      if (entry === undefined || home === undefined || !isAmbientNamespace(model, home)) continue;
      if (hasWaypoint(model, entry.object) === false) {
        yield object.report(
          path,
          `"${host}" is in ambient mode and uses no waypoint, so nobody reads this route`,
          {
            anchors: waypoints.has(String(home)) ? ["KIA1113"] : ["KIA1109", "KIA1113"],
            fix: "Label the service or its namespace with istio.io/use-waypoint",
          },
        );
      } else if (home !== object.namespace)
        yield object.report(
          path,
          `a waypoint reads the routes of its services' own namespace, "${String(home)}", and not those of "${object.namespace}"`,
          { anchors: ["KIA1114"], fix: `Move the VirtualService to namespace "${String(home)}"` },
        );
    }
  }
}

function* checkDestinationRules(model: MeshModel, waypoints: ReadonlySet<string>): Iterable<Verdict> {
  for (const rule of model.destinationRules.all) {
    const { object } = rule;
    const policy = object.spec.get("trafficPolicy");
    const needs = [
      policy.get("connectionPool").get("http"),
      policy.get("loadBalancer"),
      policy.get("outlierDetection"),
    ].find((value) => value.isPresent);
    if (needs === undefined && rule.subsets.length === 0) continue;
    const [entry] = model.registry.lookup(rule.host);
    const home = entry?.object.namespace;
    if (
      entry === undefined ||
      entry.kind !== "Service" ||
      home === undefined ||
      !isAmbientNamespace(model, home)
    )
      continue;
    const path = needs?.path ?? "spec.subsets";
    if (hasWaypoint(model, entry.object) === false)
      yield object.report(
        path,
        `"${rule.host}" is in ambient mode and uses no waypoint: ztunnel does not do what this asks for`,
        {
          anchors: waypoints.has(String(home)) ? ["KIA0211"] : ["KIA0210"],
          fix: "Label the service or its namespace with istio.io/use-waypoint",
        },
      );
    else if (home !== object.namespace && object.namespace !== UNKNOWN)
      yield object.report(
        path,
        `a waypoint reads the rules of its services' own namespace, "${String(home)}", and not those of "${object.namespace}"`,
        { anchors: ["KIA0212"], fix: `Move the DestinationRule to namespace "${String(home)}"` },
      );
  }
}
