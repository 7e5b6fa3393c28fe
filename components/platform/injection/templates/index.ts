export { gatewayTemplate } from "./gateway";
export { grpcAgentTemplate } from "./grpc-agent";
export { grpcSimpleTemplate } from "./grpc-simple";
export { injectionTemplates } from "./injection-templates";
export { kubeGatewayTemplate } from "./kube-gateway";
export { sidecarTemplate } from "./sidecar";
export { waypointTemplate } from "./waypoint";
