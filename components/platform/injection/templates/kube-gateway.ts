import { imagePullSecrets } from "./pieces/images";
import { gatewayLifecycle } from "./pieces/lifecycle";
import { kubeGatewayArguments, kubeGatewaySecurity, managedContainers } from "./pieces/managed/container";
import { kubeGatewayEnvironment } from "./pieces/managed/environment";
import {
  autoscaler,
  deployment,
  disruptionBudget,
  documents,
  service,
  serviceAccount,
} from "./pieces/managed/objects";
import { kubeGatewayMounts, kubeGatewayVolumes } from "./pieces/managed/volumes";
import { kubeGatewayPodSecurity } from "./pieces/security";

/** The template `kube-gateway`: what istiod deploys for a Gateway of the class `istio`. */
export const kubeGatewayTemplate = documents(
  serviceAccount,
  deployment(
    "",
    kubeGatewayPodSecurity,
    managedContainers({
      arguments: kubeGatewayArguments,
      environment: kubeGatewayEnvironment,
      mounts: kubeGatewayMounts,
      resources: ".Values.global.proxy.resources",
      lifecycle: gatewayLifecycle,
      security: kubeGatewaySecurity,
    }),
    kubeGatewayVolumes,
    imagePullSecrets,
  ),
  service(),
  autoscaler,
  disruptionBudget,
);
