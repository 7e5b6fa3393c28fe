import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { load } from "js-yaml";
import { type Deployment, Secret } from "../../engine";
import { TELEMETRY_IMAGES, type TelemetryStackArgs } from "../../components/platform";
import { collectorSpec } from "../../components/platform/telemetry-stack/backends";
import { grafanaConfigMaps } from "../../components/platform/telemetry-stack/grafana";
import { kialiSpec } from "../../components/platform/telemetry-stack/kiali";
import { telemetryStackProblems } from "../../components/platform/telemetry-stack/problems";
import { telemetryStackSettings, tracingEndpoint } from "../../components/platform/telemetry-stack/settings";
import { dependencyNames, named, registered, run } from "./support";
import { complete } from "../support/complete-problem";

type Fields = Record<string, unknown>;

/** The objects of a kind, as they were registered. */
function objects(deployment: Deployment, kind: string): Fields[] {
  return registered(deployment)
    .map(({ inputs }) => inputs as unknown as Fields)
    .filter((inputs) => inputs["kind"] === kind);
}

/** A value inside an object, by the names on the way. */
function at(value: unknown, ...names: (string | number)[]): unknown {
  return names.reduce<unknown>((inner, name) => (inner as Fields | undefined)?.[name], value);
}

const problems = (args: TelemetryStackArgs): string[] =>
  complete(telemetryStackProblems(args)).map(({ id, path: where }) => `${where} [${id}]`);

