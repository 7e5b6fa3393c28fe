import type {
  DelegateIntent,
  ExternalRouteSetIntent,
  GatewayIntent,
  PortIntent,
  RouteIntent,
  RouteSetIntent,
} from "../intent/intent";
import { gatewayLayer } from "../intent/gateway-layer";
import { isHttpProtocol } from "../intent/port";
import type { Compiled } from "./compiled";
import { type Context, portOf } from "./context";
import { type GatewayNames, tcpMatches, tlsMatches } from "./http-match";
import { httpRoute, routeDestinations } from "./http-route";
import { exposureName, gatewayReference, serviceHost } from "./names";
import type {
  VirtualServiceHttp,
  VirtualServiceManifest,
  VirtualServiceSpec,
  VirtualServiceTcp,
  VirtualServiceTls,
} from "./types";

/**
 * One owner per host and gateway: the routes of a service for callers in the mesh, beside the service; those of an
 * external in the root namespace; and for each host of a gateway its own, beside the gateway. Istio merges several for
 * one host in an order that nobody chose.
 *
 * A gateway's VirtualService repeats the routes of the service that it exposes, because Istio does not consult those
 * of a destination.
 */
export function compileVirtualServices(context: Context): Compiled<VirtualServiceManifest>[] {
  return [
    ...grouped(context.routes.services, ({ service }) => service).map(([key, sets]) =>
      forService(context, key, sets),
    ),
    ...grouped(context.routes.externals, ({ external }) => external).map(([key, sets]) =>
      forExternal(context, key, sets),
    ),
    ...context.routes.delegates.map((delegate) => forDelegate(context, delegate)),
    ...context.intent.gateways.flatMap((gateway) =>
      (context.routes.gateways.get(gateway.name) ?? [])
        .filter(({ sharedWith }) => sharedWith === undefined)
        .map((exposure) => forExposure(context, gateway, exposure)),
    ),
  ];
}

function grouped<T>(
  sets: readonly T[],
  key: (set: T) => string,
): readonly (readonly [string, readonly T[]])[] {
  const groups = new Map<string, T[]>();
  for (const set of sets) {
    const group = groups.get(key(set));
    if (group === undefined) groups.set(key(set), [set]);
    else group.push(set);
  }
  return [...groups];
}

function forService(
  context: Context,
  key: string,
  sets: readonly RouteSetIntent[],
): Compiled<VirtualServiceManifest> {
  const service = context.service(key);
  return {
    source: { kind: "service", service: key },
    manifest: manifest(
      context,
      service.name,
      service.namespace,
      ofPorts(context, service, sets, serviceHost(service, context.clusterDomain)),
    ),
  };
}

function forExternal(
  context: Context,
  key: string,
  sets: readonly ExternalRouteSetIntent[],
): Compiled<VirtualServiceManifest> {
  const external = context.external(key);
  return {
    source: { kind: "external", external: key },
    manifest: manifest(context, key, context.rootNamespace, ofPorts(context, external, sets, external.host)),
  };
}

/** The routes of a host by its ports; a port is named where the host has several that could be meant. */
function ofPorts(
  context: Context,
  owner: { readonly ports: readonly PortIntent[] },
  sets: readonly Omit<RouteSetIntent, "service">[],
  host: string,
): VirtualServiceSpec {
  const http: VirtualServiceHttp[] = [];
  const tcp: VirtualServiceTcp[] = [];
  const tls: VirtualServiceTls[] = [];
  const names = gatewayNames(context);
  const severalHttp = owner.ports.filter(({ protocol }) => isHttpProtocol(protocol)).length > 1;
  for (const set of sets) {
    const { number, protocol } = portOf(owner, set.port);
    const port = owner.ports.length > 1 ? number : undefined;
    if (isHttpProtocol(protocol)) {
      http.push(
        ...set.routes.map((route) => httpRoute(context, route, names, severalHttp ? number : undefined)),
      );
    } else if (protocol === "tcp") {
      tcp.push(...set.routes.map((route) => tcpRoute(context, route, names, port)));
    } else {
      tls.push(...set.routes.map((route) => tlsRoute(context, route, names, [host], port)));
    }
  }
  const exportTo = [...new Set(sets.flatMap((set) => set.exportTo ?? []))].sort();
  return {
    hosts: [host],
    ...(http.length > 0 && { http }),
    ...(tls.length > 0 && { tls }),
    ...(tcp.length > 0 && { tcp }),
    ...(exportTo.length > 0 && { exportTo }),
  };
}

/** Without hosts: it is in force where another VirtualService leads to it. */
function forDelegate(context: Context, delegate: DelegateIntent): Compiled<VirtualServiceManifest> {
  const { name, namespace, routes, exportTo } = delegate;
  return {
    source: { kind: "delegate", delegate: name },
    manifest: manifest(context, name, namespace, {
      http: routes.map((route) => httpRoute(context, route, gatewayNames(context))),
      ...(exportTo && { exportTo }),
    }),
  };
}

function forExposure(
  context: Context,
  gateway: GatewayIntent,
  { host, routes, alsoAt = [], exportTo }: GatewayIntent["exposures"][number],
): Compiled<VirtualServiceManifest> {
  const names = gatewayNames(context);
  return {
    source: { kind: "exposure", gateway: gateway.name, host },
    manifest: manifest(context, exposureName(gateway, host), gateway.namespace, {
      hosts: [host],
      gateways: [gateway.name, ...alsoAt].map(names),
      ...exposedRoutes(context, gateway, host, routes),
      ...(exportTo && { exportTo }),
    }),
  };
}

function exposedRoutes(
  context: Context,
  gateway: GatewayIntent,
  host: string,
  routes: readonly RouteIntent[],
): Pick<VirtualServiceSpec, "http" | "tcp" | "tls"> {
  const names = gatewayNames(context);
  switch (gatewayLayer(gateway)) {
    case "tls":
      return { tls: routes.map((route) => tlsRoute(context, route, names, [host])) };
    case "tcp":
      return { tcp: routes.map((route) => tcpRoute(context, route, names)) };
    case "http":
      return { http: routes.map((route) => httpRoute(context, route, names)) };
  }
}

/** Gateways as routes refer to them; callers in the mesh are `mesh`. */
function gatewayNames({ intent }: Context): GatewayNames {
  const gateways = new Map(intent.gateways.map((gateway) => [gateway.name, gatewayReference(gateway)]));
  return (name) => gateways.get(name) ?? name;
}

function tcpRoute(
  context: Context,
  route: RouteIntent,
  names: GatewayNames,
  port?: number,
): VirtualServiceTcp {
  const match = tcpMatches(route.matches, names, port);
  return { ...(match.length > 0 && { match }), route: routeDestinations(context, route.to) };
}

function tlsRoute(
  context: Context,
  route: RouteIntent,
  names: GatewayNames,
  hosts: readonly string[],
  port?: number,
): VirtualServiceTls {
  return {
    match: tlsMatches(route.matches, names, hosts, port),
    route: routeDestinations(context, route.to),
  };
}

function manifest(
  context: Context,
  name: string,
  namespace: string,
  spec: VirtualServiceSpec,
): VirtualServiceManifest {
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata: context.metadata(name, namespace),
    spec,
  };
}
