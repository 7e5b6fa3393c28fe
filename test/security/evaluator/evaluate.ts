import type { Call, MeshFacts } from "./call";
import type { Policy, Rule } from "./manifests";
import {
  matchesAddress,
  matchesClaim,
  matchesHeader,
  matchesHost,
  matchesPath,
  matchesRequestPrincipal,
  matchesText,
} from "./match";

/** What becomes of a call, and what decided. */
export interface Decision {
  readonly allowed: boolean;
  /** The policy, or why there was none to ask: nothing selects the workload, or nothing allows the call. */
  readonly by: string;
}

/**
 * Judges a call as the proxy of the called workload does: external authorizers first, then refusals, then permissions;
 * where no ALLOW policy is in force, everything else passes. Audits decide nothing, dry runs neither.
 */
export function evaluate(policies: readonly Policy[], call: Call, mesh: MeshFacts): Decision {
  return judge(
    policies.filter((policy) => selects(policy, call, mesh)),
    call,
    mesh,
  );
}

/** A call of a service behind a waypoint. */
export interface WaypointCall extends Call {
  /** The Service that is called, at this port of it. */
  readonly service: { readonly name: string; readonly port: number };
  readonly waypoint: { readonly namespace: string; readonly name: string };
}

/**
 * The same in ambient: the waypoint judges the call by the policies that are attached to it, to the Service or to its
 * class; then ztunnel judges the waypoint, which calls in its own name, and of which it reads the connection alone.
 */
export function evaluateAtWaypoint(
  policies: readonly Policy[],
  call: WaypointCall,
  mesh: MeshFacts,
): Decision {
  const { service, waypoint, http: _, ...connection } = call;
  const attached = policies.filter(({ namespace, targets = [] }) =>
    targets.some(({ kind, name }) => {
      if (kind === "Service") return namespace === call.to.namespace && name === service.name;
      if (kind === "Gateway") return namespace === waypoint.namespace && name === waypoint.name;
      return kind === "GatewayClass" && namespace === mesh.rootNamespace && name === "istio-waypoint";
    }),
  );
  const there = judge(attached, { ...call, to: { ...call.to, port: service.port } }, mesh);
  if (!there.allowed) return there;
  const spiffe = `spiffe://${mesh.trustDomain}/ns/${waypoint.namespace}/sa/${waypoint.name}`;
  return evaluate(policies, { ...connection, spiffe }, mesh);
}

function judge(policies: readonly Policy[], call: Call, mesh: MeshFacts): Decision {
  const inForce = policies.filter(({ dryRun }) => !dryRun);
  const of = (action: Policy["action"]): Policy[] => inForce.filter((policy) => policy.action === action);
  const name = (policy: Policy): string => `${policy.action} ${policy.namespace}/${policy.name}`;
  for (const policy of of("CUSTOM")) {
    const asks = meets(policy, call, mesh);
    if (asks && mesh.authorizer?.(policy.provider ?? "", call) === false) {
      return { allowed: false, by: name(policy) };
    }
  }
  for (const policy of of("DENY")) {
    if (meets(policy, call, mesh)) return { allowed: false, by: name(policy) };
  }
  const allowing = of("ALLOW");
  if (allowing.length === 0) return { allowed: true, by: "no ALLOW policy" };
  const granting = allowing.find((policy) => meets(policy, call, mesh));
  return granting === undefined
    ? { allowed: false, by: "no ALLOW policy matches" }
    : { allowed: true, by: name(granting) };
}

/** A policy holds in its namespace, in the root namespace for all, and for the workloads that carry its labels. */
function selects(
  { namespace, labels, targets }: Policy,
  { to }: Call,
  { rootNamespace }: MeshFacts,
): boolean {
  if (targets !== undefined) return false;
  if (namespace !== rootNamespace && namespace !== to.namespace) return false;
  return Object.entries(labels ?? {}).every(([key, value]) => to.labels[key] === value);
}

/** Without rules a policy matches nothing. */
function meets({ rules, action }: Policy, call: Call, mesh: MeshFacts): boolean {
  return rules.some((rule) => meetsRule(rule, action, call, mesh));
}

const OF_REQUESTS = /^(not)?(methods|paths|hosts|requestPrincipals)$/i;
const CONDITION_OF_REQUESTS = /^request\./;

/**
 * On a port without HTTP, istiod passes over an ALLOW rule of which any part reads requests; of every other rule it
 * leaves out those parts, which makes the rule wider.
 */
function meetsRule(rule: Rule, action: Policy["action"], call: Call, mesh: MeshFacts): boolean {
  if (call.http === undefined && action === "ALLOW" && readsRequests(rule)) return false;
  const { from = [], to = [], when = [] } = call.http === undefined ? withoutRequests(rule) : rule;
  return (
    (from.length === 0 ||
      from.some(({ source }) => all(source, (field, values) => meetsSource(field, values, call, mesh)))) &&
    (to.length === 0 ||
      to.some(({ operation }) => all(operation, (field, values) => meetsOperation(field, values, call)))) &&
    when.every(
      ({ key, values = [], notValues = [] }) =>
        (values.length === 0 || meetsCondition(key, values, call, mesh)) &&
        (notValues.length === 0 || !meetsCondition(key, notValues, call, mesh)),
    )
  );
}

