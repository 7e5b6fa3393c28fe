import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import { checkAuthorizationPolicy } from "./authorization-policy";
import { checkDestinationRule } from "./destination-rule";
import { checkEnvoyFilter } from "./envoy-filter";
import { checkTrafficExtension, checkWasmPlugin } from "./extensions";
import { checkGateway } from "./gateway";
import { Problems, type AdmissionCheck, type AdmissionProblem } from "./problem";
import { checkPeerAuthentication } from "./peer-authentication";
import { checkProxyConfig } from "./proxy-config";
import { checkRequestAuthentication } from "./request-authentication";
import { checkServiceEntry } from "./service-entry";
import { checkSidecar } from "./sidecar";
import { checkTelemetry } from "./telemetry";
import { checkVirtualService } from "./virtual-service";
import { checkWorkloadEntry } from "./workload-entry";
import { checkWorkloadGroup } from "./workload-group";

const checks: ReadonlyMap<string, AdmissionCheck> = new Map([
  [kinds.gateway, checkGateway],
  [kinds.virtualService, checkVirtualService],
  [kinds.destinationRule, checkDestinationRule],
  [kinds.sidecar, checkSidecar],
  [kinds.serviceEntry, checkServiceEntry],
  [kinds.envoyFilter, checkEnvoyFilter],
  [kinds.authorizationPolicy, checkAuthorizationPolicy],
  [kinds.requestAuthentication, checkRequestAuthentication],
  [kinds.peerAuthentication, checkPeerAuthentication],
  [kinds.telemetry, checkTelemetry],
  [kinds.wasmPlugin, checkWasmPlugin],
  [kinds.trafficExtension, checkTrafficExtension],
  [kinds.proxyConfig, checkProxyConfig],
  [kinds.workloadEntry, checkWorkloadEntry],
  [kinds.workloadGroup, checkWorkloadGroup],
]);

const NO_PROBLEMS: readonly AdmissionProblem[] = [];

const DRY_RUN = "istio.io/dry-run";

/** Annotations that istiod sets on what it makes of other objects, and takes from nobody. */
const internal = [
  "internal.istio.io/webhook-always-reject",
  "internal.istio.io/parents",
  "internal.istio.io/parent-namespace",
];

/** What istiod's admission webhook would say of an object, beyond its schema; nothing for kinds that it does not see. */
export function admissionProblems(object: MeshObject): readonly AdmissionProblem[] {
  const check = checks.get(object.groupKind);
  if (check === undefined || object.spec.isUnknown) return NO_PROBLEMS;
  const problems = new Problems();
  if (object.hasAnnotations) checkAnnotations(problems, object);
  check(problems, object);
  return problems.all;
}

function checkAnnotations(problems: Problems, object: MeshObject): void {
  const dryRun = object.annotations.get(DRY_RUN);
  if (dryRun.isPresent && object.groupKind !== kinds.authorizationPolicy)
    problems.refuse(dryRun.path, `${DRY_RUN} is for AuthorizationPolicies`);
  for (const name of internal) {
    const annotation = object.annotations.get(name);
    if (annotation.isPresent) problems.refuse(annotation.path, `only istiod itself sets ${name}`);
  }
}
