import assert from "node:assert/strict";

import { loadAll } from "js-yaml";

import { cniObjects, listCniObjects } from "../../components/platform/cni/objects";
import { cniProblems, cniSettings } from "../../components/platform/cni/settings";
import { controlPlaneObjects, listObjects } from "../../components/platform/control-plane/objects";
import { controlPlaneProblems, controlPlaneSettings } from "../../components/platform/control-plane/settings";
import { gatewayObjects, listGatewayObjects } from "../../components/platform/gateway/objects";
import { gatewayProblems, gatewaySettings } from "../../components/platform/gateway/settings";
import { listZtunnelObjects, ztunnelObjects } from "../../components/platform/ztunnel/objects";
import { ztunnelProblems, ztunnelSettings } from "../../components/platform/ztunnel/settings";
import { CASES, officialManifests, requireOfficialManifests, type Case } from "./manifests/cases";
import { EXPLAINED } from "./manifests/explained";
import { differences, type AnyObject } from "./manifests/meaning";

function built({ controlPlane, gateways, cni, ztunnel }: Case): AnyObject[] {
  assert.deepEqual(controlPlaneProblems(controlPlane), []);
  gateways.forEach((gateway) => assert.deepEqual(gatewayProblems(gateway), []));
  if (cni !== undefined) assert.deepEqual(cniProblems(cni), []);
  if (ztunnel !== undefined) assert.deepEqual(ztunnelProblems(ztunnel), []);
  const objects = [
    ...listObjects(controlPlaneObjects(controlPlaneSettings(controlPlane))),
    ...gateways.flatMap((gateway) => listGatewayObjects(gatewayObjects(gatewaySettings(gateway)))),
    ...(cni === undefined ? [] : listCniObjects(cniObjects(cniSettings(cni)))),
    ...(ztunnel === undefined ? [] : listZtunnelObjects(ztunnelObjects(ztunnelSettings(ztunnel)))),
  ];
  // Through JSON, as an engine would send them: this also shows that no Output hides in them.
  return JSON.parse(JSON.stringify(objects)) as AnyObject[];
}

/** Template texts are judged by the pods that they make; the comparison here is of their names. */
function withTemplateNames(objects: AnyObject[]): AnyObject[] {
  return objects.map((object) => {
    const data = object["data"] as Record<string, string> | undefined;
    if (object.kind !== "ConfigMap" || data?.["config"] === undefined) return object;
    const [config] = loadAll(data["config"].replace(/^templates omitted.*\n/, "")) as [
      Record<string, unknown>,
    ];
    const templates = config["templates"];
    const names = Array.isArray(templates) ? templates : Object.keys(templates as object);
    return { ...object, data: { ...data, config: JSON.stringify({ ...config, templates: names.sort() }) } };
  });
}

/** The injected form of a gateway has no pod to compare until its template has been applied: only what is around it. */
function withoutInjectedPod(objects: AnyObject[]): AnyObject[] {
  return objects.map((object) => {
    if (object.kind !== "Deployment" || !/gateway$/.test(object.metadata.name)) return object;
    const { template: _, ...spec } = object["spec"] as Record<string, unknown>;
    return { ...object, spec };
  });
}

describe("objects of the platform against the official installer's", () => {
  before(function () {
    requireOfficialManifests(this);
  });

  for (const [name, asked] of Object.entries(CASES)) {
    it(`${name}: every difference in meaning is explained, and every explanation still applies`, () => {
      const prepare = (objects: AnyObject[]): AnyObject[] => withoutInjectedPod(withTemplateNames(objects));
      const found = differences(prepare(officialManifests(name)), prepare(built(asked)));
      const rows = EXPLAINED.filter(({ cases, injected }) => injected !== true && cases.includes(name));
      const explains = (
        row: { object: string; path: string },
        of: { object: string; path: string },
      ): boolean => row.object === of.object && row.path === of.path;
      assert.deepEqual(
        found.filter((difference) => !rows.some((row) => explains(row, difference))),
        [],
        "unexplained differences",
      );
      assert.deepEqual(
        rows.filter((row) => !found.some((difference) => explains(row, difference))),
        [],
        "explanations of differences that are gone",
      );
    });
  }

  it("explains no more than 25 differences, each with a reason", () => {
    assert.ok(EXPLAINED.length <= 25, `${EXPLAINED.length} rows`);
    assert.ok(EXPLAINED.every(({ reason }) => reason.length > 20));
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
