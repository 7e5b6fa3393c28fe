import assert from "node:assert/strict";

import { dump } from "js-yaml";

import { controlPlaneObjects, listObjects } from "../../components/platform/control-plane/objects";
import { controlPlaneSettings } from "../../components/platform/control-plane/settings";
import type { GatewayArgs } from "../../components/platform/gateway";
import { gatewayObjects } from "../../components/platform/gateway/objects";
import { gatewaySettings } from "../../components/platform/gateway/settings";
import { inInjectedForm, withFiles, type GatewayDeployment } from "./gateways/injected-form";
import { inject, requireEvaluator } from "./inject/evaluator";
import { CASES, officialManifests, requireOfficialManifests, type Case } from "./manifests/cases";
import { EXPLAINED } from "./manifests/explained";
import { differences, identity, type AnyObject, type Difference } from "./manifests/meaning";

function plain<T>(object: unknown): T {
  return JSON.parse(JSON.stringify(object)) as T;
}

function dataOf(objects: readonly AnyObject[], name: string): Record<string, string> {
  const found = objects.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === name);
  if (found === undefined) throw new Error(`no ConfigMap ${name}`);
  return found["data"] as Record<string, string>;
}

/** Our gateway as we deploy it, and as the injector of our control plane completes it. */
function ours(
  asked: Case,
  gateway: GatewayArgs,
): { deployed: GatewayDeployment; completed: GatewayDeployment } {
  const settings = controlPlaneSettings(asked.controlPlane ?? {});
  const objects = plain<AnyObject[]>(listObjects(controlPlaneObjects(settings)));
  const deployed = plain<GatewayDeployment>(gatewayObjects(gatewaySettings(gateway)).deployment);
  const { config = "", values = "" } = dataOf(objects, "istio-sidecar-injector");
  const template = inject({
    config,
    values,
    meshConfig: dataOf(objects, "istio")["mesh"] ?? "",
    revision: "default",
    workload: dump(deployed),
  });
  return { deployed, completed: { ...deployed, spec: { ...deployed.spec, template } } };
}

/** How a gateway differs from the official one in the injected form. */
function found(name: string, gateway: GatewayArgs, change = (text: string): string => text): Difference[] {
  const { deployed, completed } = ours(CASES[name]!, gateway);
  const manifests = officialManifests(name);
  const official = manifests.find((object) => identity(object) === identity(deployed));
  assert.ok(official !== undefined, `the official installer has no ${identity(deployed)}`);
  const expected = inInjectedForm(
    official as GatewayDeployment,
    deployed,
    dataOf(manifests, "istio")["mesh"] ?? "",
  );
  const changed = JSON.parse(change(JSON.stringify(completed))) as GatewayDeployment;
  return differences([expected], [withFiles(changed)]);
}

describe("gateways after our template has been applied against the official installer's", () => {
  before(function () {
    requireOfficialManifests(this);
    requireEvaluator(this);
  });

  for (const [name, { gateways }] of Object.entries(CASES)) {
    it(`${name}: every difference in meaning is explained, and every explanation still applies`, () => {
      const all = gateways.flatMap((gateway) => found(name, gateway));
      const rows = EXPLAINED.filter(({ cases, injected }) => injected === true && cases.includes(name));
      const same = (a: { object: string; path: string }, b: { object: string; path: string }): boolean =>
        a.object === b.object && a.path === b.path;
      assert.deepEqual(
        all.filter((difference) => !rows.some((row) => same(row, difference))),
        [],
        "unexplained differences",
      );
      assert.deepEqual(
        rows.filter((row) => !all.some((difference) => same(row, difference))),
        [],
        "explanations of differences that are gone",
      );
    });
  }

  const explained = EXPLAINED.filter(({ injected }) => injected === true).map(({ path }) => path);
  const pod = "spec.template.spec";
  const CHANGES: readonly (readonly [string, (text: string) => string, string])[] = [
    [
      "a secret that is mounted in the place of another",
      (text) => text.replace('"secretName":"istio-ingressgateway-certs"', '"secretName":"other"'),
      `${pod}.containers.istio-proxy.volumeMounts["/etc/istio/ingressgateway-certs"].holds.secret.secretName`,
    ],
    [
      "a root file system that can be written to",
      (text) => text.replace('"readOnlyRootFilesystem":true', '"readOnlyRootFilesystem":false'),
      `${pod}.containers.istio-proxy.securityContext.readOnlyRootFilesystem`,
    ],
    [
      "an addition of the official template that is missing",
      (text) => text.replace('"name":"GOMEMLIMIT"', '"name":"OTHER"'),
      `${pod}.containers.istio-proxy.env.GOMEMLIMIT`,
    ],
    [
      "an addition of our own",
      (text) => text.replace('"serviceAccountName"', '"hostNetwork":true,"serviceAccountName"'),
      `${pod}.hostNetwork`,
    ],
    [
      "a probe of the template's where the installer has its own",
      (text) => text.replaceAll('"failureThreshold":30', '"failureThreshold":4'),
      `${pod}.containers.istio-proxy.readinessProbe.failureThreshold`,
    ],
    [
      "half the memory",
      (text) => text.replaceAll('"memory":"1Gi"', '"memory":"512Mi"'),
      `${pod}.containers.istio-proxy.resources.limits.memory`,
    ],
  ];
  for (const [what, change, path] of CHANGES) {
    it(`notices ${what}`, () => {
      const paths = found("default", {}, change).map((difference) => difference.path);
      assert.ok(paths.includes(path), `${path} is not among ${paths.join(", ")}`);
      assert.ok(!explained.includes(path));
    });
  }
});
