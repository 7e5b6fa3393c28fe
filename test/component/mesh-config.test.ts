import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import type { Problem } from "../../components/intent/problem";
import { meshConfigProblems as controlPlaneProblems } from "../../components/platform/control-plane/mesh-config-problems";
import { type MeshConfigArgs, meshConfigProblems } from "../../components/platform/mesh-config";
import { type FieldSchema, meshConfigSchema } from "../../components/platform/mesh-config/schema";

const lines = (problems: readonly Problem[]): string[] =>
  problems.map(({ id, path }) => `${path} [${id}]`).sort();

/** Problems of a configuration that the compiler would refuse. */
function untyped(config: unknown, istioVersion = "1.31.1"): string[] {
  return lines(meshConfigProblems(config, "meshConfig", istioVersion));
}

/** Uses the parts that installations need; the type is the assertion that each of them is typed. */
const WIDE: MeshConfigArgs = {
  accessLogEncoding: "JSON",
  caCertificates: [{ pem: "-----BEGIN CERTIFICATE-----", trustDomains: ["old.example.org"] }],
  certificates: [{ secretName: "dns", dnsNames: ["istiod.istio-system.svc"] }],
  connectTimeout: "10s",
  defaultConfig: {
    concurrency: 2,
    drainDuration: "45s",
    gatewayTopology: { numTrustedProxies: 1, forwardClientCertDetails: "SANITIZE_SET", proxyProtocol: {} },
    interceptionMode: "TPROXY",
    proxyHeaders: { server: { disabled: true } },
    proxyMetadata: { ISTIO_META_DNS_CAPTURE: "true" },
    proxyStatsMatcher: { inclusionRegexps: [".*_cx_.*"] },
    readinessProbe: { httpGet: { path: "/healthz/ready", port: 15021 } },
    tracing: { sampling: 12.5, customTags: { zone: { environment: { name: "ZONE" } } } },
  },
  defaultHttpRetryPolicy: { attempts: 3, retryOn: "connect-failure" },
  defaultProviders: { metrics: ["prometheus"], tracing: ["otel"], accessLogging: ["file"] },
  discoverySelectors: [
    { matchLabels: { mesh: "on" } },
    { matchExpressions: [{ key: "env", operator: "In", values: ["prod"] }] },
  ],
  dnsRefreshRate: "60s",
  extensionProviders: [
    { name: "prometheus", prometheus: {} },
    { name: "otel", opentelemetry: { service: "otel.observability.svc.cluster.local", port: 4317 } },
    {
      name: "file",
      envoyFileAccessLog: { path: "/dev/stdout", logFormat: { labels: { at: "%START_TIME%" } } },
    },
    {
      name: "authz",
      envoyExtAuthzGrpc: {
        service: "authz.security.svc.cluster.local",
        port: 9000,
        timeout: "0.5s",
        includeRequestBodyInCheck: { maxRequestBytes: 8192, allowPartialMessage: true },
      },
    },
  ],
  localityLbSetting: { enabled: true, failover: [{ from: "eu-west-1", to: "eu-central-1" }] },
  meshMTLS: { minProtocolVersion: "TLSV1_2", cipherSuites: ["ECDHE-ECDSA-AES256-GCM-SHA384"] },
  outboundTrafficPolicy: { mode: "REGISTRY_ONLY" },
  pathNormalization: { normalization: "MERGE_SLASHES" },
  serviceScopeConfigs: [
    { scope: "GLOBAL", servicesSelector: { matchLabels: { "istio.io/global": "true" } } },
  ],
  serviceSettings: [{ hosts: ["*.svc.cluster.local"], settings: { clusterLocal: true } }],
  tcpKeepalive: { probes: 3, time: "10s" },
  trustDomain: "example.org",
  trustDomainAliases: ["old.example.org"],
};

