import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import { checkDestinationRule } from "./destination-rule";
import { checkEnvoyFilter } from "./envoy-filter";
import { checkGateway } from "./gateway";
import { refuse, type AdmissionCheck, type AdmissionProblem } from "./problem";
import {
  checkAuthorizationPolicy,
  checkPeerAuthentication,
  checkProxyConfig,
  checkRequestAuthentication,
  checkTelemetry,
  checkWasmPlugin,
} from "./security";
import { checkServiceEntry } from "./service-entry";
import { checkSidecar } from "./sidecar";
import { checkVirtualService } from "./virtual-service";
import { checkWorkloadEntry, checkWorkloadGroup } from "./workloads";

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
  [kinds.proxyConfig, checkProxyConfig],
  [kinds.workloadEntry, checkWorkloadEntry],
  [kinds.workloadGroup, checkWorkloadGroup],
]);

const DRY_RUN = "istio.io/dry-run";

/** What istiod's admission webhook would say of an object, beyond its schema; nothing for kinds that it does not see. */
export function* admissionProblems(object: MeshObject): Iterable<AdmissionProblem> {
  const check = checks.get(object.groupKind);
  if (check === undefined || object.spec.isUnknown) return;
  const dryRun = object.annotations.get(DRY_RUN);
  if (dryRun.isPresent && object.groupKind !== kinds.authorizationPolicy)
    yield refuse(dryRun.path, `${DRY_RUN} is for AuthorizationPolicies`);
  yield* check(object);
}
