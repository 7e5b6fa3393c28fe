import type { Compiled } from "./compiled";
import type { Context } from "./context";
import { NAMESPACE_SCOPE, scopeName } from "./names";
import { proxyScopes } from "./proxy-scope";
import type { SidecarManifest } from "./types";

/**
 * What each proxy is told of the mesh: one Sidecar per service's workloads, or one per namespace. There is none where the
 * mesh has no scope.
 */
export function compileSidecars(context: Context): Compiled<SidecarManifest>[] {
  const per = context.intent.scope?.per;
  if (per === undefined) return [];
  const scopes = proxyScopes(context);
  if (per === "workload") {
    return scopes
      .filter(({ service }) => service.unscoped !== true)
      .map(({ service, hosts }) => ({
        source: { kind: "service", service: service.key },
        manifest: sidecar(context, scopeName(service), service.namespace, hosts, service.labels),
      }));
  }
  const byNamespace = new Map<string, Set<string>>();
  for (const { service, hosts } of scopes) {
    if (service.unscoped) continue;
    const all = byNamespace.get(service.namespace) ?? new Set<string>();
    byNamespace.set(service.namespace, all);
    for (const host of hosts) all.add(host);
  }
  return [
    ...[...byNamespace].map(([namespace, hosts]): Compiled<SidecarManifest> => ({
      source: { kind: "namespace", namespace },
      manifest: sidecar(context, NAMESPACE_SCOPE, namespace, [...hosts].sort()),
    })),
    // The namespace's Sidecar is for all of its workloads, so one that opts out needs its own to say everything.
    ...scopes
      .filter(({ service }) => service.unscoped && byNamespace.has(service.namespace))
      .map(({ service }): Compiled<SidecarManifest> => ({
        source: { kind: "service", service: service.key },
        manifest: sidecar(context, scopeName(service), service.namespace, ["*/*"], service.labels),
      })),
  ];
}

function sidecar(
  context: Context,
  name: string,
  namespace: string,
  hosts: readonly string[],
  labels?: Readonly<Record<string, string>>,
): SidecarManifest {
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "Sidecar",
    metadata: context.metadata(name, namespace),
    spec: { ...(labels && { workloadSelector: { labels } }), egress: [{ hosts }] },
  };
}
