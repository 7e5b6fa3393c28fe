import type { ConditionIntent } from "../../intent/intent";
import type { Operation } from "./operations";
import { coversPathPattern, pathPatternsOverlap } from "./path-cover";

/** One caller, as a certificate names it; `anyone` also without a certificate. */
export type Who =
  | { readonly kind: "anyone" }
  | { readonly kind: "principal"; readonly principal: string }
  | { readonly kind: "namespace"; readonly namespace: string };

/** What must hold beside caller and operation, by the field of Istio that says it. An empty list asks for nothing. */
export interface Limits {
  readonly source: {
    readonly notPrincipals: readonly string[];
    readonly requestPrincipals: readonly string[];
    readonly notRequestPrincipals: readonly string[];
    readonly notNamespaces: readonly string[];
    readonly ipBlocks: readonly string[];
    readonly notIpBlocks: readonly string[];
    readonly remoteIpBlocks: readonly string[];
    readonly notRemoteIpBlocks: readonly string[];
  };
  readonly operation: {
    readonly hosts: readonly string[];
    readonly notHosts: readonly string[];
    readonly notPorts: readonly string[];
    readonly notMethods: readonly string[];
    readonly notPaths: readonly string[];
  };
  readonly when: readonly ConditionIntent[];
}

/** One caller, one operation, and what else must hold. */
export interface Grant {
  readonly who: Who;
  readonly operation: Operation;
  readonly limits: Limits;
}

export const NO_LIMITS: Limits = {
  source: {
    notPrincipals: [],
    requestPrincipals: [],
    notRequestPrincipals: [],
    notNamespaces: [],
    ipBlocks: [],
    notIpBlocks: [],
    remoteIpBlocks: [],
    notRemoteIpBlocks: [],
  },
  operation: { hosts: [], notHosts: [], notPorts: [], notMethods: [], notPaths: [] },
  when: [],
};

/** Whether every call within `narrow` is within `wide`. Sound, not complete. */
export function limitsContain(wide: Limits, narrow: Limits): boolean {
  return (
    fieldsContain(wide.source, narrow.source) &&
    fieldsContain(wide.operation, narrow.operation) &&
    wide.when.every((each) => narrow.when.some((other) => JSON.stringify(other) === JSON.stringify(each)))
  );
}

function fieldsContain(
  wide: Readonly<Record<string, readonly string[]>>,
  narrow: Readonly<Record<string, readonly string[]>>,
): boolean {
  return Object.entries(wide).every(
    ([field, list]) => list.length === 0 || JSON.stringify(list) === JSON.stringify(narrow[field]),
  );
}

/** Whether `wide` stands for everyone whom `narrow` stands for. */
export function whoContains(wide: Who, narrow: Who): boolean {
  switch (wide.kind) {
    case "anyone":
      return true;
    case "principal":
      return narrow.kind === "principal" && narrow.principal === wide.principal;
    case "namespace":
      return narrow.kind === "namespace"
        ? narrow.namespace === wide.namespace
        : narrow.kind === "principal" && narrow.principal.includes(`/ns/${wide.namespace}/`);
  }
}

/** Whether something in it can only be read from a request, and not from a connection. */
export function readsRequests({ operation, limits }: Pick<Grant, "operation" | "limits">): boolean {
  const { requestPrincipals, notRequestPrincipals } = limits.source;
  const { hosts, notHosts, notMethods, notPaths } = limits.operation;
  return (
    [
      operation.methods,
      operation.paths,
      requestPrincipals,
      notRequestPrincipals,
      hosts,
      notHosts,
      notMethods,
      notPaths,
    ].some((list) => list.length > 0) || limits.when.some(({ key }) => key.startsWith("request."))
  );
}

/** Without what its limits exclude or need not exclude; `undefined` where they leave nothing of it. */
export function narrowed({ who, operation, limits }: Grant): Grant | undefined {
  const { notPrincipals, notNamespaces, ...source } = limits.source;
  const { notMethods, notPaths, ...rest } = limits.operation;
  const excluded: Who[] = [
    ...notNamespaces.map((namespace) => ({ kind: "namespace", namespace }) as const),
    ...notPrincipals.map((principal) => ({ kind: "principal", principal }) as const),
  ];
  if (excluded.some((each) => whoContains(each, who))) return undefined;
  // Only whom the caller could be, and nobody twice.
  const needed = excluded.filter(
    (each) => whoContains(who, each) && !excluded.some((other) => other !== each && whoContains(other, each)),
  );
  const methods = operation.methods.filter((method) => !notMethods.includes(method));
  const paths = operation.paths.filter((path) => !notPaths.some((not) => coversPathPattern(not, path)));
  if (operation.methods.length > 0 && methods.length === 0) return undefined;
  if (operation.paths.length > 0 && paths.length === 0) return undefined;
  return {
    who,
    operation: { ...operation, methods, paths },
    limits: {
      source: {
        notPrincipals: needed.flatMap((each) => (each.kind === "principal" ? [each.principal] : [])),
        notNamespaces: needed.flatMap((each) => (each.kind === "namespace" ? [each.namespace] : [])),
        ...source,
      },
      operation: {
        ...rest,
        notMethods: methods.length === 0 ? notMethods : [],
        notPaths: notPaths.filter(
          (not) => paths.length === 0 || paths.some((path) => pathPatternsOverlap(path, not)),
        ),
      },
      when: limits.when,
    },
  };
}
