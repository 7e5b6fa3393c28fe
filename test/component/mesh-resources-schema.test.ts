import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { analyse, schemaValid } from "../../analysis";
import type { Manifest } from "../../components/compile/manifest";
import { MeshError } from "../../components/intent/problem";
import { MeshResources } from "../../components/platform";
import { schemaProblems } from "../../components/platform/mesh-resources/schema-problems";

const policy = (spec: unknown): Manifest => ({
  apiVersion: "security.istio.io/v1",
  kind: "PeerAuthentication",
  metadata: { name: "legacy", namespace: "shop" },
  spec,
});

describe("the objects of MeshResources", () => {
  const wrong = policy({ mtls: { mode: "STRIKT" }, colour: "red" });

  it("are refused at plan time as schema-valid would refuse them, before anything is registered", () => {
    const said = schemaProblems(wrong, "manifests[0]").map(({ path }) => path);
    const { findings } = analyse([{ object: wrong }], { rules: [schemaValid] });
    assert.deepEqual(said.toSorted(), findings.map(({ path }) => `manifests[0].${path}`).toSorted());
    assert.deepEqual(said.toSorted(), ["manifests[0].spec.colour", "manifests[0].spec.mtls.mode"]);
  });

  it("are named by the component's own Pulumi name, all problems at once", () => {
    assert.throws(
      () => new MeshResources("shop-mesh", { manifests: [wrong, policy({ mtls: 7 })] }),
      (error: Error) => {
        assert.ok(error instanceof MeshError);
        assert.match(error.message, /shop-mesh/);
        assert.deepEqual(
          [...new Set(error.problems.map(({ id }) => id))],
          ["platform/invalid-manifest", "platform/duplicate-manifest"].filter((id) =>
            error.problems.some((problem) => problem.id === id),
          ),
        );
        assert.ok(error.problems.some(({ path }) => path === "manifests[1].spec.mtls"));
        return true;
      },
    );
  });

  it("may hold outputs, whose values wait for the rule", () => {
    assert.deepEqual(schemaProblems(policy({ mtls: { mode: pulumi.output("STRICT") } }), "manifests[0]"), []);
    assert.deepEqual(schemaProblems(policy({ mtls: undefined }), "manifests[0]"), []);
  });
});