describe("mesh configuration", () => {
  it("has a type for each part that installations set, and the validator agrees with the types", () => {
    assert.deepEqual(lines(controlPlaneProblems(WIDE, "1.31.1")), []);
  });

  it("holds the TLS of proxies to suites that are strong, known and of effect", () => {
    const config: MeshConfigArgs = {
      meshMTLS: { cipherSuites: ["AES128-SHA", "ROT13"], ecdhCurves: ["P-256"] },
      tlsDefaults: { minProtocolVersion: "TLSV1_3", cipherSuites: ["ECDHE-RSA-AES128-GCM-SHA256"] },
    };
    assert.deepEqual(lines(controlPlaneProblems(config, "1.31.1")), [
      "meshConfig.meshMTLS.cipherSuites[0] [platform/weak-cipher]",
      "meshConfig.meshMTLS.cipherSuites[1] [platform/unknown-cipher]",
      "meshConfig.meshMTLS.ecdhCurves [platform/no-effect]",
      "meshConfig.tlsDefaults.cipherSuites [platform/no-effect]",
    ]);
  });

  it("may have Outputs at its leaves, which are not looked into", () => {
    const config: MeshConfigArgs = {
      accessLogFile: pulumi.output("/dev/stdout"),
      connectTimeout: pulumi.output("10s"),
      extensionProviders: [{ name: "zipkin", zipkin: { service: pulumi.output("zipkin.svc"), port: 9411 } }],
      outboundTrafficPolicy: { mode: pulumi.output("REGISTRY_ONLY" as const) },
    };
    assert.deepEqual(untyped(config), []);
  });

  it("is refused with every problem at once", () => {
    assert.deepEqual(
      untyped({
        accessLogEncoding: "YAML",
        accesLogFile: "/dev/stdout",
        connect_timeout: "1s",
        constructor: {},
        defaultConfig: {
          concurrency: 1.5,
          drainDuration: "1m",
          proxyMetadata: { A: true },
          statusPort: 2 ** 31,
        },
        dnsRefreshRate: 5,
        enableTracing: "true",
        extensionProviders: [
          { name: "two", zipkin: { service: "a", port: -1 }, datadog: { service: "b", port: 1 } },
        ],
        outboundTrafficPolicy: "REGISTRY_ONLY",
        trustDomainAliases: "old",
      }),
      [
        "meshConfig.accesLogFile [platform/unknown-field]",
        "meshConfig.accessLogEncoding [platform/unknown-choice]",
        "meshConfig.connect_timeout [platform/unknown-field]",
        "meshConfig.constructor [platform/unknown-field]",
        "meshConfig.defaultConfig.concurrency [platform/bad-count]",
        "meshConfig.defaultConfig.drainDuration [platform/bad-duration]",
        'meshConfig.defaultConfig.proxyMetadata["A"] [platform/wrong-type]',
        "meshConfig.defaultConfig.statusPort [platform/bad-count]",
        "meshConfig.dnsRefreshRate [platform/bad-duration]",
        "meshConfig.enableTracing [platform/wrong-type]",
        "meshConfig.extensionProviders[0] [platform/exclusive-fields]",
        "meshConfig.extensionProviders[0].zipkin.port [platform/bad-count]",
        "meshConfig.outboundTrafficPolicy [platform/wrong-type]",
        "meshConfig.trustDomainAliases [platform/wrong-type]",
      ],
    );
  });

  it("is refused with the value that was meant, where it can be known", () => {
    const fixes = (config: unknown): string[] =>
      meshConfigProblems(config, "meshConfig", "1.31.1").map(({ fix }) => fix);
    assert.deepEqual(fixes({ accesLogFile: "" }), ["Write `accessLogFile`"]);
    assert.deepEqual(fixes({ access_log_file: "" }), ["Write `accessLogFile`"]);
    assert.deepEqual(fixes({ connectTimeout: "1.5m" }), ['Write "90s"']);
    assert.deepEqual(fixes({ connectTimeout: "250ms" }), ['Write "0.25s"']);
  });

  it("is held to what the release knows", () => {
    const config = {
      zoneAwareLbSetting: { enabled: true },
      defaultConfig: { connectionSettings: { profile: "EDGE" } },
    };
    assert.deepEqual(untyped(config), []);
    assert.deepEqual(untyped(config, "1.30.3"), [
      "meshConfig.defaultConfig.connectionSettings [platform/newer-than-release]",
      "meshConfig.zoneAwareLbSetting [platform/newer-than-release]",
    ]);
  });

  it("names each provider, and no two alike", () => {
    const problems = controlPlaneProblems(
      {
        extensionProviders: [
          { name: "a", prometheus: {} },
          { name: "a", prometheus: {} },
          { prometheus: {} },
        ],
      },
      "1.31.1",
    );
    assert.deepEqual(lines(problems), [
      "meshConfig.extensionProviders[1].name [platform/duplicate-provider]",
      "meshConfig.extensionProviders[2].name [platform/unnamed-provider]",
    ]);
  });

  it("covers mesh networks by the same schema", () => {
    assert.deepEqual(
      lines(
        meshConfigProblems(
          { networks: { east: { endpoints: [{ fromRegistry: "a", fromCidr: "10.0.0.0/8" }], gatewys: [] } } },
          "meshNetworks",
          "1.31.1",
          "MeshNetworks",
        ),
      ),
      [
        'meshNetworks.networks["east"].endpoints[0] [platform/exclusive-fields]',
        'meshNetworks.networks["east"].gatewys [platform/unknown-field]',
      ],
    );
  });
});

describe("the stored schema of mesh configuration", () => {
  const fields = Object.values(meshConfigSchema.messages).flatMap((message) => Object.values(message.fields));

  it("is whole: every message and enumeration that a field names is there", () => {
    const missing = fields.filter(
      ({ type, ref = "" }: FieldSchema) =>
        (type === "message" && !(ref in meshConfigSchema.messages)) ||
        (type === "enum" && !(ref in meshConfigSchema.enums)),
    );
    assert.ok(fields.length > 400);
    assert.deepEqual(missing, []);
  });

  it("holds no prose: no text in it has a blank", () => {
    const folder = join(__dirname, "../../components/platform");
    for (const file of ["mesh-config/generated/schema.json", "istiod-env/generated/names.json"]) {
      const texts = readFileSync(join(folder, file), "utf8").match(/"[^"]*"/g) ?? [];
      assert.ok(texts.length > 100);
      assert.deepEqual(
        texts.filter((text) => /\s/.test(text)),
        [],
        file,
      );
    }
  });
});
