import type { MeshIntent } from "../intent/intent";
import { makeContext } from "./context";
import { serviceHost } from "./names";
import { type CompileOptions, readOptions } from "./options";
import { proxyScopes } from "./proxy-scope";

/** How much less one service's proxies are told. */
export interface ScopeReduction {
  readonly service: string;
  readonly namespace: string;
  /** Hosts of the mesh that a proxy is told of without a scope. */
  readonly before: number;
  /** Hosts of the mesh that it is told of with the scope that the mesh declares. */
  readonly after: number;
}

/**
 * What the scope of a mesh saves, service by service, and the same for services that opt out of it. Counted are the
 * services and externals of the catalogue.
 *
 * @throws {@link MeshError} with every problem of the mesh or of the options
 * @example for (const { service, before, after } of scopeReport(shop)) console.log(`${service}: ${before} → ${after} hosts`);
 */
export function scopeReport(
  mesh: { intent(): MeshIntent },
  options: CompileOptions = {},
): readonly ScopeReduction[] {
  const context = makeContext(mesh.intent(), readOptions(options));
  const { services, externals, scope } = context.intent;
  const before = services.length + externals.length;
  const inNamespace = new Map<string, number>();
  const count = (namespace: string, more: number): Map<string, number> =>
    inNamespace.set(namespace, (inNamespace.get(namespace) ?? 0) + more);
  for (const { namespace } of services) count(namespace, 1);
  count(context.rootNamespace, externals.length);
  const known = new Set(
    services.map((each) => `${each.namespace}/${serviceHost(each, context.clusterDomain)}`),
  );
  const size = (hosts: Iterable<string>): number => {
    let sum = 0;
    for (const host of hosts) {
      if (host === "*/*") return before;
      if (host.endsWith("/*")) sum += inNamespace.get(host.slice(0, -2)) ?? 0;
      else if (known.has(host)) sum += 1;
    }
    return sum;
  };
  const scopes = proxyScopes(context);
  const together = new Map<string, Set<string>>();
  for (const { service, hosts } of scopes) {
    if (service.unscoped) continue;
    const all = together.get(service.namespace) ?? new Set<string>();
    together.set(service.namespace, all);
    for (const host of hosts) all.add(host);
  }
  const ofNamespace = new Map([...together].map(([namespace, hosts]) => [namespace, size(hosts)]));
  return scopes.map(({ service, hosts }) => ({
    service: service.key,
    namespace: service.namespace,
    before,
    after:
      scope === undefined || service.unscoped
        ? before
        : scope.per === "workload"
          ? size(hosts)
          : (ofNamespace.get(service.namespace) ?? before),
  }));
}
