import { formatDuration } from "../intent/duration";
import type { ExternalIntent, RetriesIntent, RouteIntent } from "../intent/intent";
import { isHttpProtocol } from "../intent/port";
import type { Compiled } from "./compiled";
import type { Context } from "./context";
import { httpMatches } from "./http-match";
import { httpRoute } from "./http-route";
import { ALLOW_AT_EGRESS, EGRESS, serviceHost } from "./names";
import type {
  AuthorizationPolicyManifest,
  AuthorizationPolicyRule,
  DestinationRuleManifest,
  GatewayManifest,
  GatewayServer,
  VirtualServiceHttp,
  VirtualServiceHttpMatch,
  VirtualServiceHttpRoute,
  VirtualServiceManifest,
  VirtualServiceTls,
} from "./types";

/** The port of the egress gateway that everything goes through; hosts are told apart by the name that is asked for. */
const GATEWAY_PORT = 443;

type EgressManifest =
  AuthorizationPolicyManifest | DestinationRuleManifest | GatewayManifest | VirtualServiceManifest;

/**
 * The way through the egress gateway, for the externals that ask for it: callers send to the gateway, the gateway to the
 * host.
 *
 * Requests that a proxy can read travel to the gateway in mutual TLS, so that it knows who calls, and it begins the TLS
 * to the host where the external says so. What is TLS already is passed on as it is: wrapped again, the gateway could
 * not see where it is to go.
 */
export function compileEgress(context: Context): Compiled<EgressManifest>[] {
  const externals = context.intent.externals.filter(({ via }) => via === "egress");
  if (externals.length === 0) return [];
  return [
    ...externals.map((external) => wayThrough(context, external)),
    { source: { kind: "mesh" }, manifest: gateway(context, externals) },
    ...towardsGateway(context, externals.filter(isRead)),
    ...allowed(context, externals),
  ];
}

/** The host of the egress gateway's Service. */
export function egressHost({ intent, clusterDomain }: Context): string {
  const { service, namespace } = intent.egressGateway;
  return serviceHost({ name: service, namespace }, clusterDomain);
}

function wayThrough(context: Context, external: ExternalIntent): Compiled<VirtualServiceManifest> {
  const { key, host } = external;
  const [port] = external.ports;
  const number = port?.number ?? GATEWAY_PORT;
  const name = `${context.intent.egressGateway.namespace}/${EGRESS}`;
  const towards = {
    destination: {
      host: egressHost(context),
      ...(isRead(external) && { subset: key }),
      port: { number: GATEWAY_PORT },
    },
  };
  const out = { destination: { host, port: { number } } };
  const routes = context.intent.egressRoutes.find((each) => each.external === key)?.routes ?? [ALL];
  const http: VirtualServiceHttp[] = [
    ...routes.map((route) => ({
      match: matchesAt(route, "mesh", number),
      route: [towards],
      ...(route.timeout !== undefined && { timeout: formatDuration(route.timeout) }),
      ...(route.retries && { retries: retriesOfCaller(route.retries) }),
    })),
    ...routes.map(({ timeout: _, ...route }) => ({
      ...httpRoute(context, route, (gateway) => gateway),
      match: matchesAt(route, name, GATEWAY_PORT),
      route: [{ ...out, ...headersOf(route) }],
    })),
  ];
  const tls: VirtualServiceTls[] = [
    { match: [{ gateways: ["mesh"], port: number, sniHosts: [host] }], route: [towards] },
    { match: [{ gateways: [name], port: GATEWAY_PORT, sniHosts: [host] }], route: [out] },
  ];
  return {
    source: { kind: "external", external: key },
    manifest: {
      apiVersion: "networking.istio.io/v1",
      kind: "VirtualService",
      metadata: context.metadata(key, context.rootNamespace),
      spec: { hosts: [host], gateways: [name, "mesh"], ...(isRead(external) ? { http } : { tls }) },
    },
  };
}

const ALL: RouteIntent = { matches: [], to: [] };

