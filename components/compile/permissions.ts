import { keyOf, servicesReached } from "../intent/effective-routes";
import type { CallerIntent } from "../intent/intent";
import { type Context, portOf } from "./context";
import { principal } from "./names";
import type { Operation } from "./operations";

/** What each service's callers may do: service key → principal → operations. */
export type Permissions = ReadonlyMap<string, ReadonlyMap<string, readonly Operation[]>>;

/**
 * Everything that has to be permitted for the mesh to do what it was told.
 *
 * A permission follows routes: a caller of `reviews` whose request is routed to another service must be let in there.
 * A gateway may call what its hosts lead to.
 */
export function permissions(context: Context): Permissions {
  const granted = new Map<string, Map<string, Operation[]>>();
  const principalOf = callers(context);
  const grant = (caller: CallerIntent, service: string, operation: Operation): void => {
    const ofService = granted.get(service) ?? new Map<string, Operation[]>();
    granted.set(service, ofService);
    const who = principalOf(caller);
    const operations = ofService.get(who) ?? [];
    ofService.set(who, operations);
    operations.push(operation);
  };
  const grantReached = (
    caller: CallerIntent,
    keys: Iterable<string>,
    limits: Omit<Operation, "ports">,
  ): void => {
    for (const key of keys) {
      const [service = "", port = ""] = key.split(":");
      const { targetPort } = portOf(context.service(service), port);
      grant(caller, service, { ...limits, ports: [targetPort] });
    }
  };

  const reached = new Map(
    context.routes.services.map(
      (set) => [keyOf(set), servicesReached(set.routes, context.routes.delegates)] as const,
    ),
  );
  for (const { from, to, ports, methods, paths } of context.intent.edges) {
    const target = context.service(to);
    const targetPorts = ports.map((name) => portOf(target, name).targetPort).sort((a, b) => a - b);
    grant(from, to, { ports: [...new Set(targetPorts)], methods, paths });
    for (const port of ports) {
      grantReached(from, reached.get(keyOf({ service: to, port })) ?? [], { methods, paths });
    }
  }
  for (const [gateway, exposures] of context.routes.gateways) {
    const keys = servicesReached(
      exposures.flatMap(({ routes }) => routes),
      context.routes.delegates,
    );
    grantReached({ kind: "gateway", name: gateway }, keys, { methods: [], paths: [] });
  }
  return granted;
}

function callers(context: Context): (caller: CallerIntent) => string {
  const gateways = new Map(context.intent.gateways.map((gateway) => [gateway.name, gateway]));
  return ({ kind, name }) => {
    const gateway = kind === "gateway" ? gateways.get(name) : undefined;
    return principal(gateway ?? context.service(name), context.trustDomain);
  };
}
