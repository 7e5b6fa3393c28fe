export type { CheckSettings, ExceptionSetting, RuleLevel, RuleSetting, RuleSettings } from "../analysis";
export { MeshwrightPack, type MeshwrightPackOptions } from "./pack";
export { meshwrightPolicies, type MeshwrightPolicyOptions } from "./policies";
