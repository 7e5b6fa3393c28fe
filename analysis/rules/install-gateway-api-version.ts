import {
  BUNDLE_VERSION,
  GATEWAY_API_REQUIREMENTS,
  type GatewayApiRequirement,
  isAtLeast,
} from "../../components/resources/crds/gateway-api-requirements";
import { UNKNOWN } from "../kubernetes-object";
import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import type { Rule, Verdict } from "../rule";

/**
 * `istioctl analyze` says nothing of a definition without a release, which istiod looks past as well: it is reported here.
 */
export const installGatewayApiVersion: Rule = {
  id: "install-gateway-api-version",
  group: "install",
  title: "Gateway API definitions are recent enough for Istio",
  description:
    "A definition of the Gateway API is older than istiod takes, or does not serve the version that istiod reads, so it looks past every object of that kind: routes and gateways do nothing.",
  severity: "high",
  level: "mandatory",
  scope: "resource",
  anchors: ["IST0156", "IST0172", "IST0176"],
  tags: ["gateway-api", "upgrade"],
  fix: "Install the Gateway API's standard channel in release v1.6.0 or later",
  steps: [
    "Find out who installs the Gateway API in this cluster; a cloud may do so by itself",
    "Raise it there to release v1.6.0 or later, standard channel",
    "Or let ServiceMesh install it, with gatewayApi: { ownership: install }",
  ],
  docs: "https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/",
  *check(model) {
    for (const object of model.ofKind(kinds.customResourceDefinition)) {
      const requirement = object.name === UNKNOWN ? undefined : GATEWAY_API_REQUIREMENTS.get(object.name);
      if (requirement === undefined) continue;
      yield* checkServed(object, requirement);
      yield* checkRelease(object, requirement);
    }
  },
};

function* checkServed(object: MeshObject, { served: wanted }: GatewayApiRequirement): Iterable<Verdict> {
  const versions = object.spec.get("versions");
  if (versions.isUnknown) {
    yield object.wait(versions.path);
    return;
  }
  const served: string[] = [];
  for (const version of versions.items()) {
    const isServed = version.get("served").boolean();
    const name = version.get("name").text();
    if (name === UNKNOWN || isServed === UNKNOWN) {
      yield object.wait(version.path);
      return;
    }
    if (isServed === true && name !== undefined) served.push(name);
  }
  if (served.includes(wanted)) return;
  const has = served.length === 0 ? "no version" : served.sort().join(", ");
  yield object.report(versions.path, `serves ${has}, and istiod reads ${wanted}`, {
    anchors: wanted === "v1" ? ["IST0172"] : ["IST0156"],
  });
}

function* checkRelease(object: MeshObject, { minimum }: GatewayApiRequirement): Iterable<Verdict> {
  if (minimum === undefined) return;
  const annotation = object.annotations.get(BUNDLE_VERSION);
  const release = annotation.text();
  if (release === UNKNOWN) {
    yield object.wait(annotation.path);
    return;
  }
  if (release === undefined) {
    yield object.report(
      annotation.path,
      `says no release of the Gateway API, and istiod takes none below v${minimum}`,
      {
        anchors: ["IST0176"],
        fix: "Install the definition from a release of the Gateway API, which says it",
      },
    );
    return;
  }
  if (isAtLeast(release, minimum) === true) return;
  yield object.report(annotation.path, `is of release ${release}, and istiod takes none below v${minimum}`, {
    anchors: ["IST0176"],
  });
}
