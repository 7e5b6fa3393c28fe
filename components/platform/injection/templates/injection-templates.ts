import { gatewayTemplate } from "./gateway";
import { kubeGatewayTemplate } from "./kube-gateway";
import { sidecarTemplate } from "./sidecar";
import { waypointTemplate } from "./waypoint";

/** Every template that we ship, by the name that `inject.istio.io/templates` and a GatewayClass know it by. */
export const injectionTemplates: Readonly<Record<string, string>> = {
  sidecar: sidecarTemplate,
  gateway: gatewayTemplate,
  waypoint: waypointTemplate,
  "kube-gateway": kubeGatewayTemplate,
};
