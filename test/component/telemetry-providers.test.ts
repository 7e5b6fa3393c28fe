import assert from "node:assert/strict";
import { defineMesh, MeshError } from "../../components/intent";
import { planServiceMesh } from "../../components/platform/service-mesh/plan";
import type { ServiceMeshArgs } from "../../components/platform";
import type { Problem } from "../../components/intent";

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
  const problems: Problem[] = [];
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
});
