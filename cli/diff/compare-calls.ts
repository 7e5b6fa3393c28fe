import { UNKNOWN, type MeshModel } from "../../analysis";
import { kinds } from "../../analysis/model/kinds";
import type { ServiceView } from "../../analysis/model/services";
import {
  callerOf,
  explainRequest,
  findCaller,
  OUTSIDE,
  routesOfService,
  type Caller,
  type Verdict,
} from "../../analysis/requests";
import { probesFor, type Probe } from "./probes";

/** Calls that end otherwise than before. */
export interface CallDifference {
  readonly from: string;
  /** `reviews.shop.svc.cluster.local:9080`. */
  readonly to: string;
  readonly before: Verdict;
  readonly after: Verdict;
  /** The requests that were tried and end so; empty where all of them do. */
  readonly requests: readonly string[];
}

export interface CallComparison {
  readonly differences: readonly CallDifference[];
  /** Callers that were left out, because there are too many to try. */
  readonly leftOut: number;
}

/** With more callers than these a comparison takes minutes. */
const MOST_CALLERS = 200;

/** Which calls end otherwise, tried for every caller and service that both sets have. */
export function compareCalls(before: MeshModel, after: MeshModel): CallComparison {
  const callers = callersOf(before, after);
  const services = after.services.all.filter((service) => isChanged(before, after, service));
  const differences = services.flatMap((service) => {
    const probes = probesFor([before, after], String(service.object.namespace));
    return callers
      .slice(0, MOST_CALLERS)
      .flatMap((pair) => compareService(before, after, service, probes, pair));
  });
  return { differences, leftOut: services.length === 0 ? 0 : Math.max(0, callers.length - MOST_CALLERS) };
}

type Pair = readonly [before: Caller, after: Caller];

/** One caller for each identity that both sets have, and one that has none. */
function callersOf(before: MeshModel, after: MeshModel): readonly Pair[] {
  const old = new Map(before.workloads.all.map((workload) => [workload.object.key, workload]));
  const seen = new Set<string>();
  const pairs = after.workloads.all.flatMap((workload): Pair[] => {
    const there = old.get(workload.object.key);
    if (there === undefined) return [];
    const caller = callerOf(workload, after);
    const identity = `${caller.namespace} ${caller.principal ?? ""}`;
    if (seen.has(identity)) return [];
    seen.add(identity);
    return [[callerOf(there, before), caller]];
  });
  const [left, right] = [findCaller(before, OUTSIDE), findCaller(after, OUTSIDE)];
  return left === undefined || right === undefined ? pairs : [...pairs, [left, right]];
}

/** Something that decides about calls to a service is not what it was. */
function isChanged(before: MeshModel, after: MeshModel, service: ServiceView): boolean {
  const { namespace, name } = service.object;
  if (namespace === UNKNOWN || name === UNKNOWN) return false;
  const old = before.find(kinds.service, namespace, name);
  if (old === undefined || service.selector.known.size === 0) return false;
  return deciders(before, namespace, name) !== deciders(after, namespace, name);
}

function deciders(model: MeshModel, namespace: string, name: string): string {
  const host = `${name}.${namespace}.svc.${model.config.clusterDomain}`;
  const root = model.config.rootNamespace;
  const objects = [
    ...model
      .policies(kinds.authorizationPolicy)
      .reaching(namespace)
      .map(({ object }) => object),
    ...model.ofKindIn(kinds.peerAuthentication, namespace),
    ...(root === namespace ? [] : model.ofKindIn(kinds.peerAuthentication, root)),
    ...[...model.destinationRules.covering(host)].flatMap(({ things }) => things.map(({ object }) => object)),
    ...[...model.virtualServiceIndex.covering(host)].flatMap(({ things }) =>
      things.map(({ object }) => object),
    ),
    ...routesOfService(model, { groupKind: kinds.service, key: `${namespace}/${name}`, namespace }),
  ];
  const workloads = model.workloads
    .inNamespace(namespace)
    .map((workload) => [workload.object.key, model.namespaces.enrolmentOfWorkload(workload)]);
  return JSON.stringify([objects.map(({ key, spec }) => [key, spec.raw]), workloads], (_, value: unknown) =>
    value === UNKNOWN ? "(unknown)" : value,
  );
}

function compareService(
  before: MeshModel,
  after: MeshModel,
  { object, ports }: ServiceView,
  probes: readonly Probe[],
  [left, right]: Pair,
): readonly CallDifference[] {
  const namespace = String(object.namespace);
  const host = `${String(object.name)}.${namespace}.svc.${after.config.clusterDomain}`;
  return ports.flatMap(({ number: port }): CallDifference[] => {
    if (port === undefined) return [];
    const changes = new Map<string, { before: Verdict; after: Verdict; requests: string[] }>();
    let tried = 0;
    for (const probe of probes) {
      const ask = (model: MeshModel, from: Caller) => explainRequest(model, { from, host, port, ...probe });
      const [old, now] = [ask(before, left), ask(after, right)];
      tried++;
      if (old.verdict !== now.verdict) {
        const key = `${old.verdict} ${now.verdict}`;
        const group = changes.get(key) ?? { before: old.verdict, after: now.verdict, requests: [] };
        changes.set(key, group);
        group.requests.push(describe(probe));
      }
      // Of a connection without HTTP no request is told apart.
      if (!now.isHttp && !old.isHttp) break;
    }
    return [...changes.values()].map((group) => ({
      from: right.name,
      to: `${host}:${port}`,
      before: group.before,
      after: group.after,
      requests: group.requests.length === tried ? [] : group.requests,
    }));
  });
}

function describe({ method, path }: Probe): string {
  return `${method} ${path}`;
}
