import { gatewayTemplate } from "./gateway";
import { grpcAgentTemplate } from "./grpc-agent";
import { grpcSimpleTemplate } from "./grpc-simple";
import { kubeGatewayTemplate } from "./kube-gateway";
import { sidecarTemplate } from "./sidecar";
import { waypointTemplate } from "./waypoint";

/** Every template that we ship, by the name that `inject.istio.io/templates` and a GatewayClass know it by. */
export const injectionTemplates: Readonly<Record<string, string>> = {
  sidecar: sidecarTemplate,
  gateway: gatewayTemplate,
  "grpc-simple": grpcSimpleTemplate,
  "grpc-agent": grpcAgentTemplate,
  waypoint: waypointTemplate,
  "kube-gateway": kubeGatewayTemplate,
};
