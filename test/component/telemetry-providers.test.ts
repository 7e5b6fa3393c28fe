import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { defineMesh, MeshError } from "../../components/intent";
import { planServiceMesh } from "../../components/platform/service-mesh/plan";
import type { ServiceMeshArgs } from "../../components/platform";
import type { InputProblem } from "../../components/intent";

function shop(providers: object = {}) {
  const mesh = defineMesh("shop", {
    services: { web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } } },
    telemetryProviders: {
      otel: { kind: "opentelemetry", service: "collector.observability.svc.cluster.local", port: 4317 },
      ...providers,
    },
  });
  mesh.telemetry({ tracing: { provider: mesh.providers.otel, randomSamplingPercentage: 1 } });
  return mesh;
}

function plan(args: ServiceMeshArgs) {
  const problems: InputProblem[] = [];
  const { controlPlane } = planServiceMesh({ namespaces: { shop: {} }, ...args }, undefined, problems);
  return {
    providers: controlPlane.meshConfig?.extensionProviders,
    problems: problems.map(({ id, path, got, fix }) => ({ id, path, got, fix })),
  };
}

const telemetry = (name: string) => ({
  apiVersion: "telemetry.istio.io/v1",
  kind: "Telemetry",
  metadata: { name: "hand-written", namespace: "shop" },
  spec: { accessLogging: [{ providers: [{ name: "envoy" }] }, { providers: [{ name }] }] },
});

