export { gatewayTemplate } from "./gateway";
export { injectionTemplates } from "./injection-templates";
export { kubeGatewayTemplate } from "./kube-gateway";
export { sidecarTemplate } from "./sidecar";
export { waypointTemplate } from "./waypoint";
