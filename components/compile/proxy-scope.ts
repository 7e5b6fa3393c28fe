import { keyOf, servicesReached } from "../intent/effective-routes";
import type { CallerIntent, ServiceIntent } from "../intent/intent";
import type { Context } from "./context";
import { egressHost } from "./egress";
import { serviceHost } from "./names";
import { rateLimitHost } from "./rate-limit/global";

/** What a proxy is told of, as a Sidecar says it: `namespace/host`, sorted. */
export interface ProxyScope {
  readonly service: ServiceIntent;
  readonly hosts: readonly string[];
}

/** What the proxies of each service need: what it calls, where the routes of that lead, and what the mesh itself needs. */
export function proxyScopes(context: Context): readonly ProxyScope[] {
  const called = calls(context);
  const always = neededByAll(context);
  return context.intent.services.map((service) => ({
    service,
    hosts: inOrder([...always, ...(called.get(service.key) ?? [])]),
  }));
}

/** What any proxy needs, whatever its workload calls. */
export function neededByAll(context: Context): readonly string[] {
  const { providers, extAuthz, gateways, externals, egressGateway, globalRateLimits, scope } = context.intent;
  return [
    `${context.rootNamespace}/*`,
    ...(scope?.keep ?? []),
    ...context.keepInScope,
    ...providers.flatMap(({ config }) => hostOfProvider(config["service"])),
    // The proxy of whoever is asked for calls the authorizer itself.
    ...extAuthz.map(({ service }) => hostOf(context, context.service(service))),
    // A caller in the mesh that uses the name of a gateway's host finds its routes beside the gateway.
    ...gateways.flatMap(({ namespace, exposures }) =>
      exposures.filter(({ alsoAt }) => alsoAt?.includes("mesh")).map(({ host }) => `${namespace}/${host}`),
    ),
    // A proxy asks the rate-limit service itself, and knows of no cluster that is not in its scope.
    ...(globalRateLimits.length > 0
      ? [`${context.intent.rateLimitService.namespace}/${rateLimitHost(context)}`]
      : []),
    ...(externals.some(({ via }) => via === "egress")
      ? [`${egressGateway.namespace}/${egressHost(context)}`]
      : []),
  ];
}

/** A provider names its service as `host`, or as `namespace/host` where several have one. */
export function hostOfProvider(service: unknown): string[] {
  if (typeof service !== "string") return [];
  return [service.includes("/") ? service : `*/${service}`];
}

function calls(context: Context): ReadonlyMap<string, ReadonlySet<string>> {
  const reached = new Map(
    context.routes.services.map((set) => [keyOf(set), servicesReached(set.routes, context.routes.delegates)]),
  );
  const called = new Map<string, Set<string>>();
  const call = (from: string, host: string): void => {
    called.set(from, (called.get(from) ?? new Set<string>()).add(host));
  };
  const { services, rules, extAuthz } = context.intent;
  const byNamespace = new Map<string, string[]>();
  for (const { key, namespace } of services) {
    const keys = byNamespace.get(namespace) ?? [];
    byNamespace.set(namespace, keys);
    keys.push(key);
  }
  const every = services.map(({ key }) => key);
  /** The services that a rule lets call; one that names nobody lets everyone. */
  const callersAmong = (from: readonly CallerIntent[]): readonly string[] =>
    from.length === 0
      ? every
      : from.flatMap((caller) => {
          if (caller.kind === "service") return [caller.name];
          return caller.kind === "namespace" ? (byNamespace.get(caller.namespace) ?? []) : [];
        });
  for (const { action, provider, from, to, ports } of rules) {
    if (action === "custom" && to.kind === "service") {
      const asked = extAuthz.find(({ name }) => name === provider);
      if (asked !== undefined) call(to.name, hostOf(context, context.service(asked.service)));
    }
    if (action !== "allow") continue;
    const keys = [
      to.name,
      ...ports.flatMap((port) => [...(reached.get(keyOf({ service: to.name, port })) ?? [])].map(serviceOf)),
    ];
    const hosts = keys.map((key) => hostOf(context, context.service(key)));
    for (const caller of callersAmong(from)) for (const host of hosts) call(caller, host);
  }
  return called;
}

function serviceOf(key: string): string {
  return key.slice(0, key.lastIndexOf(":"));
}

function hostOf(context: Context, service: ServiceIntent): string {
  return `${service.namespace}/${serviceHost(service, context.clusterDomain)}`;
}

/** Each once, and none that a whole namespace has already. */
function inOrder(hosts: readonly string[]): readonly string[] {
  const all = new Set(hosts);
  return [...all]
    .filter((host) => host.endsWith("/*") || !all.has(`${host.slice(0, host.indexOf("/"))}/*`))
    .sort();
}
