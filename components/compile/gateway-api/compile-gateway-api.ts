import type {
  ExposureIntent,
  ExternalRouteSetIntent,
  GatewayIntent,
  RouteSetIntent,
} from "../../intent/intent";
import { isHttpProtocol, type Protocol } from "../../intent/port";
import type { Compiled } from "../compiled";
import { type Context, portOf } from "../context";
import { exposureName, serviceHost } from "../names";
import type { DestinationRuleManifest } from "../types";
import { destinationRulesBeside } from "./destination-rules";
import { compileGateway } from "./gateway";
import type { GatewayApiManifest } from "./gateway-api-manifest";
import { compileGrpcRoute } from "./grpc-route";
import { compileHttpRoute } from "./http-route";
import { compileHttpsRedirect } from "./https-redirect";
import { type ListenerPart, listenerParts, sectionOf } from "./listeners";
import { compileListenerSets } from "./listener-set";
import { serviceRouteName } from "./names";
import { compileReferenceGrants, type WrittenSet } from "./reference-grant";
import type { Refusals } from "./refusals";
import type { RouteSet } from "./route-set";
import { compileTcpRoute } from "./tcp-route";
import { compileTlsRoute } from "./tls-route";
import { compileVersionServices } from "./version-service";

/** What of a mesh is written as objects of the Gateway API. */
export interface GatewayApiPart {
  /** The routes of services, for callers in the mesh. */
  readonly routes: readonly RouteSetIntent[];
  /** The same of hosts outside of the mesh. */
  readonly externals: readonly ExternalRouteSetIntent[];
  readonly gateways: readonly GatewayIntent[];
}

/**
 * Compiles a part of a mesh to the Gateway API. Where every route is written so, the DestinationRules are left with what
 * only they can say; where some are Istio's own, these need the subsets.
 *
 * @param rules the DestinationRules of the mesh
 * @param refusals receives what the Gateway API cannot say
 */
export function compileGatewayApi(
  context: Context,
  part: GatewayApiPart,
  rules: readonly Compiled<DestinationRuleManifest>[],
  refusals: Refusals,
): readonly Compiled<GatewayApiManifest | DestinationRuleManifest>[] {
  const gateways = part.gateways.map((gateway) => ({ gateway, parts: listenerParts(gateway, refusals) }));
  const sets = [
    ...part.routes.map((set) => ofService(context, set, refusals)),
    ...part.externals.map((set) => ofExternal(context, set, refusals)),
    ...gateways.flatMap(({ gateway, parts }) =>
      (context.routes.gateways.get(gateway.name) ?? []).flatMap((exposure) =>
        ofExposure(context, gateway, parts, exposure, refusals),
      ),
    ),
  ];
  const routes = sets.map((set) => ({ set, compiled: compileRoutes(context, set, refusals) }));
  const versions = compileVersionServices(
    context,
    sets.flatMap((set) => set.routes),
    refusals,
  );
  const written = routes.map(({ set, compiled }): WrittenSet => ({ set, kind: compiled.manifest.kind }));
  const everyRoute =
    part.routes.length === context.routes.services.length &&
    part.externals.length === context.routes.externals.length;
  const whole = everyRoute && part.gateways.length === context.intent.gateways.length;
  return [
    ...versions,
    ...(whole ? destinationRulesBeside(context, rules, versions) : rules),
    ...compileReferenceGrants(context, written),
    ...routes.map(({ compiled }) => compiled),
    ...gateways.flatMap(({ gateway, parts }): Compiled<GatewayApiManifest>[] => [
      compileGateway(context, gateway, parts, refusals),
      ...compileListenerSets(context, gateway, parts),
      ...compileHttpsRedirect(context, gateway, parts),
    ]),
  ];
}

/** A set of routes and what is spoken where it applies, which decides on the kind of the route. */
interface ProtocolSet extends RouteSet {
  readonly protocol: Protocol;
  /** The host that it is for, by which TLS connections ask for it. */
  readonly host: string;
}

function compileRoutes(context: Context, set: ProtocolSet, refusals: Refusals) {
  if (set.protocol === "tcp") return compileTcpRoute(context, set, refusals);
  if (!isHttpProtocol(set.protocol)) return compileTlsRoute(context, set, set.host, refusals);
  const grpc = set.protocol === "grpc" ? compileGrpcRoute(context, set) : undefined;
  return grpc ?? compileHttpRoute(context, set, refusals);
}

/** Beside the service, attached to it: for every caller in the mesh. */
function ofService(
  context: Context,
  { service: key, port, routes, ...rest }: RouteSetIntent,
  refusals: Refusals,
): ProtocolSet {
  refusals.unknown(`routes.${key}`, rest);
  const service = context.service(key);
  const { number, protocol } = portOf(service, port);
  return {
    source: { kind: "service", service: key },
    name: serviceRouteName(service, port),
    namespace: service.namespace,
    parentRef: { group: "", kind: "Service", name: service.name, port: number },
    hostnames: [],
    listener: { port: number, scheme: "http" },
    routes,
    protocol,
    host: serviceHost(service, context.clusterDomain),
    path: `routes.${key}`,
  };
}

/** Beside the ServiceEntry of a host outside, attached to it. */
function ofExternal(
  context: Context,
  { external: key, port, routes, ...rest }: ExternalRouteSetIntent,
  refusals: Refusals,
): ProtocolSet {
  const path = `routes.${key}`;
  refusals.unknown(path, rest);
  const external = context.external(key);
  const { number, protocol } = portOf(external, port);
  return {
    source: { kind: "external", external: key },
    name: serviceRouteName({ name: key }, port),
    namespace: context.rootNamespace,
    parentRef: { group: "networking.istio.io", kind: "ServiceEntry", name: key, port: number },
    hostnames: [],
    listener: { port: number, scheme: "http" },
    routes,
    protocol,
    host: external.host,
    path,
  };
}

/** Beside the gateway, attached to the listener of the host. */
function ofExposure(
  context: Context,
  gateway: GatewayIntent,
  parts: readonly ListenerPart[],
  { host, routes, alsoAt = [], sharedWith: _, ...rest }: ExposureIntent,
  refusals: Refusals,
): ProtocolSet[] {
  const path = `gateways.${gateway.name}.expose[${JSON.stringify(host)}]`;
  // Gateways that share an exposure have a route each; callers in the mesh are no gateway.
  refusals.unknown(path, { ...rest, alsoAt: alsoAt.filter((name) => name === "mesh") });
  const section = sectionOf(gateway, parts, host);
  if (section === undefined) return [];
  return [
    {
      source: { kind: "exposure", gateway: gateway.name, host },
      name: exposureName(gateway, host),
      namespace: gateway.namespace,
      parentRef: { ...section.parent, sectionName: section.sectionName },
      hostnames: host === "*" ? [] : [host],
      listener: {
        port: gateway.server?.port ?? (gateway.tls === undefined ? 80 : 443),
        scheme: gateway.tls === undefined ? "http" : "https",
      },
      routes,
      protocol: gateway.passthrough ? "tls" : onlyGrpc(context, routes) ? "grpc" : "http",
      host,
      path,
    },
  ];
}

function onlyGrpc(context: Context, routes: ExposureIntent["routes"]): boolean {
  return routes.every((route) =>
    route.to.every(({ to }) => {
      const owner = to.kind === "external" ? context.external(to.external) : context.service(to.service);
      return portOf(owner, to.port).protocol === "grpc";
    }),
  );
}
