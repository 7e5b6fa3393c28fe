export type { PackConfig, PolicyLevel, PolicySettings } from "./pack-config";
export { runPolicyPack } from "./run-policy-pack";
export type {
  NotApplicable,
  PackInfo,
  PolicyPackOptions,
  PolicyPackResult,
  RemediationReport,
  Violation,
} from "./run-policy-pack";
