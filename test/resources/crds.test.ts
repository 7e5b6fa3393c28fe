import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import {
  gatewayApiCrds,
  gatewayApiCustomResourceDefinitions,
  istioCrds,
  istioCustomResourceDefinitions,
  preferredVersion,
  type CrdSet,
  type CustomResourceDefinition,
} from "../../components/resources/crds";
import { readDefinitions } from "../../scripts/generate-resources/read-module";
import { pinnedSets, storedFile } from "../../scripts/generate-resources/sets";

/** Removes prose by a walk that knows nothing of schemas, so that it shares no mistake with the generator. */
function withoutProse(value: unknown, insideProperties = false): unknown {
  if (Array.isArray(value)) return value.map((v) => withoutProse(v));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, v]) => insideProperties || !(key === "description" && typeof v === "string"))
      .map(([key, v]) => [key, withoutProse(v, key === "properties" && !insideProperties)]),
  );
}

function expected(definition: Record<string, unknown>): unknown {
  const { apiVersion, kind, metadata, spec } = withoutProse(
    definition,
  ) as unknown as CustomResourceDefinition;
  const versions = spec.versions.map((version) => {
    const { deprecationWarning: _, ...rest } = version as typeof version & { deprecationWarning?: string };
    return rest;
  });
  return { apiVersion, kind, metadata, spec: { ...spec, versions } };
}

const byName = (a: { metadata: { name: string } }, b: { metadata: { name: string } }): number =>
  a.metadata.name < b.metadata.name ? -1 : 1;

const carried: readonly [CrdSet, () => CustomResourceDefinition[]][] = [
  [istioCrds, istioCustomResourceDefinitions],
  [gatewayApiCrds, gatewayApiCustomResourceDefinitions],
];

describe("custom resource definitions", () => {
  for (const [set, expand] of carried) {
    const { module, version } = set.source;

    it(`of ${module} are those of the module, but for prose`, function () {
      this.timeout(120_000);
      const known = spawnSync("go", ["mod", "download", "-json", `${module}@${version}`], {
        encoding: "utf8",
      });
      if (known.error !== undefined || known.status !== 0) {
        console.log(`      skipped: Go cannot provide ${module} ${version} here`);
        this.skip();
      }
      const definitions = readDefinitions(set.source).map(expected) as CustomResourceDefinition[];
      assert.deepEqual(expand().sort(byName), definitions.sort(byName));
    });

    it(`of ${module} are those that the generator is pinned to`, () => {
      const pinned = pinnedSets.find((p) => p.module === module);
      assert.ok(pinned);
      assert.equal(version, pinned.version);
      assert.deepEqual(JSON.parse(readFileSync(storedFile(pinned), "utf8")), set);
    });

    it(`of ${module} hold no prose and each schema once`, () => {
      for (const crd of set.crds) {
        assert.deepEqual(withoutProse(crd), crd, crd.metadata.name);
        assert.equal(
          new Set(crd.schemas.map((s) => JSON.stringify(s))).size,
          crd.schemas.length,
          crd.metadata.name,
        );
      }
    });
  }

  it("of Istio need one schema per kind, however many versions serve it", () => {
    assert.deepEqual(
      istioCrds.crds.filter((crd) => crd.schemas.length !== 1).map((crd) => crd.metadata.name),
      [],
    );
    assert.ok(istioCrds.crds.some((crd) => crd.versions.length === 3));
  });

  it("are stored in less than 200 KB for each set", () => {
    for (const pinned of pinnedSets)
      assert.ok(statSync(storedFile(pinned)).size < 200_000, storedFile(pinned));
  });

  it("prefer v1 where it is served, else the newest version", () => {
    const chosen = Object.fromEntries(
      carried.flatMap(([set]) => set.crds.map((crd) => [crd.metadata.name, preferredVersion(crd).name])),
    );
    assert.equal(chosen["virtualservices.networking.istio.io"], "v1");
    assert.equal(chosen["telemetries.telemetry.istio.io"], "v1", "although v1alpha1 is what is stored");
    assert.equal(chosen["envoyfilters.networking.istio.io"], "v1alpha3");
    assert.equal(chosen["proxyconfigs.networking.istio.io"], "v1beta1");
    assert.equal(chosen["tlsroutes.gateway.networking.k8s.io"], "v1");
  });
});
