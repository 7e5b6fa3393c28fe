import assert from "node:assert/strict";
import type { Container, Pod } from "./support/kinds";
import type { KubernetesObject } from "./support/objects";
import { onApiServer, type OnApiServer } from "./support/on-api-server";
import { requiresInjection } from "./support/requires-cluster";

for (const stack of ["dev", "staging", "prod"]) {
  onApiServer(`stack ${stack} on a real API server`, { stack }, { further: bookinfo });
}

function bookinfo(on: OnApiServer): void {
  const pods = (namespace: string) => on.cluster.api.list<Pod>(`/api/v1/namespaces/${namespace}/pods`);

  it("injects a native sidecar into every pod of the application, from the templates that were applied", async function () {
    requiresInjection(this, on.cluster);
    const all = await pods("bookinfo");
    assert.ok(all.length >= 6, `${all.length} pods`);
    for (const { metadata, spec } of all) {
      const sidecar = spec.initContainers?.find(({ name }) => name === "istio-proxy");
      assert.equal(sidecar?.restartPolicy, "Always", `${metadata.name} has no native sidecar`);
      assert.match(sidecar.image ?? "", /\/proxyv2:/, metadata.name);
      assert.equal(variable(sidecar, "CA_ADDR"), "istiod.istio-system.svc:15012", metadata.name);
    }
  });

  it("completes the gateways, whose pods pass the restricted level of Pod Security", async function () {
    requiresInjection(this, on.cluster);
    const all = await pods("istio-ingress");
    assert.ok(all.length >= 1, "there is no gateway pod");
    for (const { metadata, spec } of all) {
      assert.deepEqual(
        spec.containers.map(({ name }) => name),
        ["istio-proxy"],
        metadata.name,
      );
      assert.match(spec.containers[0]?.image ?? "", /\/proxyv2:/, metadata.name);
    }
    const { body } = await on.cluster.api.request("GET", "/api/v1/namespaces/istio-ingress");
    const { labels } = (body as KubernetesObject).metadata as { readonly labels?: Record<string, string> };
    assert.equal(labels?.["pod-security.kubernetes.io/enforce"], "restricted");
  });

  it("has the API server ask its injector", function () {
    if (on.cluster.istiod === undefined) {
      console.log("      skipped: istiod runs in the cluster and does not tell what it was asked");
      return this.skip();
    }
    assert.ok(on.cluster.istiod.calls.some(({ path }) => path.startsWith("/inject")));
  });
}

function variable(container: Container, name: string): string | undefined {
  return container.env?.find((one) => one.name === name)?.value;
}
