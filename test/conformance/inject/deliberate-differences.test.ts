import assert from "node:assert/strict";

import { dump } from "js-yaml";

import { injectorConfig, injectorValues } from "../../../components/platform/injection";
import { injected, proxy, variable } from "./cases";
import { gatewayObjects, type InjectedTemplate, requireEvaluator } from "./evaluator";

/** Where our templates do not do what the official ones of 1.31 do, and why that is right. */
describe("deliberate differences from the official templates", () => {
  before(function () {
    requireEvaluator(this);
  });

  const LONG = `${"a".repeat(62)}-b`;
  for (const template of ["gateway", "grpc-agent"]) {
    it(`${template}: a canonical name is cut to a label's length, as the sidecar's is; a longer one is refused by the cluster`, () => {
      const pod = injected({ labels: { app: LONG }, annotations: { "inject.istio.io/templates": template } });
      assert.equal(pod.metadata.labels?.["service.istio.io/canonical-name"], "a".repeat(62));
    });
  }

  it("grpc-agent: without a status port the agent loses its probe alone, not its resources and mounts", () => {
    const agent = proxy(
      injected({
        annotations: { "inject.istio.io/templates": "grpc-agent", "status.sidecar.istio.io/port": "0" },
      }),
    );
    assert.equal(agent["readinessProbe"], undefined);
    assert.notEqual(agent["resources"], undefined);
    assert.ok(agent.volumeMounts?.some(({ name }) => name === "istio-token"));
  });

  it("grpc-agent: no volume for a bootstrap of Envoy, which does not run", () => {
    const annotations = {
      "inject.istio.io/templates": "grpc-agent",
      "sidecar.istio.io/bootstrapOverride": "mine",
    };
    assert.ok(
      !injected({ annotations }).spec.volumes?.some(({ name }) => name === "custom-bootstrap-volume"),
    );
  });

  it("grpc-simple: a proxy beside the application is no client of istiod's, and gets no bootstrap of one", () => {
    const pod = injected({
      annotations: { "inject.istio.io/templates": "grpc-simple" },
      spec: {
        containers: [
          { name: "app", image: "a:1" },
          { name: "istio-proxy", image: "b:1" },
        ],
      },
    });
    assert.equal(variable(pod, "GRPC_XDS_BOOTSTRAP"), undefined);
    assert.equal(
      pod.spec.containers
        .find(({ name }) => name === "app")
        ?.env?.some(({ name }) => name === "GRPC_XDS_BOOTSTRAP"),
      true,
    );
  });

  it("waypoint: tokens have the audience that the mesh's authority expects, whatever it is", () => {
    const options = { tokenAudience: "mesh" };
    const objects = gatewayObjects({
      config: injectorConfig(options),
      values: injectorValues(options),
      meshConfig: "{}",
      gateway: dump({
        metadata: { name: "waypoint", namespace: "shop", uid: "1" },
        spec: { gatewayClassName: "istio-waypoint", listeners: [] },
      }),
    });
    const deployment = objects.find(({ kind }) => kind === "Deployment") as
      { spec: { template: InjectedTemplate } } | undefined;
    const token = deployment?.spec.template.spec.volumes?.find(({ name }) => name === "istio-token");
    assert.match(JSON.stringify(token), /"audience":"mesh"/);
  });

  it("proxy metadata is quoted, so that no text of it can end a YAML value or be read as something else", () => {
    const metadata = { YES: "a: \"b\" 'c' \\ # d\ne" };
    const pod = injected({ mesh: { defaultConfig: { proxyMetadata: metadata } } });
    assert.equal(variable(pod, "YES")?.value, metadata.YES);
  });

  it("the cluster's trust bundle may be asked for in words or as a boolean", () => {
    for (const asked of ["true", true]) {
      const pod = injected({
        options: { values: { pilot: { env: { ENABLE_CLUSTER_TRUST_BUNDLE_API: asked } } } },
      });
      const root = pod.spec.volumes?.find(({ name }) => name === "istiod-ca-cert");
      assert.notEqual(root?.["projected"], undefined);
    }
  });
});
