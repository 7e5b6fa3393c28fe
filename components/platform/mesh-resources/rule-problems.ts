import { analyse, sourceOf } from "../../../analysis/analyse";
import type { KubernetesObject } from "../../../analysis/kubernetes-object";
import type { Rule } from "../../../analysis/rule";
import { egressServiceEntryConsistent } from "../../../analysis/rules/egress-serviceentry-consistent";
import { gatewayConflict } from "../../../analysis/rules/gateway-conflict";
import { mtlsPeerauthConflict } from "../../../analysis/rules/mtls-peerauth-conflict";
import { resilienceFailoverOutlier } from "../../../analysis/rules/resilience-failover-outlier";
import { schemaValid } from "../../../analysis/rules/schema-valid";
import { telemetryConflict } from "../../../analysis/rules/telemetry-conflict";
import { trafficRouteReachable } from "../../../analysis/rules/traffic-route-reachable";
import { trafficSingleOwner } from "../../../analysis/rules/traffic-single-owner";
import { trafficWeightsSane } from "../../../analysis/rules/traffic-weights-sane";
import type { Manifest } from "../../compile/manifest";
import type { InputProblem } from "../../intent/problem";
import { withoutOutputs } from "./without-outputs";

/**
 * What these say of a set of objects is so whatever else is in the cluster. The other rules ask for what may be
 * registered elsewhere, or for a choice that is the owner's: `meshwright check` and the policy packs make them.
 */
const CERTAIN: readonly Rule[] = [
  schemaValid,
  trafficRouteReachable,
  trafficWeightsSane,
  trafficSingleOwner,
  mtlsPeerauthConflict,
  telemetryConflict,
  gatewayConflict,
  resilienceFailoverOutlier,
  egressServiceEntryConsistent,
];

/**
 * What the rules that can be certain of it find in a component's objects, said before anything is registered. An
 * exception annotation lifts a rule here as it does in a deployed object, and values that are known only after
 * deployment wait.
 */
export function ruleProblems(
  manifests: readonly Manifest[],
  rootNamespace: string,
  resourceName: (manifest: Manifest) => string,
): readonly InputProblem[] {
  const places = new Map(
    manifests.map((manifest, index) => [withoutOutputs(manifest) as KubernetesObject, index] as const),
  );
  const { findings } = analyse(
    [...places.keys()].map((object) => ({ object })),
    { rules: CERTAIN, meshConfig: { rootNamespace } },
  );
  return findings.flatMap((finding): InputProblem[] => {
    const object = sourceOf(finding)?.object;
    const index = object === undefined ? undefined : places.get(object);
    const manifest = index === undefined ? undefined : manifests[index];
    if (finding.level !== "mandatory" || manifest === undefined) return [];
    const { kind, namespace, name } = finding.object;
    const at = `manifests[${index}]`;
    return [
      {
        id: `platform/${finding.rule}`,
        path: finding.path === "" ? at : `${at}.${finding.path}`,
        resource: resourceName(manifest),
        message: finding.message,
        got: `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`,
        expected: `nothing that the rule ${finding.rule} reports`,
        fix: finding.fix,
      },
    ];
  });
}
