import assert from "node:assert/strict";
import { compileMesh } from "../../../components/compile";
import { defineMesh } from "../../../components/intent";

describe("a local rate limit", () => {
  const mesh = defineMesh("shop", {
    services: {
      web: {
        namespace: "shop",
        ports: {
          http: { number: 80, protocol: "http", targetPort: 8080 },
          grpc: { number: 50051, protocol: "grpc" },
          raw: { number: 9000, protocol: "tcp" },
        },
      },
    },
  });
  mesh.rateLimit(mesh.services.web, { requests: 100, per: "500ms", burst: 300, enforcedPercent: 50 });
  const found = compileMesh(mesh).find(({ kind }) => kind === "EnvoyFilter");

  it("counts before the router, on each port that the workload listens on for requests", () => {
    assert.ok(found?.kind === "EnvoyFilter");
    assert.deepEqual(
      [found.metadata.namespace, found.metadata.name, found.spec.workloadSelector],
      ["shop", "local-rate-limit-web", { labels: { app: "web" } }],
    );
    const { configPatches = [] } = found.spec;
    assert.deepEqual(
      configPatches.map(({ applyTo, match, patch }) => [
        applyTo,
        match?.context,
        match?.listener?.portNumber,
        match?.listener?.filterChain?.filter?.subFilter?.name,
        patch?.operation,
      ]),
      [8080, 50051].map((port) => [
        "HTTP_FILTER",
        "SIDECAR_INBOUND",
        port,
        "envoy.filters.http.router",
        "INSERT_BEFORE",
      ]),
    );
  });

  it("is a bucket that is filled with what is allowed and holds what may come at once", () => {
    assert.ok(found?.kind === "EnvoyFilter");
    assert.deepEqual(found.spec.configPatches?.[0]?.patch?.value, {
      name: "envoy.filters.http.local_ratelimit",
      typed_config: {
        "@type": "type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
        stat_prefix: "http_local_rate_limiter",
        token_bucket: { max_tokens: 300, tokens_per_fill: 100, fill_interval: "0.5s" },
        status: { code: 429 },
        filter_enabled: {
          runtime_key: "local_rate_limit_enabled",
          default_value: { numerator: 100, denominator: "HUNDRED" },
        },
        filter_enforced: {
          runtime_key: "local_rate_limit_enforced",
          default_value: { numerator: 50, denominator: "HUNDRED" },
        },
        response_headers_to_add: [
          {
            append_action: "OVERWRITE_IF_EXISTS_OR_ADD",
            header: { key: "x-local-rate-limit", value: "true" },
          },
        ],
      },
    });
  });
});
