import type { AuthorizationPolicyRule, AuthorizationPolicyRuleFromSource } from "../types";
import {
  type Grant,
  type Limits,
  limitsContain,
  narrowed,
  readsRequests,
  type Who,
  whoContains,
} from "./grant";
import { means, minimal, type Operation } from "./operations";

/** What one caller may do within the same limits. */
interface Entry {
  readonly who: Who;
  readonly limits: Limits;
  /** Whether these operations can only be read from requests. */
  readonly ofRequests: boolean;
  readonly operations: readonly Operation[];
}

/**
 * The fewest rules that mean the same grants: one for all callers that may do the same, without what wider ones mean.
 *
 * What concerns connections and what concerns requests never share a rule. On a port that carries no HTTP, Istio passes
 * over every ALLOW rule of which some part reads requests, even where another part would permit the connection.
 */
export function mergeGrants(grants: readonly Grant[]): AuthorizationPolicyRule[] {
  const groups = new Map<string, { readonly callers: Who[]; readonly entry: Entry }>();
  for (const entry of withoutContained(entriesOf(grants))) {
    const key = JSON.stringify([entry.limits, entry.operations, entry.who.kind === "anyone"]);
    const group = groups.get(key) ?? { callers: [], entry };
    group.callers.push(entry.who);
    groups.set(key, group);
  }
  return [...groups.values()]
    .map(({ callers, entry }) => ruleOf(callers, entry))
    .map((rule) => ({ rule, key: JSON.stringify(rule) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ rule }) => rule);
}

function entriesOf(grants: readonly Grant[]): Entry[] {
  const groups = new Map<string, Grant[]>();
  for (const grant of grants) {
    const key = JSON.stringify([grant.who, grant.limits, readsRequests(grant)]);
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(grant);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { who, limits } = first;
    const operations = minimal(group.map(({ operation }) => operation));
    return [{ who, limits, ofRequests: readsRequests(first), operations }];
  });
}

/**
 * Leaves out what the same callers, or wider ones, may do within wider limits. One after the other, so that of two that
 * mean the same one stays.
 */
function withoutContained(entries: readonly Entry[]): Entry[] {
  const left = new Map(entries.map((entry) => [entry, entry.operations] as const));
  for (const entry of entries) {
    const wider = [...left].filter(([other]) => other !== entry && whoContains(other.who, entry.who));
    const operations = entry.operations.filter(
      (operation) =>
        !means(
          wider.filter(([other]) => limitsAdmit(other, entry, operation)).flatMap(([, their]) => their),
          operation,
        ),
    );
    left.set(entry, operations);
  }
  return [...left].flatMap(([entry, operations]) =>
    operations.length === 0 ? [] : [{ ...entry, operations }],
  );
}

/**
 * Whether the limits of a wider entry let through whatever an operation of `entry` does. What they exclude counts only as
 * far as the callers of `entry`, and the operation, could be excluded by it.
 */
function limitsAdmit(other: Entry, entry: Entry, operation: Operation): boolean {
  // Of two that are alike in both, the one for connections is the wider.
  if (
    other.ofRequests &&
    whoContains(entry.who, other.who) &&
    limitsContain(entry.limits, other.limits) &&
    limitsContain(other.limits, entry.limits)
  ) {
    return false;
  }
  const remaining = narrowed({ who: entry.who, operation, limits: other.limits });
  return (
    remaining !== undefined &&
    means([remaining.operation], operation) &&
    limitsContain(remaining.limits, entry.limits)
  );
}

function ruleOf(callers: readonly Who[], { limits, operations }: Entry): AuthorizationPolicyRule {
  const principals = callers.flatMap((who) => (who.kind === "principal" ? [who.principal] : [])).sort();
  const namespaces = callers.flatMap((who) => (who.kind === "namespace" ? [who.namespace] : [])).sort();
  const source = present(limits.source);
  const anyone = callers.some(({ kind }) => kind === "anyone");
  const sources: AuthorizationPolicyRuleFromSource[] = [
    ...(principals.length > 0 ? [{ principals, ...source }] : []),
    ...(namespaces.length > 0 ? [{ namespaces, ...source }] : []),
    ...(anyone && Object.keys(source).length > 0 ? [source] : []),
  ];
  const to = operations
    .map(({ ports, methods, paths }) =>
      present({ ports: ports.map(String), methods, paths, ...limits.operation }),
    )
    .filter((operation) => Object.keys(operation).length > 0);
  return {
    ...(sources.length > 0 && { from: sources.map((each) => ({ source: each })) }),
    ...(to.length > 0 && { to: to.map((operation) => ({ operation })) }),
    ...(limits.when.length > 0 && {
      when: limits.when.map(({ key, ...values }) => ({ key, ...present(values) })),
    }),
  };
}

function present<T extends Readonly<Record<string, readonly string[]>>>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, list]) => list.length > 0)) as Partial<T>;
}