describe("TelemetryStack", function () {
  this.timeout(180_000);
  let all: Deployment;
  let brought: Deployment;

  before(async () => {
    all = await run(`new platform.TelemetryStack("telemetry", {
      prometheus: { storage: "50Gi", retention: "15d", host: "prometheus.example.com" },
      grafana: { host: "grafana.example.com" },
      jaeger: { storage: "10Gi" },
      zipkin: {}, kiali: {}, loki: {},
      ingress: { namespace: "istio-ingress", credentialName: "tools-cert", issuer: "https://login.example.com" },
    });`);
    brought = await run(`new platform.TelemetryStack("telemetry", {
      namespace: "tools",
      prometheus: { operator: true, operatorLabels: { release: "kps" }, address: "http://prometheus.monitoring:9090" },
      jaeger: { address: "tempo.monitoring.svc.cluster.local:4317" },
    });`);
  });

  it("runs every part in one pod that meets the Pod Security Standard restricted, with its pinned image", () => {
    const workloads = [...objects(all, "Deployment"), ...objects(all, "StatefulSet")];
    const images = workloads.map((each) => at(each, "spec", "template", "spec", "containers", 0, "image"));
    assert.deepEqual(images.sort(), Object.values(TELEMETRY_IMAGES).sort());
    for (const workload of workloads) {
      const pod = at(workload, "spec", "template", "spec");
      const name = String(at(workload, "metadata", "name"));
      assert.equal(at(pod, "securityContext", "runAsNonRoot"), true, name);
      assert.notEqual(at(pod, "securityContext", "runAsUser"), 0, name);
      assert.deepEqual(at(pod, "securityContext", "seccompProfile"), { type: "RuntimeDefault" }, name);
      const container = at(pod, "containers", 0, "securityContext");
      assert.equal(at(container, "allowPrivilegeEscalation"), false, name);
      assert.equal(at(container, "readOnlyRootFilesystem"), true, name);
      assert.deepEqual(at(container, "capabilities"), { drop: ["ALL"] }, name);
      assert.ok(at(pod, "containers", 0, "resources", "limits", "memory"), name);
      assert.ok(at(pod, "containers", 0, "readinessProbe"), name);
    }
  });

  it("gives a disk to the parts that ask for one, and to no other", () => {
    const sizes = objects(all, "StatefulSet").map((each) => [
      at(each, "metadata", "name"),
      at(each, "spec", "volumeClaimTemplates", 0, "spec", "resources", "requests", "storage"),
    ]);
    assert.deepEqual(sizes.sort(), [
      ["jaeger", "10Gi"],
      ["prometheus", "50Gi"],
    ]);
    const args = at(
      named(all, "telemetry-prometheus").inputs,
      "spec",
      "template",
      "spec",
      "containers",
      0,
      "args",
    );
    assert.ok((args as string[]).includes("--storage.tsdb.retention.time=15d"));
  });

  it("mounts only what exists, and starts new pods when their configuration changes", () => {
    const there = new Set(
      [...objects(all, "ConfigMap"), ...objects(all, "Secret")].map((each) =>
        String(at(each, "metadata", "name")),
      ),
    );
    for (const workload of [...objects(all, "Deployment"), ...objects(all, "StatefulSet")]) {
      const pod = at(workload, "spec", "template", "spec");
      const volumes = at(pod, "volumes") as Fields[];
      const named_ = volumes.map(({ name }) => String(name));
      const claimed = at(workload, "kind") === "StatefulSet" ? ["data"] : [];
      for (const mount of at(pod, "containers", 0, "volumeMounts") as Fields[]) {
        assert.ok([...named_, ...claimed].includes(String(mount["name"])), String(mount["name"]));
      }
      for (const volume of volumes) {
        const source = at(volume, "configMap", "name") ?? at(volume, "secret", "secretName");
        if (source !== undefined) assert.ok(there.has(String(source)), String(source));
      }
    }
    const digests = objects(all, "Deployment").map((each) =>
      at(each, "spec", "template", "metadata", "annotations", "meshwright.dev/configuration"),
    );
    assert.ok(digests.filter((digest) => typeof digest === "string").length >= 3);
  });

  it("makes passwords at random, as secrets, and shows them nowhere else", () => {
    const secret = named(all, "telemetry-grafana-admin").inputs as unknown as Fields;
    assert.ok(at(secret, "data") instanceof Secret || at(secret, "data", "admin-password") instanceof Secret);
    assert.deepEqual(
      dependencyNames(named(all, "telemetry-grafana")).includes("telemetry-grafana-admin"),
      true,
    );
  });

  it("lets in at the gateway: everybody to what has a login, callers with a token to the rest", () => {
    const [policy] = objects(all, "AuthorizationPolicy");
    assert.deepEqual(at(policy, "spec", "rules"), [
      { to: [{ operation: { hosts: ["grafana.example.com", "grafana.example.com:*"] } }] },
      {
        from: [{ source: { requestPrincipals: ["https://login.example.com/*"] } }],
        to: [{ operation: { hosts: ["prometheus.example.com", "prometheus.example.com:*"] } }],
      },
    ]);
    assert.deepEqual(at(objects(all, "RequestAuthentication")[0], "spec", "jwtRules"), [
      { issuer: "https://login.example.com" },
    ]);
  });

  it("opens to the gateway only the parts with a host, and to proxies only where they send", () => {
    const rules = (name: string) =>
      at(named(all, `telemetry-${name}-network-policy`).inputs, "spec", "ingress") as Fields[];
    assert.equal(rules("prometheus").length, 2);
    assert.equal(rules("loki").length, 1);
    assert.deepEqual(
      at(rules("jaeger")[1], "ports"),
      [4317, 4318, 9411].map((port) => ({ protocol: "TCP", port })),
    );
  });

  it("lets Kiali and Prometheus read, and nobody else talk to the API server", () => {
    const roles = objects(all, "ClusterRole").flatMap((role) => at(role, "rules") as Fields[]);
    const verbs = new Set(roles.flatMap((rule) => rule["verbs"] as string[]));
    assert.deepEqual([...verbs].sort(), ["create", "get", "list", "watch"]);
    assert.ok(!roles.some((rule) => (rule["resources"] as string[]).includes("secrets")));
    const withToken = [...objects(all, "Deployment"), ...objects(all, "StatefulSet")].filter(
      (each) => at(each, "spec", "template", "spec", "automountServiceAccountToken") === true,
    );
    assert.deepEqual(withToken.map((each) => at(each, "metadata", "name")).sort(), ["kiali", "prometheus"]);
  });

  it("sends spans through the collector to Jaeger and Zipkin, and logs to Loki", () => {
    const config = load(
      String(at(named(all, "telemetry-collector-config").inputs, "data", "config.yaml")),
    ) as Fields;
    const pipelines = at(config, "service", "pipelines") as Fields;
    assert.deepEqual(at(pipelines, "traces", "exporters"), ["otlp/jaeger", "zipkin"]);
    assert.deepEqual(at(pipelines, "logs", "exporters"), ["otlphttp/loki"]);
    assert.deepEqual(
      at(config, "exporters", "otlp/jaeger", "endpoint"),
      "jaeger.observability.svc.cluster.local:4317",
    );
  });

  it("tells an operator instead of running a Prometheus, and the others where things are", () => {
    assert.deepEqual(objects(brought, "StatefulSet"), []);
    assert.deepEqual(
      objects(brought, "Deployment").map((each) => at(each, "metadata", "name")),
      ["grafana"],
    );
    for (const kind of ["ServiceMonitor", "PodMonitor", "PrometheusRule"]) {
      const [object, ...more] = objects(brought, kind);
      assert.deepEqual(more, []);
      assert.equal(at(object, "apiVersion"), "monitoring.coreos.com/v1");
      assert.equal(at(object, "metadata", "labels", "release"), "kps");
    }
    const sources = load(
      String(at(named(brought, "telemetry-grafana-datasources").inputs, "data", "datasources.yaml")),
    );
    assert.equal(at(sources, "datasources", 0, "url"), "http://prometheus.monitoring:9090");
  });

  it("takes each part from outside by its address, and tells the others", () => {
    const addresses = Object.fromEntries(
      Object.keys(TELEMETRY_IMAGES).map((part) => [part, { address: `https://${part}.tools.example.com` }]),
    );
    const outside = telemetryStackSettings(addresses);
    assert.deepEqual([...outside.run.keys()], []);
    assert.deepEqual(
      [...outside.endpoints].map(([part, { url, port }]) => [part, url, port]),
      Object.keys(TELEMETRY_IMAGES).map((part) => [part, `https://${part}.tools.example.com`, 443]),
    );
    // Whatever is left out of them runs here, and finds the others there.
    for (const part of Object.keys(TELEMETRY_IMAGES)) {
      const { [part]: _, ...others } = addresses;
      const { run: here, endpoints } = telemetryStackSettings({ ...others, [part]: {} });
      assert.deepEqual([...here.keys()], [part]);
      assert.equal(endpoints.size, Object.keys(TELEMETRY_IMAGES).length);
    }
  });

  it("tells proxies to send spans where something receives them", () => {
    const to = (args: TelemetryStackArgs) => tracingEndpoint(telemetryStackSettings(args));
    const host = (name: string) => `${name}.observability.svc.cluster.local`;
    assert.deepEqual(to({}), { kind: "opentelemetry", host: host("jaeger"), port: 4317 });
    assert.deepEqual(to({ zipkin: {} }), { kind: "zipkin", host: host("zipkin"), port: 9411 });
    assert.deepEqual(to({ collector: {} }), {
      kind: "opentelemetry",
      host: host("opentelemetry-collector"),
      port: 4317,
    });
    assert.equal(to({ jaeger: { enabled: false } }), undefined);
    assert.deepEqual(to({ jaeger: { address: "tempo.tools:4317" } }), {
      kind: "opentelemetry",
      host: "tempo.tools",
      port: 4317,
    });
  });

  it("reads dashboards of a folder, and refuses one without", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "meshwright-dashboards-"));
    try {
      const program = `new platform.TelemetryStack("telemetry", { grafana: { dashboards: { from: ${JSON.stringify(folder)} } } });`;
      await assert.rejects(run(program), /holds no dashboard/);
      writeFileSync(path.join(folder, "Mine.json"), JSON.stringify({ title: "Mine", panels: [] }));
      const own = await run(program);
      assert.ok(named(own, "telemetry-grafana-dashboard-mine"));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("refuses what would have no effect, and what would be open to everyone", () => {
    assert.deepEqual(problems({ prometheus: { address: "http://p:9090", storage: "1Gi" } }), [
      "prometheus.storage [platform/not-run-here]",
    ]);
    assert.deepEqual(problems({ jaeger: { replicas: 2 } }), ["jaeger.replicas [platform/bad-count]"]);
    assert.deepEqual(problems({ grafana: { host: "g.example.com" } }), [
      "grafana.host [platform/missing-ingress]",
    ]);
    const ingress = { namespace: "istio-ingress", credentialName: "cert" };
    assert.deepEqual(problems({ prometheus: { host: "p.example.com" }, ingress }), [
      "prometheus.host [platform/open-to-everyone]",
    ]);
    assert.deepEqual(problems({ kiali: { host: "k.example.com", auth: "anonymous" }, ingress }), [
      "kiali.host [platform/open-to-everyone]",
    ]);
    assert.deepEqual(problems({ kiali: { host: "k.example.com" }, ingress }), []);
    assert.deepEqual(problems({ prometheus: { enabled: false }, kiali: {} }), [
      "grafana [platform/missing-part]",
      "kiali [platform/missing-part]",
    ]);
    assert.deepEqual(problems({ loki: {}, collector: { enabled: false } }), ["loki [platform/missing-part]"]);
    assert.deepEqual(problems({ prometheus: { retention: "two weeks", storage: "big" } }), [
      "prometheus.storage [platform/bad-text]",
      "prometheus.retention [platform/bad-text]",
    ]);
  });
});

