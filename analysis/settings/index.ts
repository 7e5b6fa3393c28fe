export { readSettings, type ReadSettings } from "./read-settings";
export { exceptionProperties, optionProperties, settingsSchema } from "./schema";
export type { CheckSettings, ExceptionSetting, RuleLevel, RuleSetting, RuleSettings } from "./settings";
