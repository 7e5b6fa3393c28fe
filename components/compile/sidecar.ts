import type { ServiceIntent } from "../intent/intent";
import type { SidecarHostIntent, SidecarIngressIntent, SidecarIntent } from "../intent/proxy-intent";
import type { Compiled, Source } from "./compiled";
import { type Context, listeningPorts, portOf } from "./context";
import { NAMESPACE_SCOPE, scopeName, serviceHost } from "./names";
import { proxyScopes } from "./proxy-scope";
import type { SidecarEgress, SidecarIngress, SidecarManifest, SidecarSpec } from "./types";

type Settings = Omit<SidecarIntent, "scope">;

const EVERYTHING: readonly string[] = ["*/*"];

/**
 * What each proxy is told of the mesh, and what it does beyond what is derived: one Sidecar per service's workloads, per
 * namespace or for the mesh. A proxy has only one, so that each says everything that holds for its proxies. There is none
 * where the mesh has neither a scope nor settings.
 */
export function compileSidecars(context: Context): Compiled<SidecarManifest>[] {
  const { services, scope, sidecars } = context.intent;
  if (scope === undefined && sidecars.length === 0) return [];
  const calledBy = new Map(
    scope === undefined ? [] : proxyScopes(context).map(({ service, hosts }) => [service.key, hosts]),
  );
  const scoped = services.filter(({ unscoped }) => scope !== undefined && unscoped !== true);
  const byNamespace =
    scope?.per === "namespace" ? together(scoped, calledBy) : new Map<string, readonly string[]>();
  const layers = layersOf(sidecars);
  const isScoped = new Set(scoped);
  const hostsOf = (service: ServiceIntent): readonly string[] => {
    if (!isScoped.has(service)) return EVERYTHING;
    return byNamespace.get(service.namespace) ?? calledBy.get(service.key) ?? EVERYTHING;
  };
  const namespaces = new Set([...byNamespace.keys(), ...layers.namespaces.keys()]);
  const own = new Set(scope?.per === "workload" ? scoped : []);
  for (const service of services) {
    // The namespace's Sidecar is for all of its workloads, so one that opts out needs its own to say everything.
    if (layers.services.has(service.key) || (service.unscoped && byNamespace.has(service.namespace))) {
      own.add(service);
    }
  }
  const { rootNamespace } = context;
  return [
    ...(layers.mesh === undefined
      ? []
      : [sidecar(context, { kind: "mesh" }, NAMESPACE_SCOPE, rootNamespace, EVERYTHING, layers.mesh)]),
    ...[...namespaces].map((namespace) =>
      sidecar(
        context,
        { kind: "namespace", namespace },
        NAMESPACE_SCOPE,
        namespace,
        byNamespace.get(namespace) ?? EVERYTHING,
        { ...layers.mesh, ...layers.namespaces.get(namespace) },
      ),
    ),
    ...services
      .filter((service) => own.has(service))
      .map((service) =>
        sidecar(
          context,
          { kind: "service", service: service.key },
          scopeName(service),
          service.namespace,
          hostsOf(service),
          {
            ...layers.mesh,
            ...layers.namespaces.get(service.namespace),
            ...layers.services.get(service.key),
          },
          service,
        ),
      ),
  ];
}

/** What any of a namespace's services calls. */
function together(
  services: readonly ServiceIntent[],
  calledBy: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, Set<string>>();
  for (const { key, namespace } of services) {
    const hosts = all.get(namespace) ?? new Set<string>();
    all.set(namespace, hosts);
    for (const host of calledBy.get(key) ?? []) hosts.add(host);
  }
  return new Map([...all].map(([namespace, hosts]) => [namespace, [...hosts].sort()]));
}

function layersOf(sidecars: readonly SidecarIntent[]): {
  readonly mesh: Settings | undefined;
  readonly namespaces: ReadonlyMap<string, Settings>;
  readonly services: ReadonlyMap<string, Settings>;
} {
  const namespaces = new Map<string, Settings>();
  const services = new Map<string, Settings>();
  let mesh: Settings | undefined;
  for (const { scope, ...settings } of sidecars) {
    if (scope.kind === "mesh") mesh = settings;
    else if (scope.kind === "namespace") namespaces.set(scope.namespace, settings);
    else services.set(scope.service, settings);
  }
  return { mesh, namespaces, services };
}

