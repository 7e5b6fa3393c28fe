import type { GatewayIntent, ServiceIntent } from "../intent/intent";
import { collectGrants } from "./authorization/grants";
import type { Who } from "./authorization/grant";
import type { Context } from "./context";
import { principal } from "./names";

/** The declared calls, to be asked from both sides without looking at all of them each time. */
export interface NetworkCalls {
  /** Who is let in where: service key → port of the workload → callers. */
  readonly into: ReadonlyMap<string, ReadonlyMap<number, readonly Who[]>>;
  /** What a service may call, by key of the service that is called, with its ports in order. */
  outOf(caller: ServiceIntent): ReadonlyMap<string, readonly number[]>;
  /** The services and gateways that have an identity. */
  identified(principal: string): {
    readonly services: readonly ServiceIntent[];
    readonly gateways: readonly GatewayIntent[];
  };
  /** Keys of the services whose proxies ask the rate-limit service. */
  readonly limited: ReadonlySet<string>;
  /** Ports of the hosts outside. */
  readonly outside: readonly number[];
  /** Namespaces of what the mesh configuration has proxies call. */
  readonly providers: readonly string[];
}

export function networkCalls(context: Context): NetworkCalls {
  const { services, gateways, globalRateLimits } = context.intent;
  const into = new Map<string, Map<number, Who[]>>();
  const byCaller = new Map<string, Map<string, Set<number>>>();
  for (const { action, target, grants } of collectGrants(context)) {
    if (action !== "allow") continue;
    const ofService = into.get(target.name) ?? new Map<number, Who[]>();
    into.set(target.name, ofService);
    for (const { who, operation } of grants) {
      const called = byCaller.get(nameOf(who)) ?? new Map<string, Set<number>>();
      byCaller.set(nameOf(who), called);
      const ports = called.get(target.name) ?? new Set<number>();
      called.set(target.name, ports);
      for (const port of operation.ports) {
        ports.add(port);
        const callers = ofService.get(port) ?? [];
        ofService.set(port, callers);
        callers.push(who);
      }
    }
  }
  const identities = new Map<string, { services: ServiceIntent[]; gateways: GatewayIntent[] }>();
  const identity = (of: Parameters<typeof principal>[0]) => {
    const name = principal(of, context.trustDomain);
    const found = identities.get(name) ?? { services: [], gateways: [] };
    identities.set(name, found);
    return found;
  };
  for (const service of services) identity(service).services.push(service);
  for (const gateway of gateways) identity(gateway).gateways.push(gateway);
  return {
    into,
    outOf: (caller) => {
      const names: readonly Who[] = [
        { kind: "anyone" },
        { kind: "namespace", namespace: caller.namespace },
        { kind: "principal", principal: principal(caller, context.trustDomain) },
      ];
      const called = new Map<string, Set<number>>();
      for (const [service, ports] of names.flatMap((who) => [...(byCaller.get(nameOf(who)) ?? [])])) {
        const all = called.get(service) ?? new Set<number>();
        called.set(service, all);
        for (const port of ports) all.add(port);
      }
      return new Map(
        [...called]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([service, ports]) => [service, [...ports].sort((a, b) => a - b)]),
      );
    },
    identified: (name) => identities.get(name) ?? { services: [], gateways: [] },
    limited: new Set(
      globalRateLimits.flatMap(({ target }) => (target.kind === "service" ? [target.name] : [])),
    ),
    outside: portsOutside(context),
    providers: namespacesOfProviders(context),
  };
}

function nameOf(who: Who): string {
  switch (who.kind) {
    case "anyone":
      return "*";
    case "namespace":
      return `namespace ${who.namespace}`;
    case "principal":
      return `principal ${who.principal}`;
  }
}

function portsOutside({ intent }: Context): readonly number[] {
  const ports = intent.externals.flatMap((external) => external.ports.map(({ targetPort }) => targetPort));
  return [...new Set(ports)].sort((a, b) => a - b);
}

function namespacesOfProviders({ intent, keepInScope }: Context): readonly string[] {
  const hosts = [
    ...intent.providers.map(({ config }) => (config as { readonly service?: unknown }).service),
    ...keepInScope.map((host) => host.slice(host.indexOf("/") + 1)),
  ];
  const namespaces = hosts.flatMap((host) => {
    const [, namespace] = /^[^/.]+\.([^/.]+)\.svc(\.|$)/.exec(typeof host === "string" ? host : "") ?? [];
    return namespace === undefined ? [] : [namespace];
  });
  return [...new Set(namespaces)].sort();
}