describe("what the parts of TelemetryStack are told of each other", () => {
  it("links from Kiali to Grafana and Jaeger where a browser reaches them, and asks them inside", () => {
    const services = (args: TelemetryStackArgs) => {
      const { files } = kialiSpec(telemetryStackSettings({ kiali: {}, ...args }));
      return at(load(files?.texts["config.yaml"] ?? ""), "external_services") as Fields;
    };
    const inside = services({});
    assert.deepEqual(inside["prometheus"], { url: "http://prometheus.observability.svc.cluster.local:9090" });
    assert.deepEqual(inside["grafana"], {
      enabled: true,
      internal_url: "http://grafana.observability.svc.cluster.local:3000",
    });
    const hosts = services({ grafana: { host: "g.example.com" }, jaeger: { host: "j.example.com" } });
    assert.equal(at(hosts, "grafana", "external_url"), "https://g.example.com");
    assert.deepEqual(hosts["tracing"], {
      enabled: true,
      provider: "jaeger",
      use_grpc: false,
      internal_url: "http://jaeger.observability.svc.cluster.local:16686",
      external_url: "https://j.example.com",
    });
    const elsewhere = services({
      grafana: { address: "https://grafana.example.com/g" },
      jaeger: { address: "https://jaeger.tools.svc.cluster.local" },
    });
    assert.equal(at(elsewhere, "grafana", "external_url"), "https://grafana.example.com/g");
    assert.equal(at(elsewhere, "tracing", "external_url"), undefined);
    const without = services({ grafana: { enabled: false }, jaeger: { enabled: false } });
    assert.deepEqual([without["grafana"], without["tracing"]], [{ enabled: false }, { enabled: false }]);
  });

  it("tells a Jaeger from outside apart from where it only takes spans", () => {
    const told = (address: string) => {
      const settings = telemetryStackSettings({ jaeger: { address }, collector: {}, kiali: {} });
      const config = (spec: { files?: { texts: Readonly<Record<string, string>> } }) =>
        load(spec.files?.texts["config.yaml"] ?? "") as Fields;
      const sources = grafanaConfigMaps(settings, {}).get("grafana-datasources");
      const { datasources } = load(String(at(sources, "data", "datasources.yaml"))) as {
        datasources: Fields[];
      };
      return [
        at(config(collectorSpec(settings)), "exporters", "otlp/jaeger", "endpoint"),
        datasources.find(({ type }) => type === "jaeger")?.["url"],
        at(config(kialiSpec(settings)), "external_services", "tracing", "internal_url"),
      ];
    };
    const url = "https://jaeger.example.com/ui";
    assert.deepEqual(told(url), ["jaeger.example.com:4317", url, url]);
    const inside = "http://jaeger.tools:16686";
    assert.deepEqual(told("jaeger.tools"), ["jaeger.tools:4317", inside, inside]);
    assert.deepEqual(told("tempo.tools:4317"), ["tempo.tools:4317", undefined, undefined]);
    assert.deepEqual(told("tempo.tools:14317"), ["tempo.tools:14317", undefined, undefined]);
  });
});
