export { checkTemplates, comparisonFormat, type TemplateCheck } from "./check-templates";
