import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import {
  connectionsOverlap,
  describeConnection,
  readConnectionMatches,
  type ConnectionMatch,
} from "../model/connection-match";
import type { DestinationRuleView } from "../model/destination-rule";
import { HostIndex } from "../model/hosts";
import type { MeshObject } from "../model/mesh-object";
import { findOverlap, type Claim } from "../model/request-overlap";
import { describeRequest, readRequestMatches } from "../model/request-match";
import { MESH_GATEWAY, type RouteHost, type VirtualServiceView } from "../model/virtual-service";
import { push } from "../model/workloads";
import type { Rule, Verdict } from "../rule";

export const trafficSingleOwner: Rule = {
  id: "traffic-single-owner",
  group: "traffic",
  title: "Each host has one owner per gateway",
  description:
    "Two VirtualServices own a host for the sidecars, or claim the same requests on one gateway, or two DestinationRules define the same subset or policy of a host: which of them holds depends on their age.",
  severity: "high",
  level: "mandatory",
  scope: "stack",
  anchors: ["IST0109", "KIA0201", "KIA1106"],
  fix: "Merge the two objects into one, or make their requests disjoint",
  docs: "https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services",
  *check(model) {
    yield* checkVirtualServices(model);
    yield* checkWideOwners(model);
    for (const [host, rules] of model.destinationRules.byHost()) yield* checkDestinationRules(host, rules);
  },
};

interface Owner {
  readonly view: VirtualServiceView;
  readonly host: RouteHost;
}

function* checkVirtualServices(model: MeshModel): Iterable<Verdict> {
  const owners = new Map<string, Owner[]>();
  for (const view of model.virtualServices) {
    if (view.hostsOpen) yield view.object.wait("spec.hosts");
    if (view.gateways.includes(UNKNOWN)) yield view.object.wait("spec.gateways");
    const claimed = new Set<string>();
    for (const host of view.hosts) {
      for (const gateway of view.gateways) {
        if (gateway === UNKNOWN) continue;
        const key = `${gateway}\n${host.host}`;
        // A host listed twice in one object is no second owner.
        if (claimed.has(key)) continue;
        claimed.add(key);
        push(owners, key, { view, host });
      }
    }
  }
  for (const [key, rivals] of owners) {
    if (rivals.length < 2) continue;
    const gateway = key.slice(0, key.indexOf("\n"));
    if (gateway === MESH_GATEWAY) yield* checkMeshOwners(rivals);
    else yield* checkFragments(gateway, rivals);
  }
}

/** For sidecars VirtualServices are not merged: one of them wins whole. Each of them is told of another. */
function* checkMeshOwners(rivals: readonly Owner[]): Iterable<Verdict> {
  const everyone = rivals.filter(({ view }) => view.scope.everyone);
  const byNamespace = new Map<string, Owner[]>();
  for (const owner of rivals)
    for (const namespace of owner.view.scope.namespaces) push(byNamespace, namespace, owner);
  for (const owner of rivals) {
    const { scope } = owner.view;
    const seen = [...scope.namespaces].flatMap((namespace) => byNamespace.get(namespace) ?? []);
    const isSeen = scope.everyone || scope.namespaces.size > 0;
    const others = scope.everyone ? rivals : [...(isSeen ? everyone : []), ...seen];
    const other = others.find(
      ({ view }) =>
        !isSameObject(view.object, owner.view.object) &&
        (view.scope.everyone || view.scope.namespaces.size > 0),
    );
    if (other === undefined) continue;
    yield owner.view.object.report(
      owner.host.path,
      `host "${owner.host.host}" of the mesh is owned by VirtualService "${other.view.object.key}" too, in namespaces that see both: only one of them takes effect`,
      { anchors: ["IST0109", "KIA1106"] },
    );
  }
}

/**
 * A host that one VirtualService keeps to some namespaces, beside a wildcard around it (or inside it) that all see: there
 * the more specific one decides alone. That is defined, and may be meant, but whoever reads only one of them is misled.
 */
function* checkWideOwners(model: MeshModel): Iterable<Verdict> {
  const [everyone, some] = [new HostIndex<Owner>(), new HostIndex<Owner>()];
  let keepsSome = false;
  for (const view of model.virtualServices) {
    if (!view.gateways.includes(MESH_GATEWAY) || (!view.scope.everyone && view.scope.namespaces.size === 0))
      continue;
    keepsSome ||= !view.scope.everyone;
    for (const host of view.hosts) (view.scope.everyone ? everyone : some).add(host.host, { view, host });
  }
  if (!keepsSome) return;
  const reported = new Set<MeshObject>();
  for (const [narrower, wider] of [
    [some, everyone],
    [everyone, some],
  ] as const) {
    for (const [host, owners] of narrower.all()) {
      for (const { host: wildcard, things } of wider.covering(host)) {
        if (wildcard === host) continue;
        for (const [owner, other] of [
          [owners[0], things[0]],
          [things[0], owners[0]],
        ] as const) {
          if (owner === undefined || other === undefined || reported.has(owner.view.object)) continue;
          reported.add(owner.view.object);
          yield owner.view.object.report(
            owner.host.path,
            `host "${owner.host.host}" of the mesh overlaps with "${other.host.host}" of VirtualService "${other.view.object.key}": in namespaces that see both the more specific one decides alone`,
            { anchors: ["IST0109"], level: "advisory" },
          );
        }
      }
    }
  }
}

