import type { Compiled } from "../compiled";
import type { Context } from "../context";
import type { TCPRouteManifest } from "../types/gateway-api";
import { backendRefs, withoutFilters } from "./backends";
import { VERSION } from "./names";
import type { Refusals } from "./refusals";
import type { RouteSet } from "./route-set";

/** The routes of a tcp port as a TCPRoute, which has one rule: all connections, and where they go. */
export function compileTcpRoute(
  context: Context,
  set: RouteSet,
  refusals: Refusals,
): Compiled<TCPRouteManifest> {
  if (set.routes.length > 1) {
    refusals.report("too-many", set.path, "the Gateway API has one route per tcp port, without conditions", {
      got: `${set.routes.length} routes`,
      expected: "one",
    });
  }
  const rules = set.routes.slice(0, 1).map((route, index) => {
    const path = `${set.path}[${index}]`;
    const { matches, to: _, ...options } = route;
    refusals.unknown(path, { ...options, matches });
    return { backendRefs: backendRefs(context, route, set.namespace, path, refusals).map(withoutFilters) };
  });
  return {
    source: set.source,
    manifest: {
      apiVersion: VERSION,
      kind: "TCPRoute",
      metadata: context.metadata(set.name, set.namespace),
      spec: { parentRefs: [set.parentRef], rules },
    },
  };
}