describe("telemetry providers of a mesh", () => {
  it("go into the mesh configuration in Istio's own form", () => {
    assert.deepEqual(plan({ mesh: shop() }), {
      providers: [
        { name: "otel", opentelemetry: { service: "collector.observability.svc.cluster.local", port: 4317 } },
      ],
      problems: [],
    });
  });

  it("join those of the profile and win over them by name", () => {
    const { providers } = plan({ mesh: shop(), profile: "demo" });
    assert.deepEqual(
      providers?.map(({ name }) => name),
      ["skywalking", "otel-tracing", "jaeger", "otel"],
    );
  });

  it("of the stack take traces, and access logs where there is a Loki for them, beside the file that is asked for", () => {
    const defaults = (args: ServiceMeshArgs) =>
      planServiceMesh({ namespaces: {}, ...args }, undefined, []).controlPlane.meshConfig?.defaultProviders;
    const collector = { service: "opentelemetry-collector.observability.svc.cluster.local", port: 4317 };
    assert.deepEqual(plan({ telemetry: { loki: {} } }).providers, [
      { name: "otel-tracing", opentelemetry: collector },
      { name: "otel-access-logs", envoyOtelAls: collector },
    ]);
    const logging = {
      metrics: ["prometheus"],
      tracing: ["otel-tracing"],
      accessLogging: ["otel-access-logs"],
    };
    assert.deepEqual(defaults({ telemetry: { loki: {} } }), logging);
    assert.deepEqual(defaults({ telemetry: { loki: {} }, profile: "demo" }), {
      ...logging,
      accessLogging: ["envoy", "otel-access-logs"],
    });
    assert.deepEqual(defaults({ telemetry: {} }), { metrics: ["prometheus"], tracing: ["otel-tracing"] });
  });

  it("are refused where the mesh configuration declares one of the name, too", () => {
    const meshConfig = { extensionProviders: [{ name: "otel", zipkin: { service: "z.y.svc", port: 9411 } }] };
    assert.deepEqual(
      plan({ mesh: shop(), controlPlane: { meshConfig } }).problems.map(({ id }) => id),
      ["platform/duplicate-provider"],
    );
  });

  it("must exist where a hand-written Telemetry names one", () => {
    assert.deepEqual(plan({ manifests: [telemetry("otel")], mesh: shop() }).problems, []);
    assert.deepEqual(plan({ manifests: [telemetry("otel")], profile: "demo" }).problems, []);
    assert.deepEqual(plan({ manifests: [telemetry("prometeus")] }).problems, [
      {
        id: "platform/unknown-provider",
        path: "Telemetry shop/hand-written spec.accessLogging[1].providers[0].name",
        got: '"prometeus"',
        fix: 'Write "prometheus"',
      },
    ]);
  });

  it("of a mesh that is wrong are reported once, with the mesh", () => {
    const wrong = shop({ bad: { kind: "zipkin" } });
    assert.throws(() => wrong.intent(), MeshError);
    assert.deepEqual(
      plan({ mesh: wrong }).problems.map(({ path }) => path),
      ["mesh.telemetryProviders.bad.service", "mesh.telemetryProviders.bad.port"],
    );
  });

  it("that only the mesh configuration names stay in the scope of every proxy, authorizers too", () => {
    const mesh = defineMesh("shop", {
      services: { web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } } },
      scope: {},
      security: { networkPolicies: "ingress-and-egress" },
    });
    const kept = (args: Omit<ServiceMeshArgs, "mesh" | "namespaces">): unknown => {
      const problems: InputProblem[] = [];
      const { manifests } = planServiceMesh({ ...args, mesh, namespaces: { shop: {} } }, undefined, problems);
      assert.deepEqual(problems, []);
      const sidecar = manifests.find(({ kind }) => kind === "Sidecar");
      const policy = manifests.find(({ metadata }) => metadata.name === "calls-of-web");
      return {
        hosts: (sidecar?.["spec"] as { egress: { hosts: string[] }[] }).egress[0]?.hosts,
        leaves: /"values":|"kubernetes.io\/metadata.name":"(authz)"/.exec(JSON.stringify(policy))?.[1],
      };
    };
    const extensionProviders = [
      { name: "login", envoyExtAuthzHttp: { service: "authz/login.authz.svc.cluster.local", port: 8000 } },
      { name: "logs", envoyHttpAls: { service: "als.logs.svc.cluster.local", port: 9000 } },
      { name: "later", zipkin: { service: pulumi.output("zipkin.later.svc"), port: 9411 } },
      { name: "file", envoyFileAccessLog: { path: "/dev/stdout" } },
    ];
    assert.deepEqual(kept({ controlPlane: { meshConfig: { extensionProviders } } }), {
      hosts: ["*/als.logs.svc.cluster.local", "authz/login.authz.svc.cluster.local", "istio-system/*"],
      leaves: "authz",
    });
    assert.deepEqual(kept({}), { hosts: ["istio-system/*"], leaves: undefined });
    // The demo profile brings providers along that need not be there: one counts where something names it.
    assert.deepEqual(kept({ profile: "demo" }), { hosts: ["istio-system/*"], leaves: undefined });
    const used = kept({
      profile: "demo",
      manifests: [telemetry("otel")],
      controlPlane: { meshConfig: { defaultProviders: { tracing: ["jaeger"] } } },
    });
    assert.deepEqual((used as { hosts: string[] }).hosts, [
      "*/jaeger-collector.istio-system.svc.cluster.local",
      "*/opentelemetry-collector.observability.svc.cluster.local",
      "istio-system/*",
    ]);
  });
});

describe("promises of a mesh", () => {
  it("give its gateways the boundaries by which callers measure, and only where callers do", () => {
    const gateway = (reporter: "source" | "destination", podAnnotations?: Record<string, string>) => {
      const mesh = shop();
      mesh.slo(mesh.services.web, { latency: { p: 0.99, under: "300ms", buckets: "annotated" }, reporter });
      const gateways = { ingress: { namespace: "shop", ...(podAnnotations && { podAnnotations }) } };
      const { gateways: planned } = planServiceMesh(
        { mesh, namespaces: { shop: {} }, gateways, telemetry: false },
        undefined,
        [],
      );
      return planned.get("ingress")?.podAnnotations;
    };
    const annotation = gateway("source")?.["sidecar.istio.io/statsHistogramBuckets"] ?? "";
    assert.match(annotation, /^\{"istiocustom":\[0\.5,1,5,10,25,50,100,250,300,500,/);
    assert.equal(gateway("destination"), undefined);
    assert.deepEqual(gateway("source", { own: "1" }), {
      own: "1",
      "sidecar.istio.io/statsHistogramBuckets": annotation,
    });
  });
});
