import assert from "node:assert/strict";

import { CASES, officialManifests, requireOfficialManifests } from "./manifests/cases";
import { assertExplained } from "./manifests/assert-explained";
import { EXPLAINED } from "./manifests/explained";
import { differences, type AnyObject } from "./manifests/meaning";
import { built, prepared, withTemplateNames } from "./manifests/prepare";

describe("objects of the platform against the official installer's", () => {
  before(function () {
    requireOfficialManifests(this);
  });

  for (const [name, asked] of Object.entries(CASES)) {
    it(`${name}: every difference in meaning is explained, and every explanation still applies`, () => {
      const found = differences(prepared(officialManifests(name)), prepared(built(asked)));
      assertExplained(name, found);
    });
  }

  it("explains no more than 25 differences, each of one object and one path, and says what asks for it", () => {
    assert.ok(EXPLAINED.length <= 25, `${EXPLAINED.length} rows`);
    const uncited = EXPLAINED.filter(
      ({ reason }) => !/^(DESIGN\.md, section \d: |Required: ".+")/.test(reason),
    );
    assert.deepEqual(uncited, []);
    assert.deepEqual(
      EXPLAINED.filter(({ object, path }) => /[*?]/.test(`${object} ${path}`)),
      [],
    );
  });

  it("knows which templates are left out", () => {
    const texts = (objects: AnyObject[]): string =>
      withTemplateNames(objects).flatMap(
        ({ data }) => (data as Record<string, string> | undefined)?.["config"] ?? [],
      )[0]!;
    const names = (objects: AnyObject[]): string[] =>
      (JSON.parse(texts(objects)) as { templates: string[] }).templates;
    const ours = names(built(CASES["default"]!));
    assert.deepEqual(
      names(officialManifests("default")).filter((name) => !ours.includes(name)),
      ["agentgateway", "agentgateway-waypoint"],
    );
  });

  it("notices a permission, a selector value, an environment variable and a mesh setting that differ", () => {
    const objects = withTemplateNames(officialManifests("default"));
    const changed = JSON.parse(
      JSON.stringify(objects)
        .replace('"verbs":["create"]', '"verbs":["delete"]')
        .replace('"values":["default"]', '"values":["canary"]')
        .replace('"value":"istio-system/ztunnel"', '"value":"elsewhere/ztunnel"')
        .replace("trustDomain: cluster.local", "trustDomain: example.org"),
    ) as AnyObject[];
    const places = new Set(differences(objects, changed).map(({ object }) => object));
    assert.deepEqual([...places].sort(), [
      "ClusterRole istio-reader-clusterrole-istio-system",
      "ConfigMap istio-system/istio",
      "Deployment istio-system/istiod",
      "ValidatingWebhookConfiguration istio-validator-istio-system",
    ]);
  });
});
