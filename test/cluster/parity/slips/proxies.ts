import type { KindSlips } from "./kind-slips";
import { longLabel, map, selector, wrongSelectors, wrongTargets } from "./selection";

const patch = { operation: "MERGE", value: { per_connection_buffer_limit_bytes: 32_768 } };
const wasm = { url: "oci://ghcr.io/example/filter:v1" };

/** What proxies do beside. */
export const proxies: readonly KindSlips[] = [
  {
    apiVersion: "networking.istio.io/v1alpha3",
    kind: "EnvoyFilter",
    right: {
      workloadSelector: { labels: { app: "web" } },
      priority: -10,
      configPatches: [
        { applyTo: "LISTENER", match: { context: "SIDECAR_INBOUND", listener: { portNumber: 8080 } }, patch },
      ],
    },
    odd: {
      "any value, as Envoy may know it": {
        configPatches: [
          { applyTo: "CLUSTER", patch: { operation: "MERGE", value: { deep: [{ a: null }, 1, "x"] } } },
        ],
      },
      "a patch of nothing": { configPatches: [{}] },
    },
    wrong: {
      ...wrongTargets,
      "a value that is YAML in a text": {
        configPatches: [{ applyTo: "CLUSTER", patch: { operation: "MERGE", value: "a: 1" } }],
      },
      "an operation that is unknown": {
        configPatches: [{ applyTo: "CLUSTER", patch: { operation: "DELETE" } }],
      },
      "a place that is unknown": { configPatches: [{ applyTo: "SOCKET", patch }] },
      "a match of a listener and a cluster": {
        configPatches: [{ applyTo: "CLUSTER", match: { listener: {}, cluster: {} }, patch }],
      },
      "a negative port": { configPatches: [{ match: { listener: { portNumber: -1 } }, patch }] },
      "a selector as policies have it": { workloadSelector: selector },
      "257 labels": { workloadSelector: { labels: map(257, "x") } },
      "a priority in a text": { priority: "first" },
    },
  },
  {
    apiVersion: "networking.istio.io/v1beta1",
    kind: "ProxyConfig",
    right: { selector, concurrency: 2, image: { imageType: "distroless" }, environmentVariables: { A: "b" } },
    odd: { "a concurrency that is null": { concurrency: null }, "no concurrency": { concurrency: 0 } },
    wrong: {
      ...wrongSelectors,
      "a negative concurrency": { concurrency: -1 },
      "half a thread": { concurrency: 0.5 },
      "more threads than an integer holds": { concurrency: 1e20 },
      "a concurrency in a text": { concurrency: "2" },
      "a variable that is a number": { environmentVariables: { PORT: 80 } },
      "variables as pods have them": { environmentVariables: [{ name: "A", value: "b" }] },
      "a variable of 2049 characters": { environmentVariables: { A: "b".repeat(2049) } },
      "an image in a text": { image: "distroless" },
    },
  },
  {
    apiVersion: "telemetry.istio.io/v1",
    kind: "Telemetry",
    right: {
      selector,
      tracing: [
        {
          providers: [{ name: "otel" }],
          randomSamplingPercentage: 12.5,
          customTags: { env: { literal: { value: "prod" } }, pod: { environment: { name: "POD" } } },
        },
      ],
      metrics: [{ overrides: [{ match: { metric: "REQUEST_COUNT", mode: "SERVER" }, disabled: true }] }],
      accessLogging: [{ filter: { expression: "response.code >= 400" } }],
    },
    odd: {
      "a filter that is no CEL": { accessLogging: [{ filter: { expression: "response.code >=" } }] },
      "a share that is null": { tracing: [{ randomSamplingPercentage: null }] },
    },
    wrong: {
      ...wrongSelectors,
      ...wrongTargets,
      "a share of 101 percent": { tracing: [{ randomSamplingPercentage: 101 }] },
      "a share below nothing": { tracing: [{ randomSamplingPercentage: -0.1 }] },
      "a provider without a name": { tracing: [{ providers: [{}] }] },
      "a tag in two forms": {
        tracing: [{ customTags: { a: { literal: { value: "x" }, header: { name: "x" } } } }],
      },
      "a tag with an empty value": { tracing: [{ customTags: { a: { literal: { value: "" } } } }] },
      "a metric by its name in Prometheus": {
        metrics: [{ overrides: [{ match: { metric: "istio_requests_total" } }] }],
      },
      "a metric and one of one's own": {
        metrics: [{ overrides: [{ match: { metric: "ALL_METRICS", customMetric: "mine" } }] }],
      },
      "an interval without a unit": { metrics: [{ reportingInterval: "5" }] },
    },
  },
  {
    apiVersion: "extensions.istio.io/v1alpha1",
    kind: "TrafficExtension",
    right: {
      selector,
      phase: "AUTHZ",
      priority: 10,
      match: [{ mode: "SERVER", ports: [{ number: 8080 }] }],
      wasm: { ...wasm, failStrategy: "FAIL_OPEN", pluginConfig: { any: ["thing"] } },
    },
    odd: { "Lua that is none": { lua: { inlineCode: "not Lua" } } },
    wrong: {
      ...wrongSelectors,
      ...wrongTargets,
      "Lua and Wasm": { lua: { inlineCode: "x" }, wasm },
      "no code": { lua: { inlineCode: "" } },
      "65537 characters of code": { lua: { inlineCode: "x".repeat(65_537) } },
      "a port of 65536": { lua: { inlineCode: "x" }, match: [{ ports: [{ number: 65_536 }] }] },
      "one port twice": { lua: { inlineCode: "x" }, match: [{ ports: [{ number: 80 }, { number: 80 }] }] },
      "a digest in capitals": { wasm: { ...wasm, sha256: "A".repeat(64) } },
      "a module from nowhere": { wasm: { pluginName: "filter" } },
    },
  },
  {
    apiVersion: "extensions.istio.io/v1alpha1",
    kind: "WasmPlugin",
    right: {
      selector,
      ...wasm,
      phase: "AUTHN",
      sha256: "0".repeat(64),
      imagePullPolicy: "IfNotPresent",
      pluginConfig: { deep: { er: [1, null] } },
      vmConfig: { env: [{ name: "REGION", valueFrom: "HOST" }] },
    },
    odd: { "no digest": { ...wasm, sha256: "" }, "a priority that is null": { ...wasm, priority: null } },
    wrong: {
      "no URL": { pluginName: "filter" },
      "an empty URL": { url: "" },
      "a digest of 63": { ...wasm, sha256: "0".repeat(63) },
      "a phase that is unknown": { ...wasm, phase: "LAST" },
      "a pull policy that is a Pod's but not here": { ...wasm, imagePullPolicy: "Never" },
      "an empty secret": { ...wasm, imagePullSecret: "" },
      "one variable twice": { ...wasm, vmConfig: { env: [{ name: "A" }, { name: "A" }] } },
      "a variable without a name": { ...wasm, vmConfig: { env: [{ value: "x" }] } },
      "a port of 0": { ...wasm, match: [{ ports: [{ number: 0 }] }] },
      "a configuration in a text": { ...wasm, pluginConfig: "a: 1" },
      "a label value of 64 characters": { ...wasm, selector: { matchLabels: { app: longLabel } } },
      "a target without a kind": { ...wasm, targetRefs: [{ name: "public" }] },
    },
  },
];