function matchesAt(
  { matches }: RouteIntent,
  gateway: string,
  port: number,
): readonly VirtualServiceHttpMatch[] {
  return httpMatches(matches, (name) => name, port).map((match) => ({ gateways: [gateway], ...match }));
}

/**
 * How often the caller's proxy tries the gateway. What the host does is the gateway's to retry: if both did, the tries
 * would multiply. A gateway that takes no connection has sent nothing on.
 */
function retriesOfCaller({ attempts }: RetriesIntent): NonNullable<VirtualServiceHttp["retries"]> {
  return attempts === 0 ? { attempts } : { attempts, retryOn: "connect-failure,refused-stream" };
}

/** What is said of the headers of the only share. */
function headersOf({ to: [share] }: RouteIntent): Pick<VirtualServiceHttpRoute, "headers"> {
  return share?.headers === undefined ? {} : { headers: share.headers };
}

/** Whether proxies read its requests, which are plain inside the mesh. */
function isRead({ ports }: ExternalIntent): boolean {
  return ports.every(({ protocol }) => isHttpProtocol(protocol));
}

function gateway(context: Context, externals: readonly ExternalIntent[]): GatewayManifest {
  const { namespace, selector } = context.intent.egressGateway;
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "Gateway",
    metadata: context.metadata(EGRESS, namespace),
    spec: {
      selector,
      servers: externals.map((external): GatewayServer => ({
        port: {
          number: GATEWAY_PORT,
          name: `${isRead(external) ? "https" : "tls"}-${external.key}`,
          protocol: isRead(external) ? "HTTPS" : "TLS",
        },
        hosts: [external.host],
        tls: { mode: isRead(external) ? "ISTIO_MUTUAL" : "PASSTHROUGH" },
      })),
    },
  };
}

/**
 * How requests that are read reach the gateway: in mutual TLS, one subset for each host, because each asks for another name.
 * What is TLS already needs no settings: gateways do not announce mutual TLS, so no proxy puts it around by itself.
 */
function towardsGateway(
  context: Context,
  externals: readonly ExternalIntent[],
): Compiled<DestinationRuleManifest>[] {
  if (externals.length === 0) return [];
  const subsets = externals.map(({ key, host }) => ({
    name: key,
    trafficPolicy: {
      portLevelSettings: [
        { port: { number: GATEWAY_PORT }, tls: { mode: "ISTIO_MUTUAL" as const, sni: host } },
      ],
    },
  }));
  return [
    {
      source: { kind: "mesh" },
      manifest: {
        apiVersion: "networking.istio.io/v1",
        kind: "DestinationRule",
        metadata: context.metadata(EGRESS, context.intent.egressGateway.namespace),
        spec: { host: egressHost(context), subsets },
      },
    },
  ];
}

/** Where everything else is refused, the gateway must be allowed to take what goes through it. */
function allowed(
  context: Context,
  externals: readonly ExternalIntent[],
): Compiled<AuthorizationPolicyManifest>[] {
  if (context.intent.defaultDeny === "off") return [];
  const hosts = (read: boolean): string[] =>
    externals.filter((each) => isRead(each) === read).map(({ host }) => host);
  const rules: AuthorizationPolicyRule[] = [
    ...(hosts(true).length === 0
      ? []
      : [{ to: [{ operation: { hosts: hosts(true).flatMap((host) => [host, `${host}:*`]) } }] }]),
    ...(hosts(false).length === 0 ? [] : [{ when: [{ key: "connection.sni", values: hosts(false) }] }]),
  ];
  const { namespace, selector } = context.intent.egressGateway;
  return [
    {
      source: { kind: "mesh" },
      manifest: {
        apiVersion: "security.istio.io/v1",
        kind: "AuthorizationPolicy",
        metadata: context.permissionMetadata(ALLOW_AT_EGRESS, namespace),
        spec: { selector: { matchLabels: selector }, action: "ALLOW", rules },
      },
    },
  ];
}
