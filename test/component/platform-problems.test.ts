import assert from "node:assert/strict";

import { MeshError } from "../../components/intent/problem";
import {
  CertificateAuthority,
  ControlPlane,
  Crds,
  Gateway,
  Injection,
  MeshResources,
  ServiceMesh,
} from "../../components/platform";
import type {
  ControlPlaneArgs,
  GatewayArgs,
  InjectionArgs,
  ServiceMeshArgs,
} from "../../components/platform";
import { defineMesh } from "../../components/intent";
import { assertComplete } from "../support/complete-problem";
import { nothingIsRegistered } from "./nothing-registered";

/** Arguments as a JavaScript program or a file could hand them over. */
function untyped<T>(args: Record<string, unknown>): T {
  return args as T;
}

/** What was wrong, as `path [id]`. */
function problemsOf(make: () => unknown): string[] {
  try {
    make();
  } catch (error) {
    assert.ok(error instanceof MeshError, String(error));
    error.problems.forEach(assertComplete);
    return error.problems.map(({ path, id }) => `${path} [${id}]`);
  }
  throw assert.fail("nothing was refused");
}

describe("wrong arguments of a platform component", () => {
  nothingIsRegistered();

  it("of a control plane are reported all at once", () => {
    const args = untyped<ControlPlaneArgs>({
      istioVersion: "1.27.0",
      profile: "preview",
      revision: "Canary",
      replicas: 2,
      autoscale: { min: 4, max: 3 },
      traceSampling: 101,
      env: { CLUSTER_ID: "west", PILOT_ENABLE_ANALISIS: "true" },
      meshConfig: {
        trustDomain: "spiffe://example.org",
        outboundTrafficPolicy: { mode: "DENY" },
        rootNamespace: "elsewhere",
      },
    });
    assert.deepEqual(problemsOf(() => new ControlPlane("istio", args)).sort(), [
      "autoscale.min [platform/scaling-range]",
      "env.CLUSTER_ID [platform/derived-field]",
      "env.PILOT_ENABLE_ANALISIS [platform/unknown-environment]",
      "istioVersion [platform/unknown-istio-version]",
      "meshConfig.outboundTrafficPolicy.mode [platform/unknown-choice]",
      "meshConfig.rootNamespace [platform/derived-field]",
      "meshConfig.trustDomain [platform/bad-trust-domain]",
      "profile [platform/unknown-choice]",
      "replicas [platform/two-scalings]",
      "revision [platform/bad-name]",
      "traceSampling [platform/bad-percentage]",
    ]);
  });

  it("name the component, what was given, what is accepted and what to do", () => {
    assert.throws(
      () => new ControlPlane("istio", { istioVersion: "1.27.0" }),
      (error: Error) => {
        assert.deepEqual(error.message.split("\n").slice(0, 5), [
          'ControlPlane "istio": 1 problem',
          "  istioVersion: is not an Istio release that can be installed [platform/unknown-istio-version]",
          '      got:      "1.27.0"',
          '      expected: a release of 1.31 or 1.30, for example "1.31.1" or "1.30.3"',
          "      fix:      Choose one of these; `tag` is for images of your own",
        ]);
        return true;
      },
    );
  });

  it("of a gateway are reported: privileged, reserved and doubled ports, settings without a load balancer", () => {
    const args: GatewayArgs = {
      serviceType: "NodePort",
      loadBalancerIP: "192.0.2.1",
      ports: [
        { name: "http", port: 80 },
        { name: "tcp", port: 9000, targetPort: 15_090 },
        { name: "tcp", port: 9000, targetPort: 9001 },
      ],
    };
    assert.deepEqual(
      problemsOf(() => new Gateway("edge", args)),
      [
        "ports[0].targetPort [platform/privileged-port]",
        "ports[1].targetPort [platform/reserved-port]",
        "ports[2].name [platform/duplicate-port]",
        "ports[2].port [platform/duplicate-port]",
        "loadBalancerIP [platform/load-balancer-only]",
      ],
    );
    assert.deepEqual(
      problemsOf(() => new Gateway("edge", { ports: [] })),
      ["ports [platform/no-ports]"],
    );
  });

  it("of namespaces are reported: two ways of asking for sidecars at once, and none at all", () => {
    const args: InjectionArgs = {
      namespaces: {
        Shop: {},
        legacy: { injection: "disabled", revision: "canary" },
        billing: { labels: { "istio-injection": "enabled" } },
      },
    };
    assert.deepEqual(
      problemsOf(() => new Injection("namespaces", args)),
      [
        "namespaces.Shop [platform/bad-name]",
        "namespaces.legacy.revision [platform/mixed-injection]",
        'namespaces.billing.labels["istio-injection"] [platform/mixed-injection]',
      ],
    );
    assert.deepEqual(
      problemsOf(() => new Injection("namespaces", { namespaces: {} })),
      ["namespaces [platform/no-namespaces]"],
    );
  });

  it("of an authority are reported: weak keys, lifetimes that contradict each other, two sources", () => {
    assert.deepEqual(
      problemsOf(
        () =>
          new CertificateAuthority("ca", {
            newRoot: { key: { algorithm: "RSA", rsaBits: 1024 }, validityDays: 10, maxPathLength: 0 },
            newIntermediate: { key: { rsaBits: 2048 }, validityDays: 30, renewBeforeDays: 30 },
          }),
      ),
      [
        "newRoot.key.rsaBits [platform/bad-count]",
        "newRoot.maxPathLength [platform/bad-count]",
        "newIntermediate.key.rsaBits [platform/key-option-unused]",
        "newIntermediate.renewBeforeDays [platform/renewal-window]",
        "newIntermediate.validityDays [platform/outlives-root]",
      ],
    );
    const issued = { certificatePem: "c", privateKeyPem: "top-secret", rootCertificatePem: "r" };
    const make = (): unknown => new CertificateAuthority("ca", { issued, newRoot: {} });
    assert.deepEqual(problemsOf(make), ["newRoot [platform/two-authorities]"]);
    assert.throws(make, (error: Error) => !error.message.includes("top-secret"));
  });

  it("of mesh objects are reported: none, of an unknown kind, twice", () => {
    assert.deepEqual(
      problemsOf(() => new MeshResources("shop", { manifests: [] })),
      ["manifests [platform/no-manifests]"],
    );
    const rule = {
      apiVersion: "networking.istio.io/v1",
      kind: "DestinationRule",
      metadata: { name: "reviews", namespace: "shop" },
      spec: { host: "reviews" },
    };
    const unknown = { ...rule, apiVersion: "networking.istio.io/v1alpha3" };
    assert.deepEqual(
      problemsOf(() => new MeshResources("shop", { manifests: [rule, unknown, rule] })),
      ["manifests[1].kind [platform/unknown-kind]", "manifests[2] [platform/duplicate-manifest]"],
    );
    assert.deepEqual(
      problemsOf(() => new Crds("crds", { istioVersion: "1.2" })),
      ["istioVersion [platform/unknown-istio-version]"],
    );
  });

  it("of a whole mesh are reported for all parts together, the intent's included", () => {
    const shop = defineMesh("Shop", {
      services: { reviews: { namespace: "shop", ports: { http: { number: 99_999, protocol: "http" } } } },
    });
    const args = untyped<ServiceMeshArgs>({
      mesh: shop,
      namespaces: { "istio-system": {}, shop: { injection: "sometimes", podSecurity: "restricted" } },
      controlPlane: { traceSampling: -1 },
      certificateAuthority: { newIntermediate: { validityDays: 0 } },
      gateways: { edge: { namespace: "edge", serviceType: "Ingress" } },
      cni: { namespace: "shop" },
      ztunnel: { namespace: "mesh-agents" },
      manifests: [
        {
          apiVersion: "networking.istio.io/v1",
          kind: "DestinationRule",
          metadata: { name: "ledger", namespace: "billing" },
          spec: { host: "ledger" },
        },
      ],
    });
    const problems = problemsOf(() => new ServiceMesh("mesh", args));
    for (const expected of [
      "namespaces.istio-system [platform/two-root-namespaces]",
      "namespaces.shop.injection [platform/unknown-choice]",
      "traceSampling [platform/bad-percentage]",
      "certificateAuthority.newIntermediate.validityDays [platform/bad-count]",
      "cni.namespace [platform/unprivileged-namespace]",
      "ztunnel.namespace [platform/undeclared-namespace]",
      "ztunnel [platform/ztunnel-without-ambient]",
      "gateways.edge.namespace [platform/undeclared-namespace]",
      "gateways.edge.serviceType [platform/unknown-choice]",
      "mesh [platform/undeclared-namespace]",
    ]) {
      assert.ok(problems.includes(expected), `${expected} in\n${problems.join("\n")}`);
    }
    assert.ok(
      problems.some((problem) => problem.startsWith("mesh.") && problem.includes("[intent/")),
      problems.join("\n"),
    );
  });
});
