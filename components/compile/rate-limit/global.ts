import type { GatewayIntent, GlobalRateLimitsIntent, GuardedIntent } from "../../intent/intent";
import type { Compiled } from "../compiled";
import { type Context, listeningPorts } from "../context";
import { protobufDuration } from "../duration";
import { globalRateLimitName, principal, rateLimitPermission, serviceHost } from "../names";
import { chosenBy } from "../selection";
import type { AuthorizationPolicyManifest, EnvoyFilterConfigPatch, EnvoyFilterManifest } from "../types";
import { entriesOf } from "./entries";

const FILTER = "envoy.filters.http.ratelimit";

/** Later than the patches of local limits: nearer to the router, so that a proxy asks only about what it lets pass itself. */
const PRIORITY = 10;

/**
 * What makes proxies ask the rate-limit service: one EnvoyFilter for each limited service, and one for the proxies of
 * limited gateways. Several gateways of the same proxies share one, because a second filter would count again.
 */
export function compileGlobalRateLimits(
  context: Context,
): Compiled<EnvoyFilterManifest | AuthorizationPolicyManifest>[] {
  const { globalRateLimits } = context.intent;
  if (globalRateLimits.length === 0) return [];
  const byProxies = new Map<string, { gateway: GatewayIntent; limits: GlobalRateLimitsIntent }[]>();
  for (const limits of globalRateLimits.filter(({ target }) => target.kind === "gateway")) {
    const gateway = context.gateway(limits.target.name);
    const proxies = JSON.stringify([gateway.namespace, chosenBy(gateway)]);
    byProxies.set(proxies, [...(byProxies.get(proxies) ?? []), { gateway, limits }]);
  }
  return [
    ...globalRateLimits
      .filter(({ target }) => target.kind === "service")
      .map((limits) => atService(context, limits)),
    ...[...byProxies.values()].map((gateways) => atGateways(context, gateways)),
    ...permission(context),
  ];
}

function atService(context: Context, limits: GlobalRateLimitsIntent): Compiled<EnvoyFilterManifest> {
  const service = context.service(limits.target.name);
  // Listeners and routes for what comes in are known by the port that the workload listens on.
  const ports = [...new Set(limits.at.flatMap((name) => listeningPorts(service, name)))].sort(
    (a, b) => a - b,
  );
  return {
    source: { kind: "service", service: service.key },
    manifest: {
      apiVersion: "networking.istio.io/v1alpha3",
      kind: "EnvoyFilter",
      metadata: context.metadata(globalRateLimitName("service", service.name), service.namespace),
      spec: {
        workloadSelector: { labels: service.labels },
        priority: PRIORITY,
        configPatches: ports.flatMap((portNumber): EnvoyFilterConfigPatch[] => [
          filterPatch(context, "SIDECAR_INBOUND", portNumber),
          {
            applyTo: "VIRTUAL_HOST",
            match: { context: "SIDECAR_INBOUND", routeConfiguration: { portNumber } },
            patch: { operation: "MERGE", value: { rate_limits: rateLimits(limits) } },
          },
        ]),
      },
    },
  };
}

function atGateways(
  context: Context,
  gateways: readonly { readonly gateway: GatewayIntent; readonly limits: GlobalRateLimitsIntent }[],
): Compiled<EnvoyFilterManifest> {
  const [{ gateway }] = gateways as readonly [(typeof gateways)[number]];
  const selection = chosenBy(gateway);
  return {
    source: { kind: "gateway", gateway: gateway.name },
    manifest: {
      apiVersion: "networking.istio.io/v1alpha3",
      kind: "EnvoyFilter",
      metadata: context.metadata(globalRateLimitName("gateway", gateway.name), gateway.namespace),
      spec: {
        ...("selector" in selection
          ? { workloadSelector: { labels: selection.selector.matchLabels } }
          : { targetRefs: selection.targetRefs }),
        priority: PRIORITY,
        configPatches: [
          filterPatch(context, "GATEWAY"),
          ...gateways.flatMap(({ limits }) =>
            limits.at.map((domainName): EnvoyFilterConfigPatch => ({
              applyTo: "VIRTUAL_HOST",
              match: { context: "GATEWAY", routeConfiguration: { vhost: { domainName } } },
              patch: { operation: "MERGE", value: { rate_limits: rateLimits(limits) } },
            })),
          ),
        ],
      },
    },
  };
}

