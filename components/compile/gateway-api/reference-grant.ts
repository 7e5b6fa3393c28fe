import type { Compiled } from "../compiled";
import type { Context } from "../context";
import type { ReferenceGrantManifest } from "../types/gateway-api";
import { backendOf } from "./backends";
import { GROUP, grantName, VERSION } from "./names";
import type { RouteSet } from "./route-set";

/** A set of routes and the kind that it became. */
export interface WrittenSet {
  readonly set: RouteSet;
  readonly kind: "HTTPRoute" | "GRPCRoute" | "TCPRoute" | "TLSRoute";
}

interface Grant {
  readonly namespace: string;
  readonly service: string;
  readonly from: string;
  readonly kinds: Set<string>;
}

/**
 * The permission of a namespace to let routes of another one lead to it, one per Service: a route that needs another
 * Service changes no other permission.
 */
export function compileReferenceGrants(
  context: Context,
  written: readonly WrittenSet[],
): Compiled<ReferenceGrantManifest>[] {
  const grants = new Map<string, Grant>();
  for (const { set, kind } of written) {
    for (const { to } of set.routes.flatMap((route) => [...route.to, ...(route.mirrors ?? [])])) {
      const backend = backendOf(context, to);
      if (backend === undefined || backend.namespace === set.namespace) continue;
      const key = [backend.namespace, set.namespace, backend.service].join("/");
      const grant = grants.get(key) ?? { ...backend, from: set.namespace, kinds: new Set() };
      grant.kinds.add(kind);
      grants.set(key, grant);
    }
  }
  return [...grants.values()].map(({ namespace, service, from, kinds }) => ({
    source: { kind: "namespace", namespace },
    manifest: {
      apiVersion: VERSION,
      kind: "ReferenceGrant",
      metadata: context.metadata(grantName(from, service), namespace),
      spec: {
        from: [...kinds].sort().map((kind) => ({ group: GROUP, kind, namespace: from })),
        to: [{ group: "", kind: "Service", name: service }],
      },
    },
  }));
}
