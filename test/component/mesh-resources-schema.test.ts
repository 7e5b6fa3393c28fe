import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { analyse, schemaValid } from "../../analysis";
import type { Manifest } from "../../components/compile/manifest";
import { defineMesh } from "../../components/intent";
import { MeshError, type InputProblem } from "../../components/intent/problem";
import { MeshResources } from "../../components/platform";
import { meshResourcesProblems } from "../../components/platform/mesh-resources/mesh-resources";
import { planServiceMesh } from "../../components/platform/service-mesh/plan";
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
        assert.deepEqual(
          [...new Set(error.problems.map(({ resource }) => resource))],
          ["shop-mesh-peer-authentication-shop-legacy"],
        );
        return true;
      },
    );
  });

  it("may hold outputs, whose values wait for the rule", () => {
    assert.deepEqual(schemaProblems(policy({ mtls: { mode: pulumi.output("STRICT") } }), "manifests[0]"), []);
    assert.deepEqual(schemaProblems(policy({ mtls: undefined }), "manifests[0]"), []);
  });

  const route = (
    name: string,
    spec: object,
    annotations: Readonly<Record<string, string>> = {},
  ): Manifest => ({
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata: { name, namespace: "shop", annotations },
    spec: { hosts: [name], ...spec },
  });
  const to = (host: string, weight?: number): object => ({ destination: { host }, weight });
  const LONE = { http: [{ route: [to("reviews", 40)] }] };

  it("are refused for what is wrong whatever else is in the cluster, by the rule's id, at their place and by their name", () => {
    const manifests = [
      route("reviews", LONE),
      route("ratings", { http: [{ route: [to("ratings")] }, { route: [to("details")] }] }),
      {
        ...route("again", { http: [{ route: [to("ratings")] }] }),
        spec: { hosts: ["ratings"], http: [{ route: [to("ratings")] }] },
      },
      route("details", { http: [{ route: [] }] }),
    ];
    assert.throws(
      () => new MeshResources("shop-mesh", { manifests }),
      (error: Error) => {
        assert.ok(error instanceof MeshError);
        assert.match(error.message, /shop-mesh/);
        assert.deepEqual(
          new Set(error.problems.map(({ resource }) => resource)),
          new Set(
            ["again", "details", "ratings", "reviews"].map(
              (name) => `shop-mesh-virtual-service-shop-${name}`,
            ),
          ),
        );
        assert.match(
          error.message,
          /manifests\[0\]\.spec\.http\[0\]\.route\[0\]\.weight: [^\n]*\n\s+resource: shop-mesh-virtual-service-shop-reviews\n\s+got: /,
        );
        assert.deepEqual(
          error.problems.map(({ id, path, got }) => [id, path, got]),
          [
            ["platform/traffic-single-owner", "manifests[2].spec.hosts[0]", "VirtualService shop/again"],
            ["platform/schema-valid", "manifests[3].spec.http[0]", "VirtualService shop/details"],
            ["platform/traffic-single-owner", "manifests[1].spec.hosts[0]", "VirtualService shop/ratings"],
            ["platform/traffic-route-reachable", "manifests[1].spec.http[1]", "VirtualService shop/ratings"],
            [
              "platform/traffic-weights-sane",
              "manifests[0].spec.http[0].route[0].weight",
              "VirtualService shop/reviews",
            ],
          ],
        );
        return true;
      },
    );
  });

  it("are not refused for what may live elsewhere, for a choice, or for what an exception lifts", () => {
    const excepted = { "except.meshwright.dev/traffic-weights-sane": "until=2999-01-01; reason=OPS-7" };
    const manifests = [
      route("reviews", LONE, excepted),
      route("ratings", { http: [{ route: [{ destination: { host: "elsewhere", subset: "v9" } }] }] }),
      policy({ mtls: { mode: "DISABLE" } }),
    ];
    const problems = meshResourcesProblems({ manifests }, "shop-mesh");
    assert.deepEqual(problems, []);
  });

  it("are named as they would have been registered, also where a whole mesh is planned", () => {
    const problems: InputProblem[] = [];
    const shop = defineMesh("shop", {
      services: { reviews: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } } },
    });
    shop.route(shop.services.reviews, [shop.otherwise().to(shop.services.reviews)]);
    const wide = {
      virtualService: <T extends { spec: object }>(vs: T) => ({ ...vs, spec: { ...vs.spec, colour: "red" } }),
    };
    planServiceMesh({ mesh: shop, namespaces: { shop: {} } }, { transform: wide }, problems, "prod");
    assert.deepEqual(
      problems.map(({ id, resource }) => `${id} ${resource}`),
      ["platform/invalid-manifest prod-resources-virtual-service-shop-reviews"],
    );
  });
});
