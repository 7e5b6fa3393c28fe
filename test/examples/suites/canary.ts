import assert from "node:assert/strict";
import type { VirtualServiceManifest } from "../../../components/compile";
import { byVirtualService } from "../../support/routing/by-virtual-service";
import { exampleStack } from "../support/example";

describe("the example of a canary", () => {
  const second = exampleStack("canary");
  const end = exampleStack("canary", { config: { step: "5" } });
  const HOST = "podinfo.example.com";

  it("gives v2 five percent at its second step, to callers inside and outside", () => {
    for (const host of ["podinfo.podinfo", HOST]) {
      assert.deepEqual(second().routes(host)[0]?.lines.at(-1), {
        when: "otherwise",
        then: "podinfo.podinfo subset v1 95%, podinfo.podinfo subset v2 5%",
      });
    }
    assert.deepEqual([second().outputs["weight"], second().outputs["next"]], [5, 25]);
  });

  it("gives v2 everything at the last step, and v1 what asks for it", () => {
    assert.deepEqual(
      end()
        .routes("podinfo.podinfo")[0]
        ?.lines.map(({ then }) => then),
      ["podinfo.podinfo subset v1", "podinfo.podinfo subset v2", "podinfo.podinfo subset v2"],
    );
  });

  it("leads a request to the version that it names, at every step", () => {
    for (const stack of [second(), end()]) {
      const service = stack.object({ kind: "VirtualService", namespace: "podinfo" });
      const asking = (version?: string) =>
        byVirtualService(service as unknown as VirtualServiceManifest, {
          method: "GET",
          path: "/",
          headers: version === undefined ? {} : { "x-podinfo-version": version },
          query: {},
          host: "podinfo",
          scheme: "http",
          port: 80,
        });
      assert.match(String(asking("v2")), /^podinfo\/podinfo-v2:80 100%/);
      assert.match(String(asking("v1")), /^podinfo\/podinfo-v1:80 100%/);
    }
  });

  it("runs both versions at every step, so that the way back is open", () => {
    for (const stack of [second(), end()]) {
      const names = stack
        .objects({ kind: "Deployment", namespace: "podinfo" })
        .map(({ metadata }) => metadata.name);
      assert.deepEqual(names.toSorted(), ["podinfo-v1", "podinfo-v2"]);
    }
  });
});
