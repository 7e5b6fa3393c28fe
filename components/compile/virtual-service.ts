import { formatDuration } from "../intent/duration";
import type { GatewayIntent, RouteIntent, RouteSetIntent, ShareIntent } from "../intent/intent";
import { isHttpProtocol } from "../intent/port";
import type { Compiled } from "./compiled";
import { type Context, portOf } from "./context";
import { httpMatches } from "./http-match";
import { exposureName, gatewayReference, serviceHost } from "./names";
import type {
  VirtualServiceDestination,
  VirtualServiceHttp,
  VirtualServiceManifest,
  VirtualServiceSpec,
  VirtualServiceTcp,
  VirtualServiceTcpRoute,
} from "./types";

/**
 * One owner per host and gateway: the routes of a service for callers in the mesh, beside the service; and for each
 * host of a gateway its own, beside the gateway. Istio merges several for one host in an order that nobody chose.
 *
 * A gateway's VirtualService repeats the routes of the service that it exposes, because Istio does not consult those
 * of a destination.
 */
export function compileVirtualServices(context: Context): Compiled<VirtualServiceManifest>[] {
  const sets = new Map<string, RouteSetIntent[]>();
  for (const set of context.routes.services) sets.set(set.service, [...(sets.get(set.service) ?? []), set]);
  return [
    ...[...sets].map(([service, ofService]) => forService(context, service, ofService)),
    ...context.intent.gateways.flatMap((gateway) =>
      (context.routes.gateways.get(gateway.name) ?? []).map(({ host, routes }) =>
        forExposure(context, gateway, host, routes),
      ),
    ),
  ];
}

function forService(
  context: Context,
  key: string,
  sets: readonly RouteSetIntent[],
): Compiled<VirtualServiceManifest> {
  const service = context.service(key);
  const http: VirtualServiceHttp[] = [];
  const tcp: VirtualServiceTcp[] = [];
  const severalHttp = service.ports.filter(({ protocol }) => isHttpProtocol(protocol)).length > 1;
  for (const set of sets) {
    const { number, protocol } = portOf(service, set.port);
    if (isHttpProtocol(protocol)) {
      http.push(...set.routes.map((route) => httpRoute(context, route, severalHttp ? number : undefined)));
    } else {
      const match = service.ports.length > 1 ? { match: [{ port: number }] } : {};
      tcp.push(...set.routes.map(({ to }) => ({ ...match, route: tcpDestinations(context, to) })));
    }
  }
  return {
    source: { kind: "service", service: key },
    manifest: manifest(context, service.name, service.namespace, {
      hosts: [serviceHost(service, context.clusterDomain)],
      ...(http.length > 0 && { http }),
      ...(tcp.length > 0 && { tcp }),
    }),
  };
}

function forExposure(
  context: Context,
  gateway: GatewayIntent,
  host: string,
  routes: readonly RouteIntent[],
): Compiled<VirtualServiceManifest> {
  return {
    source: { kind: "exposure", gateway: gateway.name, host },
    manifest: manifest(context, exposureName(gateway, host), gateway.namespace, {
      hosts: [host],
      gateways: [gatewayReference(gateway)],
      http: routes.map((route) => httpRoute(context, route)),
    }),
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

function httpRoute(context: Context, route: RouteIntent, port?: number): VirtualServiceHttp {
  const match = httpMatches(route.matches, port);
  const { timeout, retries } = route;
  return {
    ...(match.length > 0 && { match }),
    route: route.to.map((share) => ({
      destination: destination(context, share),
      ...authority(context, share),
      ...weight(share, route.to),
    })),
    ...(timeout !== undefined && { timeout: formatDuration(timeout) }),
    ...(retries && {
      retries: {
        attempts: retries.attempts,
        ...(retries.perTryTimeout !== undefined && { perTryTimeout: formatDuration(retries.perTryTimeout) }),
        ...(retries.retryOn.length > 0 && { retryOn: retries.retryOn.join(",") }),
      },
    }),
  };
}

function tcpDestinations(context: Context, to: readonly ShareIntent[]): readonly VirtualServiceTcpRoute[] {
  return to.map((share) => ({ destination: destination(context, share), ...weight(share, to) }));
}

/** The port is always said: where a service opens several, Istio knows no default. */
function destination(context: Context, { to }: ShareIntent): VirtualServiceDestination {
  if (to.kind === "external") {
    const external = context.external(to.external);
    return { host: external.host, port: { number: portOf(external, to.port).number } };
  }
  const service = context.service(to.service);
  return {
    host: serviceHost(service, context.clusterDomain),
    ...(to.subset !== undefined && { subset: to.subset }),
    port: { number: portOf(service, to.port).number },
  };
}

/** A host outside answers for its own name alone, not for the one that the caller used. */
function authority(context: Context, { to }: ShareIntent): Pick<VirtualServiceHttp, "headers"> {
  if (to.kind !== "external") return {};
  return { headers: { request: { set: { Host: context.external(to.external).host } } } };
}

/** A lone destination takes everything; saying so would invite an edit to less. */
function weight({ weight: percent }: ShareIntent, all: readonly ShareIntent[]): { weight?: number } {
  return all.length > 1 ? { weight: percent } : {};
}
