export {
  analyse,
  editsOf,
  sourceOf,
  type Analysis,
  type AnalyseOptions,
  type Excepted,
  type IgnoredKind,
  type Waiting,
} from "./analyse";
export { applyEdits, type Edit } from "./edit";
export { EXCEPTION_PREFIX } from "./exception";
export type { Finding, Level, ObjectRef } from "./finding";
export {
  UNKNOWN,
  type KubernetesObject,
  type Located,
  type ObjectLike,
  type Unknown,
} from "./kubernetes-object";
export { MeshModel } from "./model";
export { levelOf, packNames, type PackName, type Setting } from "./pack";
export {
  isWait,
  optionsOf,
  type OptionSchema,
  type Report,
  type Rule,
  type RuleMetadata,
  type ScalarSchema,
  type Verdict,
  type Wait,
} from "./rule";
export * from "./rules";
export { frameworksOf, type FrameworkReference } from "./frameworks";
export {
  exceptionProperties,
  optionProperties,
  readSettings,
  settingsSchema,
  type CheckSettings,
  type ExceptionSetting,
  type ReadSettings,
  type RuleLevel,
  type RuleSetting,
  type RuleSettings,
} from "./settings";
export { summariseRoutes, type RouteLine, type RouteSummary } from "./route-summary";
