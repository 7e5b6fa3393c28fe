export { MeshwrightPack, type MeshwrightPackOptions } from "./pack";
export {
  meshwrightPolicies,
  type MeshwrightPolicyOptions,
  type RuleSetting,
  type RuleSettings,
} from "./policies";
