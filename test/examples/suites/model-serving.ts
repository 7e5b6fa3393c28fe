import assert from "node:assert/strict";
import type { DestinationRuleManifest, VirtualServiceManifest } from "../../../components/compile";
import { EDGE, judge } from "../support/calls";
import { exampleStack } from "../support/example";

describe("the example of model serving", () => {
  const stack = exampleStack("model-serving");
  const onGpus = exampleStack("model-serving", { stack: "gpu", config: { inferencePool: "true" } });

  it("gives the next version of the model its first percent, and all of it to who asks", () => {
    assert.deepEqual(stack().routes("models.example.com")[0]?.lines.slice(0, 2), [
      { when: "/v1* x-model-version=v3-3", then: "llama.models subset v3-3" },
      { when: "/v1*", then: "llama.models subset v3-1 99%, llama.models subset v3-3 1%" },
    ]);
  });

  it("lets answers take ten minutes, and sends again only what reached no GPU", () => {
    const { spec } = stack().object({
      ...{ kind: "VirtualService", name: "llama" },
    }) as unknown as VirtualServiceManifest;
    for (const { timeout, retries } of spec.http ?? assert.fail("no routes")) {
      assert.equal(timeout, "600s");
      assert.equal(retries?.retryOn, "503,connect-failure,refused-stream");
    }
  });

  it("gives requests to the pod with the fewest, and new pods theirs bit by bit", () => {
    const rules = stack().objects({
      kind: "DestinationRule",
    }) as unknown as readonly DestinationRuleManifest[];
    const llama = rules.find(({ spec }) => spec.host.startsWith("llama."))?.spec.trafficPolicy;
    assert.equal(llama?.loadBalancer?.simple, "LEAST_REQUEST");
    assert.equal(llama.loadBalancer.warmup?.duration, "120s");
    const embedder = rules.find(({ spec }) => spec.host.startsWith("embedder."))?.spec.trafficPolicy;
    assert.deepEqual(embedder?.connectionPool?.http?.http2KeepAlive, { interval: "30s", timeout: "10s" });
  });

  it("keeps a run of training on one stream for a day, and asks again only for one that never began", () => {
    const { spec } = stack().object({
      kind: "VirtualService",
      name: "batches",
    }) as unknown as VirtualServiceManifest;
    assert.equal(spec.http?.[0]?.timeout, "86400s");
    assert.equal(spec.http[0].retries?.retryOn, "connect-failure,refused-stream");
    const rules = stack().objects({
      kind: "DestinationRule",
    }) as unknown as readonly DestinationRuleManifest[];
    const pool = rules.find(({ spec: { host } }) => host.startsWith("batches."))?.spec.trafficPolicy
      ?.connectionPool;
    assert.equal(pool?.http?.idleTimeout, "86400s");
    assert.deepEqual(pool.http.http2KeepAlive, { interval: "60s", timeout: "20s" });
    const allows = judge(stack());
    const read = { to: "batches.training", port: 9999, method: "POST", path: "/data.Batches/Stream" };
    assert.ok(allows({ ...read, from: "trainer.training" }));
    assert.ok(!allows({ ...read, from: "chat.apps" }));
  });

  it("demands a token at the edge", () => {
    const allows = judge(stack());
    const call = {
      to: "istio-ingressgateway.istio-system",
      port: 8443,
      path: "/v1/completions",
      host: "models.example.com",
    };
    assert.ok(!allows(call));
    assert.ok(allows({ ...call, claims: { iss: "https://login.example.com", sub: "ann" } }));
    assert.ok(
      allows({ from: EDGE, to: "llama.models", port: 8000, method: "POST", path: "/v1/completions" }),
    );
  });

  it("runs on GPUs where there are any, and drains streams for ten minutes", () => {
    const { spec } = onGpus().object({ kind: "Deployment", name: "llama-v3-1" });
    const { template } = spec as {
      template: {
        spec: {
          terminationGracePeriodSeconds: number;
          containers: { resources: { limits: Record<string, string> } }[];
        };
      };
    };
    assert.equal(template.spec.containers[0]?.resources.limits["nvidia.com/gpu"], "1");
    assert.equal(template.spec.terminationGracePeriodSeconds, 600);
  });

  it("has an InferencePool where it is asked for, and none otherwise", () => {
    assert.deepEqual(stack().objects({ kind: "InferencePool" }), []);
    const { spec } = onGpus().object({ kind: "InferencePool" });
    assert.deepEqual((spec as { selector: unknown }).selector, { matchLabels: { app: "llama" } });
  });
});
