import assert from "node:assert/strict";

import { dump } from "js-yaml";

import type { ControlPlaneArgs } from "../../../components/platform/control-plane";
import { controlPlaneConfigMaps } from "../../../components/platform/control-plane/config-maps";
import { controlPlaneSettings } from "../../../components/platform/control-plane/settings";
import { proxy, variable } from "./cases";
import { inject, type InjectedTemplate, requireEvaluator } from "./evaluator";

/** A pod of a control plane with these arguments. */
function pod(args: ControlPlaneArgs, annotations: Readonly<Record<string, string>> = {}): InjectedTemplate {
  const maps = controlPlaneConfigMaps(controlPlaneSettings(args));
  const text = (of: "injector" | "mesh-config", key: string): string =>
    String((maps[of]?.data as Record<string, string>)[key]);
  return inject({
    config: text("injector", "config"),
    values: text("injector", "values"),
    meshConfig: text("mesh-config", "mesh"),
    workload: dump({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "shop", namespace: "shop" },
      spec: {
        template: {
          metadata: { labels: { app: "shop" }, annotations },
          spec: {
            containers: [
              annotations["inject.istio.io/templates"]?.startsWith("gateway") === true
                ? { name: "istio-proxy", image: "auto" }
                : { name: "app", image: "shop:1" },
            ],
          },
        },
      },
    }),
  });
}

describe("pods whose identities are signed by another than istiod", () => {
  before(function () {
    requireEvaluator(this);
  });

  const SPIRE: ControlPlaneArgs = {
    meshConfig: { trustDomain: "example.org" },
    externalAuthority: { spire: {} },
  };

  for (const [title, annotations] of [
    ["a sidecar without any annotation", {}],
    ["a gateway", { "inject.istio.io/templates": "gateway,spire" }],
  ] as const) {
    it(`${title} gets the socket of SPIRE in the place of an empty folder, and no other identity`, () => {
      const injected = pod(SPIRE, annotations);
      const sockets = injected.spec.volumes?.filter(({ name }) => name === "workload-socket");
      assert.deepEqual(sockets, [
        { name: "workload-socket", csi: { driver: "csi.spiffe.io", readOnly: true } },
      ]);
      assert.equal(injected.metadata.labels?.["spiffe.io/spire-managed-identity"], "true");
      assert.equal(variable(injected, "WORKLOAD_IDENTITY_SOCKET_FILE")?.value, "spire-agent.sock");
      assert.equal(variable(injected, "TRUST_DOMAIN")?.value, "example.org");
      const mounted = proxy(injected).volumeMounts?.filter(({ name }) => name === "workload-socket");
      assert.deepEqual(
        mounted?.map((mount) => mount["mountPath"]),
        ["/var/run/secrets/workload-spiffe-uds"],
      );
    });
  }

  it("a sidecar asks istio-csr for its certificate, and trusts what is published as the mesh's root", () => {
    const injected = pod({ externalAuthority: { istioCsr: { address: "csr.example.com:443" } } });
    assert.equal(variable(injected, "CA_ADDR")?.value, "csr.example.com:443");
    assert.equal(variable(injected, "PILOT_CERT_PROVIDER")?.value, "istiod");
    assert.ok(injected.spec.volumes?.some(({ name }) => name === "istiod-ca-cert"));
  });

  it("a sidecar asks istiod where a signer of the cluster signs, and trusts what istiod publishes", () => {
    const injected = pod({
      externalAuthority: {
        kubernetesSigner: { signer: "signers.example.com/mesh", rootCertificatePem: "PEM" },
      },
    });
    assert.equal(variable(injected, "CA_ADDR")?.value, "istiod.istio-system.svc:15012");
    assert.equal(variable(injected, "PILOT_CERT_PROVIDER")?.value, "istiod");
    assert.ok(injected.spec.volumes?.some(({ name }) => name === "istiod-ca-cert"));
  });
});
