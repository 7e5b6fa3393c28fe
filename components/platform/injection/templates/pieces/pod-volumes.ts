/** The volumes and mounts of proxies that are injected into a pod. */
import { block, each, item, json, quoted, when } from "../template-text";
import {
  certificateFiles,
  credentialSocket,
  EMPTY,
  fromIstiod,
  OPEN,
  podInformation,
  proxyData,
  proxyFiles,
  revocations,
  rootCertificate,
  type Side,
  type TemplateVolume,
  token,
  workloadSocket,
  xdsSocket,
} from "./volumes";

const mutualTlsCertificates: TemplateVolume = {
  volume: item(
    "name: istio-certs",
    block(
      "secret",
      "optional: true",
      'secretName: {{ printf "istio.%s" (.Spec.ServiceAccountName | default "default") | quote }}',
    ),
  ),
  mount: item("name: istio-certs", "mountPath: /etc/certs/", "readOnly: true"),
};

const bootstrapOverride: TemplateVolume = {
  volume: item(
    "name: custom-bootstrap-volume",
    block(
      "configMap",
      `name: ${quoted('index .ObjectMeta.Annotations "sidecar.istio.io/bootstrapOverride"')}`,
    ),
  ),
  mount: item("name: custom-bootstrap-volume", "mountPath: /etc/istio/custom-bootstrap"),
};

function mutualTls(side: Side): string {
  return when(".Values.global.mountMtlsCerts", mutualTlsCertificates[side]);
}

function bootstrap(side: Side): string {
  return when('isset .ObjectMeta.Annotations "sidecar.istio.io/bootstrapOverride"', bootstrapOverride[side]);
}

/** Volumes or mounts that the pod's annotation holds as JSON: an object by name, or a list of named ones. */
function userGiven(annotation: string): string {
  return when(
    `isset .ObjectMeta.Annotations "${annotation}"`,
    each(
      "$name, $value",
      `fromJSON (index .ObjectMeta.Annotations "${annotation}")`,
      `- ${json('(merge $value (dict "name" $name))')}`,
    ),
  );
}

/** Mounts of a sidecar. */
export const sidecarMounts = block(
  "volumeMounts",
  workloadSocket(OPEN).mount,
  credentialSocket(OPEN).mount,
  certificateFiles("mount", OPEN),
  fromIstiod("mount", rootCertificate, revocations),
  proxyData.mount,
  bootstrap("mount"),
  proxyFiles.mount,
  token.mount,
  mutualTls("mount"),
  podInformation.mount,
  userGiven("sidecar.istio.io/userVolumeMount"),
);

/** Volumes of a pod with a sidecar. */
export const sidecarVolumes = block(
  "volumes",
  workloadSocket(OPEN).volume,
  credentialSocket(OPEN).volume,
  certificateFiles("volume", OPEN),
  bootstrap("volume"),
  proxyFiles.volume,
  proxyData.volume,
  podInformation.volume,
  token.volume,
  fromIstiod("volume", rootCertificate),
  revocations.volume,
  mutualTls("volume"),
  userGiven("sidecar.istio.io/userVolume"),
);

/** Mounts of an injected gateway. */
export const gatewayMounts = block(
  "volumeMounts",
  workloadSocket(OPEN).mount,
  credentialSocket(EMPTY).mount,
  certificateFiles("mount", EMPTY),
  fromIstiod("mount", rootCertificate),
  proxyData.mount,
  bootstrap("mount"),
  proxyFiles.mount,
  token.mount,
  mutualTls("mount"),
  podInformation.mount,
);

/** Volumes of an injected gateway's pod. */
export const gatewayVolumes = block(
  "volumes",
  workloadSocket(OPEN).volume,
  credentialSocket(EMPTY).volume,
  certificateFiles("volume", EMPTY),
  bootstrap("volume"),
  proxyFiles.volume,
  proxyData.volume,
  podInformation.volume,
  token.volume,
  fromIstiod("volume", rootCertificate),
  mutualTls("volume"),
);

/** Mounts of the agent of gRPC clients; they share its files, so its folder is theirs too. */
export const grpcAgentMounts = block(
  "volumeMounts",
  workloadSocket(OPEN).mount,
  certificateFiles("mount", OPEN),
  fromIstiod("mount", rootCertificate),
  proxyData.mount,
  xdsSocket.mount,
  token.mount,
  mutualTls("mount"),
  podInformation.mount,
  userGiven("sidecar.istio.io/userVolumeMount"),
);

/** Mounts of a gRPC application: the agent's bootstrap and socket, and the certificates that it fetches. */
export const grpcApplicationMounts = block(
  "volumeMounts",
  proxyData.mount,
  xdsSocket.mount,
  certificateFiles("mount", OPEN),
);

/** Volumes of a pod whose gRPC clients talk to the agent. */
export const grpcAgentVolumes = block(
  "volumes",
  workloadSocket(OPEN).volume,
  certificateFiles("volume", OPEN),
  xdsSocket.volume,
  proxyData.volume,
  podInformation.volume,
  token.volume,
  fromIstiod("volume", rootCertificate),
  mutualTls("volume"),
  userGiven("sidecar.istio.io/userVolume"),
);
