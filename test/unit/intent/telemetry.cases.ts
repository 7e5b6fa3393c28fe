import { type AnyMesh, defineMesh } from "../../../components/intent";
import type { Case } from "./validate.cases";

const collector = { service: "collector.observability.svc.cluster.local", port: 4317 };
const http = { http: { number: 80, protocol: "http" } } as const;

/** A mesh with one provider for each signal. */
function shop() {
  return defineMesh("shop", {
    services: {
      web: { namespace: "shop", ports: http },
      alias: { namespace: "shop", ports: http, labels: { app: "web" } },
    },
    telemetryProviders: {
      otel: { kind: "opentelemetry", ...collector },
      logs: { kind: "envoyOtelAls", ...collector },
    },
  });
}

type Shop = ReturnType<typeof shop>;

function provider(spec: unknown, name = "a"): () => AnyMesh {
  return () => defineMesh("m", { services: {}, telemetryProviders: { [name]: spec } } as never);
}

function telemetry(...specs: ((mesh: Shop) => unknown)[]): () => AnyMesh {
  return () => {
    const mesh = shop();
    for (const spec of specs) mesh.telemetry(spec(mesh) as never);
    return mesh;
  };
}

const traced = { tracing: { randomSamplingPercentage: 1 } };

function slo(spec: unknown, service?: unknown): () => AnyMesh {
  return () => {
    const mesh = shop();
    mesh.slo((service ?? mesh.services.web) as never, spec as never);
    return mesh;
  };
}

