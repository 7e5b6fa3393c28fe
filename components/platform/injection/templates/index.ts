export { gatewayTemplate } from "./gateway";
export { injectionTemplates } from "./injection-templates";
export { sidecarTemplate } from "./sidecar";