function isSameObject(a: MeshObject, b: MeshObject): boolean {
  return a.key === b.key && a.name !== UNKNOWN;
}

/**
 * On a gateway the fragments of a host are merged, in an order that nobody states. That is sound while no request
 * is claimed by two of them.
 */
function* checkFragments(gateway: string, rivals: readonly Owner[]): Iterable<Verdict> {
  const requests: Claim[] = [];
  const connections: { readonly owner: VirtualServiceView; readonly match: ConnectionMatch }[] = [];
  for (const { view } of rivals) {
    for (const rule of view.rules) {
      const { namespace } = view.object;
      if (rule.protocol === "http") {
        for (const match of readRequestMatches(rule.value, view.gateways, namespace)) {
          if (match.gateways.has(gateway)) requests.push({ owner: view, match });
        }
      } else {
        for (const match of readConnectionMatches(rule.value, view.gateways, namespace)) {
          if (match.gateways.has(gateway)) connections.push({ owner: view, match });
        }
      }
    }
  }
  const hostPath = new Map(rivals.map(({ view, host }) => [view, host] as const));
  const report = (
    view: VirtualServiceView,
    path: string,
    other: VirtualServiceView,
    otherPath: string,
    what: string,
  ): Verdict =>
    view.object.report(
      path,
      `on gateway "${gateway}", host "${hostPath.get(view)?.host ?? ""}", VirtualService "${other.object.key}" claims ${what} too (${otherPath}): which one is asked first is not defined`,
      { anchors: ["KIA1106"] },
    );
  for (const { later, earlier } of findOverlap(requests)) {
    yield report(
      later.owner,
      later.match.path,
      earlier.owner,
      earlier.match.path,
      describeRequest(later.match),
    );
  }
  yield* checkConnections(connections, (a, b) =>
    report(a.owner, a.match.path, b.owner, b.match.path, describeConnection(a.match)),
  );
}

function* checkConnections<T extends { readonly owner: VirtualServiceView; readonly match: ConnectionMatch }>(
  claims: readonly T[],
  report: (later: T, earlier: T) => Verdict,
): Iterable<Verdict> {
  // Server names keep claims apart; only those of one name, or of none, are compared.
  const byName = new Map<string, T[]>();
  const reported = new Set<VirtualServiceView>();
  for (const claim of claims) {
    for (const name of claim.match.sniHosts.length === 0 ? [""] : claim.match.sniHosts) {
      const earlier = byName
        .get(name)
        ?.find(
          (other) =>
            other.owner !== claim.owner &&
            !isSameObject(other.owner.object, claim.owner.object) &&
            connectionsOverlap(other.match, claim.match),
        );
      if (earlier !== undefined && !reported.has(claim.owner)) {
        reported.add(claim.owner);
        yield report(claim, earlier);
      }
      push(byName, name, claim);
    }
  }
}

/** Istio merges the rules of one namespace for one host: their subsets together, and the first top-level policy. */
function* checkDestinationRules(host: string, rules: readonly DestinationRuleView[]): Iterable<Verdict> {
  const subsets = new Map<string, DestinationRuleView>();
  const policies = new Map<string, DestinationRuleView>();
  for (const rule of rules) {
    // Rules for selected clients stand beside the others, they are not merged with them.
    if (rule.hasWorkloadSelector) continue;
    const namespace = String(rule.object.ref.namespace);
    for (const subset of rule.subsets) {
      const key = `${namespace}\n${subset.name}`;
      const other = subsets.get(key);
      if (other === undefined) subsets.set(key, rule);
      else if (other !== rule && !isSameObject(other.object, rule.object)) {
        yield rule.object.report(
          subset.value.path,
          `subset "${subset.name}" of "${host}" is defined by DestinationRule "${other.object.key}" too: only one of them takes effect`,
          { anchors: ["KIA0201"] },
        );
      }
    }
    if (!rule.object.spec.has("trafficPolicy")) continue;
    const other = policies.get(namespace);
    if (other === undefined) policies.set(namespace, rule);
    else if (!isSameObject(other.object, rule.object)) {
      yield rule.object.report(
        "spec.trafficPolicy",
        `the traffic policy of "${host}" is set by DestinationRule "${other.object.key}" too: only one of them takes effect`,
        { anchors: ["KIA0201"] },
      );
    }
  }
}