function readsRequests({ from = [], to = [], when = [] }: Rule): boolean {
  const parts = [...from.map(({ source }) => source), ...to.map(({ operation }) => operation)];
  return (
    parts.some((part) => Object.keys(part).some((field) => OF_REQUESTS.test(field))) ||
    when.some(({ key }) => CONDITION_OF_REQUESTS.test(key))
  );
}

function withoutRequests({ from = [], to = [], when = [] }: Rule): Rule {
  const rest = (part: Fields): Fields =>
    Object.fromEntries(Object.entries(part).filter(([field]) => !OF_REQUESTS.test(field)));
  return {
    from: from.map(({ source }) => ({ source: rest(source) })),
    to: to.map(({ operation }) => ({ operation: rest(operation) })),
    when: when.filter(({ key }) => !CONDITION_OF_REQUESTS.test(key)),
  };
}

type Fields = Readonly<Record<string, readonly string[]>>;

/** Every field must hold, those that begin with `not` the other way round. */
function all(given: Fields, meets: (field: string, values: readonly string[]) => boolean): boolean {
  return Object.entries(given).every(([field, values]) => {
    if (values.length === 0) return true;
    if (!/^not[A-Z]/.test(field)) return meets(field, values);
    return !meets(field.charAt(3).toLowerCase() + field.slice(4), values);
  });
}

function meetsSource(field: string, values: readonly string[], call: Call, mesh: MeshFacts): boolean {
  switch (field) {
    case "principals":
      return values.some((value) => matchesPrincipal(call.spiffe, value, mesh));
    case "namespaces":
      return values.some((value) => matchesText(namespaceOf(call.spiffe), value));
    case "requestPrincipals":
      return values.some((value) => matchesRequestPrincipal(call.http?.claims, value));
    case "ipBlocks":
      return values.some((value) => matchesAddress(call.ip, value));
    case "remoteIpBlocks":
      return values.some((value) => matchesAddress(call.remoteIp ?? call.ip, value));
    default:
      throw new Error(`a source has no field ${field} that is known here`);
  }
}

function meetsOperation(field: string, values: readonly string[], { to, http }: Call): boolean {
  switch (field) {
    case "ports":
      return values.includes(String(to.port));
    case "methods":
      return values.some((value) => matchesHeader(http?.method, value));
    case "paths":
      return values.some((value) => matchesPath(http?.path ?? "", value));
    case "hosts":
      return values.some((value) => matchesHost(http?.host, value));
    default:
      throw new Error(`an operation has no field ${field} that is known here`);
  }
}

function meetsCondition(key: string, values: readonly string[], call: Call, mesh: MeshFacts): boolean {
  switch (key) {
    case "source.ip":
      return meetsSource("ipBlocks", values, call, mesh);
    case "remote.ip":
      return meetsSource("remoteIpBlocks", values, call, mesh);
    case "source.principal":
      return meetsSource("principals", values, call, mesh);
    case "source.namespace":
      return meetsSource("namespaces", values, call, mesh);
    case "request.auth.principal":
      return meetsSource("requestPrincipals", values, call, mesh);
    case "destination.ip":
      return values.some((value) => matchesAddress(call.to.ip, value));
    case "destination.port":
      return values.includes(String(call.to.port));
    case "connection.sni":
      return values.some((value) => matchesText(call.sni, value));
    case "request.auth.audiences":
      return matchesClaim(call.http?.claims, ["aud"], values);
    case "request.auth.presenter":
      return matchesClaim(call.http?.claims, ["azp"], values);
  }
  const [, header] = /^request\.headers\[(.+)\]$/.exec(key) ?? [];
  if (header !== undefined) {
    const value = call.http?.headers?.[header.toLowerCase()];
    return values.some((pattern) => matchesHeader(value, pattern));
  }
  if (!/^request\.auth\.claims(\[[^\]]+\])+$/.test(key)) throw new Error(`no attribute ${key} is known here`);
  const steps = [...key.matchAll(/\[([^\]]+)\]/g)].map(([, step = ""]) => step);
  return matchesClaim(call.http?.claims, steps, values);
}

/**
 * A principal of the mesh's own trust domain, of one of its aliases, or of `cluster.local`, which stands for it, means
 * the same workload under each of them.
 */
function matchesPrincipal(spiffe: string | undefined, pattern: string, mesh: MeshFacts): boolean {
  if (spiffe === undefined) return false;
  const [trustDomain = "", ...rest] = pattern.split("/");
  const own = [mesh.trustDomain, ...(mesh.trustDomainAliases ?? [])];
  const migrated = rest.length === 4 && (own.includes(trustDomain) || trustDomain === "cluster.local");
  const patterns = migrated ? own.map((each) => [each, ...rest].join("/")) : [pattern];
  return patterns.some((each) => matchesText(spiffe.replace(/^spiffe:\/\//, ""), each));
}

function namespaceOf(spiffe: string | undefined): string | undefined {
  return /\/ns\/([^/]+)\//.exec(spiffe ?? "")?.[1];
}
