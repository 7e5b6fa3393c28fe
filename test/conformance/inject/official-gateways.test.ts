import assert from "node:assert/strict";

import { dump } from "js-yaml";

import { injectorConfig, injectorValues } from "../../../components/platform/injection";
import { gatewayObjects, type InjectedTemplate, type KubernetesObject, requireEvaluator } from "./evaluator";
import { officialConfigMap, officialDocuments, requireOfficial } from "./official";
import { podMeaning } from "./pod-meaning";
import { withoutServerDefaults } from "../../../cli/templates/server-defaults";

/** The uid that the recorded objects have in the place of the real one. */
const UID = "UID";

function meaning(object: KubernetesObject): unknown {
  const plain = withoutServerDefaults(object) as KubernetesObject & {
    spec?: { template?: InjectedTemplate };
  };
  const template = plain.spec?.template;
  if (template === undefined) return plain;
  // Nothing runs after these templates, so annotations for Prometheus are the template's own.
  const annotations = template.metadata.annotations;
  return { ...plain, spec: { ...plain.spec, template: { ...podMeaning(template), annotations } } };
}

describe("objects that our templates deploy for a Gateway against the official ones", () => {
  before(function () {
    requireOfficial(this);
    requireEvaluator(this);
  });

  for (const name of ["edge", "waypoint"]) {
    it(`${name}: no difference in meaning`, () => {
      const gateways = officialDocuments("gateway-api/gateways.yaml") as KubernetesObject[];
      const gateway = gateways.find(({ metadata }) => metadata.name === name);
      const ours = gatewayObjects({
        config: injectorConfig(),
        values: injectorValues(),
        meshConfig: officialConfigMap("default", "istio")["mesh"] ?? "",
        gateway: dump({ ...gateway, metadata: { ...gateway?.metadata, uid: UID } }),
      });
      const official = (officialDocuments("gateway-api/objects.yaml") as KubernetesObject[]).filter(
        ({ metadata }) =>
          (metadata["ownerReferences"] as { name: string }[]).some((owner) => owner.name === name),
      );
      const byKind = (objects: readonly KubernetesObject[]): unknown =>
        Object.fromEntries(objects.map((object) => [object.kind, meaning(object)]));
      assert.equal(official.length, 3);
      assert.deepEqual(byKind(ours), byKind(official));
    });
  }
});
