// Compiled, never run (test/unit/intent/types.test.ts): each refusal stands beside the form that is accepted.
import { defineMesh } from "../../components/intent";

const ports = { http: { number: 9080, protocol: "http" } } as const;
const collector = { service: "collector.observability.svc.cluster.local", port: 4317 } as const;
const shop = defineMesh("shop", {
  services: {
    web: { namespace: "shop", ports },
    db: { namespace: "data", ports: { sql: { number: 5432, protocol: "tcp" } } },
  },
  telemetryProviders: {
    otel: { kind: "opentelemetry", ...collector },
    zipkin: { kind: "zipkin", ...collector, port: 9411 },
    json: { kind: "envoyFileAccessLog", labels: { status: "%RESPONSE_CODE%" } },
    logs: { kind: "envoyOtelAls", ...collector },
  },
});
const other = defineMesh("other", {
  services: { web: { namespace: "shop", ports } },
  telemetryProviders: { otel: { kind: "opentelemetry", ...collector } },
});
const { otel, zipkin, json, logs, envoy, prometheus } = shop.providers;
const { web } = shop.services;

// --- providers ------------------------------------------------------------------------------------------------------

shop.telemetry({ tracing: { provider: otel } });
shop.telemetry({ tracing: { provider: zipkin } });
// @ts-expect-error a provider that nobody declared
shop.telemetry({ tracing: { provider: shop.providers.jaeger } });
// @ts-expect-error a provider by its name alone
shop.telemetry({ tracing: { provider: "otel" } });
// @ts-expect-error a provider of another mesh
shop.telemetry({ tracing: { provider: other.providers.otel } });
// @ts-expect-error a provider for logs takes no traces
shop.telemetry({ tracing: { provider: logs } });

shop.telemetry({ accessLogging: { providers: [json, logs, envoy] } });
// @ts-expect-error a provider for traces takes no logs
shop.telemetry({ accessLogging: { providers: [otel] } });
shop.telemetry({ metrics: { providers: [prometheus] } });
// @ts-expect-error a provider for traces takes no metrics
shop.telemetry({ metrics: { providers: [zipkin] } });

const services = {};
defineMesh("m", { services, telemetryProviders: { a: { kind: "zipkin", ...collector, path: "/spans" } } });
// @ts-expect-error no port
defineMesh("m", { services, telemetryProviders: { a: { kind: "zipkin", service: "zipkin.tracing.svc" } } });
// @ts-expect-error no such kind
defineMesh("m", { services, telemetryProviders: { a: { kind: "jaeger", ...collector } } });
const kind = "envoyFileAccessLog" as const;
defineMesh("m", { services, telemetryProviders: { a: { kind, text: "%PROTOCOL%" } } });
// @ts-expect-error an entry is text or JSON
defineMesh("m", { services, telemetryProviders: { a: { kind, text: "x", labels: { a: "b" } } } });

// --- scopes ---------------------------------------------------------------------------------------------------------

shop.telemetry({ on: web, tracing: { randomSamplingPercentage: 100 } });
shop.telemetry({ on: "shop", tracing: { randomSamplingPercentage: 100 } });
shop.telemetry({ on: shop.gateway(["www.example.com"]), tracing: { randomSamplingPercentage: 100 } });
// @ts-expect-error a namespace that no service is in
shop.telemetry({ on: "shopp", tracing: { randomSamplingPercentage: 100 } });
// @ts-expect-error a service of another mesh
shop.telemetry({ on: other.services.web, tracing: { randomSamplingPercentage: 100 } });

// --- tags, filters and metrics --------------------------------------------------------------------------------------

shop.telemetry({
  tracing: { customTags: { region: { literal: "eu" }, user: { header: "x-user", defaultValue: "-" } } },
});
// @ts-expect-error two sources of one value
shop.telemetry({ tracing: { customTags: { region: { literal: "eu", header: "x-region" } } } });
// @ts-expect-error no source
shop.telemetry({ tracing: { customTags: { region: {} } } });
shop.telemetry({ accessLogging: { filter: "response.code >= 500", mode: "SERVER" } });
// @ts-expect-error no such side
shop.telemetry({ accessLogging: { mode: "INBOUND" } });
shop.telemetry({
  metrics: {
    overrides: [
      {
        metric: "REQUEST_COUNT",
        tagOverrides: { host: { value: "request.host" }, response_flags: "REMOVE" },
      },
    ],
  },
});
// @ts-expect-error no such metric
shop.telemetry({ metrics: { overrides: [{ metric: "REQUESTS", disabled: true }] } });
// @ts-expect-error a label is set or removed
shop.telemetry({ metrics: { overrides: [{ tagOverrides: { host: "DROP" } }] } });

// --- promises -------------------------------------------------------------------------------------------------------

shop.slo(web, { availability: 0.999, latency: { p: 0.99, under: "250ms" } });
// @ts-expect-error a service by its name
shop.slo("web", { availability: 0.999 });
// @ts-expect-error a service of another mesh
shop.slo(other.services.web, { availability: 0.999 });
// @ts-expect-error no requests to count
shop.slo(shop.services.db, { availability: 0.999 });
// @ts-expect-error a time without its unit
shop.slo(web, { latency: { p: 0.99, under: 250 } });
