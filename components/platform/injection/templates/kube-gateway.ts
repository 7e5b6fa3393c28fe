import { imagePullSecrets } from "./pieces/images";
import { managedArguments, managedContainers } from "./pieces/managed/container";
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
import { gatewayPodSecurity } from "./pieces/security";

/** The template `kube-gateway`: what istiod deploys for a Gateway of the class `istio`. */
export const kubeGatewayTemplate = documents(
  serviceAccount,
  deployment(
    "",
    gatewayPodSecurity,
    managedContainers({
      arguments: managedArguments("router"),
      environment: kubeGatewayEnvironment,
      mounts: kubeGatewayMounts,
      resources: ".Values.global.proxy.resources",
    }),
    kubeGatewayVolumes,
    imagePullSecrets,
  ),
  service(),
  autoscaler,
  disruptionBudget,
);
