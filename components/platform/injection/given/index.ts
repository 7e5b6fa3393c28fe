export { type InjectionTemplatesArgs, readTemplates, type ReadTemplates } from "./read-templates";
