/** The volumes and mounts of managed gateways. */
import { block, item, lines } from "../../template-text";
import {
  certificateFiles,
  credentialSocket,
  EMPTY,
  fromIstiod,
  OPEN,
  podInformation,
  proxyData,
  proxyFiles,
  rootCertificate,
  type Side,
  token,
  workloadSocket,
} from "../volumes";

function kubeGateway(side: Side): string {
  return lines(
    workloadSocket(OPEN)[side],
    credentialSocket(EMPTY)[side],
    certificateFiles(side, EMPTY),
    fromIstiod(side, rootCertificate),
    proxyData[side],
    proxyFiles[side],
    token[side],
    podInformation[side],
  );
}

/** A waypoint always trusts istiod's root: the mesh that it serves is secured with it. */
function waypoint(side: Side): string {
  return lines(
    workloadSocket(OPEN)[side],
    rootCertificate[side],
    proxyData[side],
    proxyFiles[side],
    token[side],
    podInformation[side],
  );
}

/** Two volumes of the official waypoint that no container mounts; overlays of a Gateway's parameters may. */
const spare = lines(
  item("name: go-proxy-envoy", block("emptyDir", "medium: Memory")),
  item("name: go-proxy-data", EMPTY),
);

export const kubeGatewayMounts = block("volumeMounts", kubeGateway("mount"));
export const kubeGatewayVolumes = block("volumes", kubeGateway("volume"));
export const waypointMounts = block("volumeMounts", waypoint("mount"));
export const waypointVolumes = block("volumes", waypoint("volume"), spare);