export const TELEMETRY_CASES: Readonly<Record<string, Case>> = {
  "a provider of no known kind": {
    mesh: provider({ kind: "jaeger", ...collector }),
    says: [
      "telemetryProviders.a.kind: is not one of the values that are known here [intent/telemetry-provider]",
    ],
  },
  "a provider without an address": {
    mesh: provider({ kind: "zipkin" }),
    says: [
      "telemetryProviders.a.service: is missing [intent/telemetry-provider]",
      "telemetryProviders.a.port: is missing [intent/telemetry-provider]",
    ],
  },
  "a provider at a host that istiod does not look up": {
    mesh: provider({ kind: "zipkin", service: "zipkin", port: 9411 }),
    says: ["telemetryProviders.a.service: is not valid [intent/telemetry-provider]"],
  },
  "a field of another kind of provider": {
    mesh: provider({ kind: "opentelemetry", ...collector, traceContextOption: "USE_B3" }),
    says: [
      "telemetryProviders.a.traceContextOption: is not a field that is known here [intent/unknown-field]",
    ],
  },
  "a log format that is text and JSON": {
    mesh: provider({ kind: "envoyFileAccessLog", text: "x", labels: { a: "b" } }),
    says: [
      "telemetryProviders.a: has both text and labels, and an entry is one or the other [intent/telemetry-provider]",
    ],
  },
  "a log format without keys": {
    mesh: provider({ kind: "envoyFileAccessLog", labels: {} }),
    says: [
      "telemetryProviders.a.labels: names no key, so entries would be empty [intent/telemetry-provider]",
    ],
  },
  "another kind of provider under a name that Istio uses": {
    mesh: provider({ kind: "zipkin", ...collector }, "envoy"),
    says: [
      "telemetryProviders.envoy: takes the name of a provider that Istio brings along, which is of kind envoyFileAccessLog [intent/telemetry-provider]",
    ],
  },
  "a provider by its name": {
    mesh: telemetry(() => ({ tracing: { provider: "otel" } })),
    says: [
      "telemetry[0].tracing.provider: is not a provider that this mesh declares [intent/unknown-provider]",
    ],
  },
  "an undeclared provider": {
    mesh: telemetry((mesh) => ({
      tracing: { provider: (mesh.providers as Record<string, unknown>)["jaeger"] },
    })),
    says: [
      "telemetry[0].tracing.provider: is not a provider that this mesh declares [intent/unknown-provider]",
    ],
  },
  "a provider of another mesh": {
    mesh: telemetry(() => ({ tracing: { provider: shop().providers.otel } })),
    says: [
      'telemetry[0].tracing.provider: belongs to another mesh that is also called "shop" [intent/unknown-provider]',
    ],
  },
  "a provider for another signal": {
    mesh: telemetry((mesh) => ({ accessLogging: { providers: [mesh.providers.otel] } })),
    says: [
      'telemetry[0].accessLogging.providers[0]: takes no logs: "otel" is of kind opentelemetry [intent/provider-kind]',
    ],
  },
  "a namespace without services": {
    mesh: telemetry(() => ({ on: "shopp", ...traced })),
    says: ["telemetry[0].on: is no scope that this mesh knows [intent/telemetry-scope]"],
  },
  "an undeclared service, which reads undefined and would mean the whole mesh": {
    mesh: telemetry(() => ({ on: undefined, ...traced })),
    says: ["telemetry[0].on: is no scope that this mesh knows [intent/telemetry-scope]"],
  },
  "one scope twice": {
    mesh: telemetry(
      () => traced,
      () => ({ accessLogging: { disabled: true } }),
    ),
    says: [
      "telemetry[1]: is about the same workloads as telemetry[0], and Istio takes only one Telemetry for them [intent/duplicate-telemetry]",
    ],
  },
  "the same workloads under two services": {
    mesh: telemetry(
      (mesh) => ({ on: mesh.services.web, ...traced }),
      (mesh) => ({ on: mesh.services.alias, ...traced }),
    ),
    says: [
      "telemetry[1]: is about the same workloads as telemetry[0], and Istio takes only one Telemetry for them [intent/duplicate-telemetry]",
    ],
  },
  "telemetry that says nothing": {
    mesh: telemetry(() => ({})),
    says: ["telemetry[0]: says nothing [intent/telemetry]"],
  },
  "a share of requests over 100": {
    mesh: telemetry(() => ({ tracing: { randomSamplingPercentage: 101 } })),
    says: ["telemetry[0].tracing.randomSamplingPercentage: is not a share of the requests [intent/sampling]"],
  },
  "a share of requests that is too fine": {
    mesh: telemetry(() => ({ tracing: { randomSamplingPercentage: 0.001 } })),
    says: ["telemetry[0].tracing.randomSamplingPercentage: is not a share of the requests [intent/sampling]"],
  },
  "a tag with two sources": {
    mesh: telemetry(() => ({ tracing: { customTags: { a: { literal: "x", header: "y" } } } })),
    says: [
      "telemetry[0].tracing.customTags.a: does not say where its value comes from, or says it twice [intent/custom-tag]",
    ],
  },
  "a fallback for what cannot be missing": {
    mesh: telemetry(() => ({ tracing: { customTags: { a: { literal: "x", defaultValue: "y" } } } })),
    says: [
      "telemetry[0].tracing.customTags.a: does not say where its value comes from, or says it twice [intent/custom-tag]",
    ],
  },
  "a filter of logs that are off": {
    mesh: telemetry(() => ({ accessLogging: { disabled: true, filter: "true" } })),
    says: [
      "telemetry[0].accessLogging.filter: chooses among entries that are not written [intent/telemetry]",
    ],
  },
  "a change of no metric": {
    mesh: telemetry(() => ({ metrics: { overrides: [{ metric: "REQUEST_COUNT" }] } })),
    says: ["telemetry[0].metrics.overrides[0]: changes nothing [intent/telemetry]"],
  },
  "a promise of a time between two boundaries of the histogram": {
    mesh: slo({ latency: { p: 0.99, under: "300ms" } }),
    says: [
      "slo[0].latency.under: is no boundary of the proxies' histogram, so nobody could tell which requests kept the promise [intent/slo-bucket]",
    ],
  },
  "a promise in percent": {
    mesh: slo({ availability: 99.9 }),
    says: ["slo[0].availability: is not a share that can be promised [intent/slo-objective]"],
  },
  "an empty promise": { mesh: slo({}), says: ["slo[0]: promises nothing [intent/slo]"] },
  "a promise of no service": {
    mesh: slo({ availability: 0.9 }, "web"),
    says: ["slo[0]: is not a service that this mesh declares [intent/slo]"],
  },
  "two promises of one service": {
    mesh: () => {
      const mesh = shop();
      mesh.slo(mesh.services.web, { availability: 0.9 });
      mesh.slo(mesh.services.web, { availability: 0.99 });
      return mesh;
    },
    says: ["slo[1]: is about web, whose promise was made already [intent/duplicate-slo]"],
  },
  "telemetry of another mesh's service": {
    mesh: telemetry(() => ({ on: shop().services.web, ...traced })),
    says: ['telemetry[0].on: belongs to another mesh that is also called "shop" [intent/foreign-service]'],
  },
};
