export { type InjectionTemplatesArgs, readTemplates, type ReadTemplates } from "./given";
export { injectorConfig } from "./injector-config";
export type * from "./injector-options";
export { injectorValues, injectorValuesObject } from "./injector-values";
export { injectionTemplates } from "./templates";