function rateLimits({ target, limits }: GlobalRateLimitsIntent): readonly object[] {
  return limits.map((limit) => ({ actions: entriesOf(target, limit).map(({ action }) => action) }));
}

function filterPatch(
  context: Context,
  patchContext: "SIDECAR_INBOUND" | "GATEWAY",
  portNumber?: number,
): EnvoyFilterConfigPatch {
  return {
    applyTo: "HTTP_FILTER",
    match: {
      context: patchContext,
      listener: {
        ...(portNumber !== undefined && { portNumber }),
        filterChain: {
          filter: {
            name: "envoy.filters.network.http_connection_manager",
            subFilter: { name: "envoy.filters.http.router" },
          },
        },
      },
    },
    patch: { operation: "INSERT_BEFORE", value: { name: FILTER, typed_config: filter(context) } },
  };
}

/** Envoy's own message: https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/http/ratelimit/v3/rate_limit.proto */
function filter(context: Context): Readonly<Record<string, unknown>> {
  const { rateLimitService } = context.intent;
  const { domain, port, timeout, failureMode, status, headers } = rateLimitService;
  const host = rateLimitHost(context);
  return {
    "@type": "type.googleapis.com/envoy.extensions.filters.http.ratelimit.v3.RateLimit",
    domain,
    failure_mode_deny: failureMode === "deny",
    timeout: protobufDuration(timeout),
    // Callers of gRPC then learn that it is their share which is used up, not that nobody is there.
    rate_limited_as_resource_exhausted: true,
    ...(status !== 429 && { rate_limited_status: { code: status } }),
    ...(headers && { enable_x_ratelimit_headers: "DRAFT_VERSION_03" }),
    rate_limit_service: {
      transport_api_version: "V3",
      // The cluster that istiod makes for the service: in the mesh's own mutual TLS, to healthy endpoints only.
      grpc_service: { envoy_grpc: { cluster_name: `outbound|${port}||${host}`, authority: host } },
    },
  };
}

/** The host of the rate-limit service. */
export function rateLimitHost({ intent, clusterDomain }: Context): string {
  const { service, namespace } = intent.rateLimitService;
  return serviceHost({ name: service, namespace }, clusterDomain);
}

/** A caller of the rate-limit service: who it is, and which pods. */
export interface RateLimitCaller {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Who asks for limits, by their targets. */
export function rateLimitCallers(
  { services, gateways }: Pick<Context["intent"], "services" | "gateways">,
  targets: readonly GuardedIntent[],
): readonly RateLimitCaller[] {
  const byKey = new Map(services.map((service) => [service.key, service]));
  const byName = new Map(gateways.map((gateway) => [gateway.name, gateway]));
  return targets.map(({ kind, name }) => {
    if (kind === "service") {
      const service = byKey.get(name);
      if (service !== undefined) return service;
    }
    const gateway = byName.get(name);
    if (gateway === undefined) throw new RangeError(`the mesh refers to ${kind} ${name}`);
    const { namespace, serviceAccount, selector, managed } = gateway;
    return {
      namespace,
      serviceAccount,
      labels: managed === undefined ? selector : { "gateway.networking.k8s.io/gateway-name": name },
    };
  });
}

/** Only the proxies of what is limited may ask. With `defaultDeny: "off"` there is none, as for every permission. */
function permission(context: Context): Compiled<AuthorizationPolicyManifest>[] {
  const { defaultDeny, globalRateLimits, rateLimitService } = context.intent;
  if (defaultDeny === "off") return [];
  const { service, namespace, labels, port } = rateLimitService;
  const principals = [
    ...new Set(
      rateLimitCallers(
        context.intent,
        globalRateLimits.map(({ target }) => target),
      ).map((caller) => principal(caller, context.trustDomain)),
    ),
  ].sort();
  return [
    {
      source: { kind: "mesh" },
      manifest: {
        apiVersion: "security.istio.io/v1",
        kind: "AuthorizationPolicy",
        metadata: context.permissionMetadata(rateLimitPermission(service), namespace),
        spec: {
          selector: { matchLabels: labels },
          action: "ALLOW",
          rules: [{ from: [{ source: { principals } }], to: [{ operation: { ports: [String(port)] } }] }],
        },
      },
    },
  ];
}
