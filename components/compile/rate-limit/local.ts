import type { RateLimitIntent } from "../../intent/intent";
import type { Compiled } from "../compiled";
import { type Context, listeningPorts } from "../context";
import { protobufDuration } from "../duration";
import { localRateLimitName } from "../names";
import type { EnvoyFilterConfigPatch, EnvoyFilterManifest } from "../types";

const FILTER = "envoy.filters.http.local_ratelimit";

/** One EnvoyFilter per limited service, for the inbound listeners of its workloads: before the router, so that what is refused goes nowhere. */
export function compileLocalRateLimits(context: Context): Compiled<EnvoyFilterManifest>[] {
  return context.intent.rateLimits.map((limit) => {
    const service = context.service(limit.service);
    const numbers = limit.ports.flatMap((name) => listeningPorts(service, name)).sort((a, b) => a - b);
    return {
      source: { kind: "service", service: service.key },
      manifest: {
        apiVersion: "networking.istio.io/v1alpha3",
        kind: "EnvoyFilter",
        metadata: context.metadata(localRateLimitName(service), service.namespace),
        spec: {
          workloadSelector: { labels: service.labels },
          configPatches: numbers.map((number) => patch(limit, number)),
        },
      },
    };
  });
}

/** @param portNumber that the workload listens on: inbound listeners are known by it */
function patch(limit: RateLimitIntent, portNumber: number): EnvoyFilterConfigPatch {
  return {
    applyTo: "HTTP_FILTER",
    match: {
      context: "SIDECAR_INBOUND",
      listener: {
        portNumber,
        filterChain: {
          filter: {
            name: "envoy.filters.network.http_connection_manager",
            subFilter: { name: "envoy.filters.http.router" },
          },
        },
      },
    },
    patch: { operation: "INSERT_BEFORE", value: { name: FILTER, typed_config: localRateLimit(limit) } },
  };
}

/** Envoy's own message: https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/http/local_ratelimit/v3/local_rate_limit.proto */
function localRateLimit(limit: RateLimitIntent): Readonly<Record<string, unknown>> {
  const percent = (numerator: number) => ({ default_value: { numerator, denominator: "HUNDRED" } });
  return {
    "@type": "type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
    stat_prefix: "http_local_rate_limiter",
    // Tokens are what a bucket holds; a request takes one.
    token_bucket: {
      max_tokens: limit.burst,
      tokens_per_fill: limit.requests,
      fill_interval: protobufDuration(limit.per),
    },
    status: { code: limit.status },
    filter_enabled: { runtime_key: "local_rate_limit_enabled", ...percent(100) },
    filter_enforced: { runtime_key: "local_rate_limit_enforced", ...percent(limit.enforcedPercent) },
    response_headers_to_add: Object.entries(limit.responseHeaders).map(([key, value]) => ({
      append_action: "OVERWRITE_IF_EXISTS_OR_ADD",
      header: { key, value },
    })),
  };
}