function sidecar(
  context: Context,
  source: Source,
  name: string,
  namespace: string,
  hosts: readonly string[],
  settings: Settings,
  service?: ServiceIntent,
): Compiled<SidecarManifest> {
  const { outboundTrafficPolicy, inboundConnectionPool, captureMode, egress = [], ingress = [] } = settings;
  const policy = outboundTrafficPolicy && outbound(context, outboundTrafficPolicy);
  const proxy = policy?.host === undefined || hosts.includes("*/*") ? [] : [policy.host];
  return {
    source,
    manifest: {
      apiVersion: "networking.istio.io/v1",
      kind: "Sidecar",
      metadata: context.metadata(name, namespace),
      spec: {
        ...(service && { workloadSelector: { labels: service.labels } }),
        ...(service && ingress.length > 0 && { ingress: received(service, ingress) }),
        egress: [
          ...egress.map(({ port, bind, captureMode: capture, hosts: listed }): SidecarEgress => ({
            port: { ...port, protocol: port.protocol.toUpperCase() },
            ...(bind !== undefined && { bind }),
            ...(capture !== undefined && { captureMode: capture }),
            hosts: [...new Set(listed.map((host) => hostName(context, host)))].sort(),
          })),
          // Istio wants the one that takes all other calls to stand last.
          {
            ...(captureMode !== undefined && { captureMode }),
            hosts: [...new Set([...hosts, ...proxy])].sort(),
          },
        ],
        ...(inboundConnectionPool && { inboundConnectionPool }),
        ...(policy && { outboundTrafficPolicy: policy.spec }),
      },
    },
  };
}

function hostName(context: Context, host: SidecarHostIntent): string {
  switch (host.kind) {
    case "host":
      return host.host;
    case "external":
      return `${context.rootNamespace}/${context.external(host.external).host}`;
    case "service": {
      const service = context.service(host.service);
      return `${service.namespace}/${serviceHost(service, context.clusterDomain)}`;
    }
  }
}

function outbound(
  context: Context,
  { mode, egressProxy }: NonNullable<Settings["outboundTrafficPolicy"]>,
): { readonly spec: NonNullable<SidecarSpec["outboundTrafficPolicy"]>; readonly host?: string } {
  if (egressProxy === undefined) return { spec: { mode } };
  const isService = egressProxy.kind === "service";
  const owner = isService ? context.service(egressProxy.service) : context.external(egressProxy.external);
  const host = "host" in owner ? owner.host : serviceHost(owner, context.clusterDomain);
  const subset = isService && egressProxy.subset !== undefined ? { subset: egressProxy.subset } : {};
  const port = { number: portOf(owner, egressProxy.port).number };
  return {
    spec: { mode, egressProxy: { host, ...subset, port } },
    host: `${"host" in owner ? context.rootNamespace : owner.namespace}/${host}`,
  };
}

/**
 * Where a Sidecar names one port, Istio listens at no other; so the rest of the service's are written out, as they would
 * be without it.
 */
function received(service: ServiceIntent, ingress: readonly SidecarIngressIntent[]): SidecarIngress[] {
  return service.ports.flatMap((port) => {
    const said = ingress.find((each) => each.port === port.name);
    const numbers = listeningPorts(service, port.name);
    return numbers.map((number, index): SidecarIngress => {
      const name = index === 0 ? port.name : `${port.name}-${number}`;
      const listener = { port: { number, protocol: port.protocol.toUpperCase(), name } };
      if (said === undefined) return listener;
      const { port: _, tls, ...rest } = said;
      return {
        ...listener,
        ...rest,
        ...(tls && { tls: { ...tls, mode: tls.mode === "mutual" ? "MUTUAL" : "SIMPLE" } }),
      };
    });
  });
}
