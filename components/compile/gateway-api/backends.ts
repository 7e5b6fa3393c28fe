import type { DestinationIntent, RouteIntent, ShareIntent } from "../../intent/intent";
import { type Context, portOf } from "../context";
import { shareHeaders } from "../http-route";
import type { GRPCRouteRuleBackendRef } from "../types/gateway-api";
import { headerFilters } from "./header-filters";
import { versionServiceName } from "./names";
import type { Refusals } from "./refusals";

/** Most destinations that one rule can have. */
const MOST_BACKENDS = 16;

/** A reference to a backend, with the headers that a host outside of the mesh needs: what HTTP and gRPC both write. */
export type BackendRef = GRPCRouteRuleBackendRef;

/** A Service that a namespace's routes lead to. */
export interface Backend {
  readonly namespace: string;
  readonly service: string;
}

/** The Service behind a destination; `undefined` for a host outside of the mesh. */
export function backendOf(context: Context, to: DestinationIntent): Backend | undefined {
  if (to.kind === "external") return undefined;
  const service = context.service(to.service);
  const name = to.subset === undefined ? service.name : versionServiceName(service, to.subset);
  return { namespace: service.namespace, service: name };
}

/**
 * Where the requests of a route go.
 *
 * The Gateway API knows no subsets: each is a Service of its own, of the workloads that carry its labels. A host outside
 * is a `Hostname` of Istio's, because it has no Service; it answers for its own name alone, so that becomes the request's.
 */
export function backendRefs(
  context: Context,
  route: Pick<RouteIntent, "to" | "headers" | "rewrite">,
  namespace: string,
  path: string,
  refusals: Refusals,
): readonly BackendRef[] {
  const { to } = route;
  if (to.length > MOST_BACKENDS) {
    refusals.report(
      "too-many",
      `${path}.to`,
      "goes to more destinations than a rule of the Gateway API takes",
      { got: `${to.length} destinations`, expected: `${MOST_BACKENDS} at most` },
    );
  }
  return to.map((share, index) => ({
    ...reference(context, share, namespace, `${path}.to[${index}]`, refusals),
    ...changes(context, share, route, `${path}.to[${index}]`, refusals),
    ...weight(share, to),
  }));
}

function reference(
  context: Context,
  { to }: ShareIntent,
  namespace: string,
  path: string,
  refusals: Refusals,
): BackendRef {
  if (to.kind === "external") {
    const { kind: _, external: key, port, ...rest } = to;
    refusals.unknown(path, rest);
    const external = context.external(key);
    return {
      group: "networking.istio.io",
      kind: "Hostname",
      name: external.host,
      port: portOf(external, port).number,
    };
  }
  const { kind: _, service: key, subset, port, ...rest } = to;
  refusals.unknown(path, rest);
  const service = context.service(key);
  return {
    group: "",
    kind: "Service",
    name: subset === undefined ? service.name : versionServiceName(service, subset),
    ...(service.namespace !== namespace && { namespace: service.namespace }),
    port: portOf(service, port).number,
  };
}

/** What is done to the headers of a share's requests: the same as Istio's own routes say. */
function changes(
  context: Context,
  share: ShareIntent,
  route: Pick<RouteIntent, "headers" | "rewrite">,
  path: string,
  refusals: Refusals,
): Pick<BackendRef, "filters"> {
  const { headers } = shareHeaders(context, share, route);
  const filters = headerFilters(headers, `${path}.headers`, refusals);
  return filters.length > 0 ? { filters } : {};
}

/** A lone destination takes everything; saying so would invite an edit to less. */
function weight({ weight: percent }: ShareIntent, all: readonly ShareIntent[]): { weight?: number } {
  return all.length > 1 ? { weight: percent } : {};
}

/** A connection has no headers to change. */
export function withoutFilters<T extends { readonly filters?: unknown }>({
  filters: _,
  ...rest
}: T): Omit<T, "filters"> {
  return rest;
}
