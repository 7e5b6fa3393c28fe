import { gatewayContainer } from "./pieces/containers";
import { imagePullSecrets } from "./pieces/images";
import { gatewayMetadata } from "./pieces/metadata";
import { gatewayPodSecurity } from "./pieces/security";
import { podVariables } from "./pieces/variables";
import { gatewayVolumes } from "./pieces/pod-volumes";
import { block, lines } from "./template-text";

/** The template `gateway`: what istiod makes of a pod whose container `istio-proxy` has the image `auto`. */
export const gatewayTemplate = lines(
  podVariables,
  gatewayMetadata,
  block("spec", gatewayPodSecurity, "containers:", gatewayContainer, gatewayVolumes, imagePullSecrets),
);
