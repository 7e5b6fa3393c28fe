import { block, item, lines, quoted, when } from "../template-text";

/** A volume of the template and where the proxy container sees it. */
interface TemplateVolume {
  readonly volume: string;
  readonly mount: string;
}

function volume(name: string, path: string, ...source: readonly string[]): TemplateVolume {
  return { volume: item(`name: ${name}`, ...source), mount: item(`name: ${name}`, `mountPath: ${path}`) };
}

/**
 * A volume whose source is left to Kubernetes' default, an empty directory. A template of the user's own can then put its
 * source there, the SPIFFE CSI driver for example, where a merge would refuse to hold two sources.
 */
const OPEN = "emptyDir:";
const EMPTY = "emptyDir: {}";

const workloadSocket = volume("workload-socket", "/var/run/secrets/workload-spiffe-uds", OPEN);
const credentialSocket = (source: string) =>
  volume("credential-socket", "/var/run/secrets/credential-uds", source);
const workloadCertificates = (source: string) =>
  volume("workload-certs", "/var/run/secrets/workload-spiffe-credentials", source);

const gkeCertificates: TemplateVolume = {
  volume: item(
    "name: gke-workload-certificate",
    block("csi", "driver: workloadcertificates.security.cloud.google.com"),
  ),
  mount: item(
    "name: gke-workload-certificate",
    "mountPath: /var/run/secrets/workload-spiffe-credentials",
    "readOnly: true",
  ),
};

const proxyFiles = volume("istio-envoy", "/etc/istio/proxy", block("emptyDir", "medium: Memory"));
const proxyData = volume("istio-data", "/var/lib/istio/data", EMPTY);

const podInformation = volume(
  "istio-podinfo",
  "/etc/istio/pod",
  block(
    "downwardAPI",
    "items:",
    ...["labels", "annotations"].map((path) =>
      item(`path: ${path}`, block("fieldRef", `fieldPath: metadata.${path}`)),
    ),
  ),
);

const token = volume(
  "istio-token",
  "/var/run/secrets/tokens",
  block(
    "projected",
    "sources:",
    item(
      block(
        "serviceAccountToken",
        "path: istio-token",
        "expirationSeconds: 43200",
        `audience: ${quoted(".Values.global.sds.token.aud")}`,
      ),
    ),
  ),
);

const rootCertificate = volume(
  "istiod-ca-cert",
  "/var/run/secrets/istio",
  block("configMap", "name: istio-ca-root-cert"),
);
const revocations = volume(
  "istio-ca-crl",
  "/var/run/secrets/istio/crl",
  block("configMap", "name: istio-ca-crl", "optional: true"),
);

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

/** The volumes, or the mounts, of one kind of pod: `side` chooses. */
type Side = keyof TemplateVolume;

function fromIstiod(side: Side, ...volumes: readonly TemplateVolume[]): string {
  return when('eq .Values.global.pilotCertProvider "istiod"', lines(...volumes.map((each) => each[side])));
}

function certificates(side: Side, own: TemplateVolume): string {
  return when('eq .Values.global.caName "GkeWorkloadCertificate"', gkeCertificates[side], own[side]);
}

function mutualTls(side: Side): string {
  return when(".Values.global.mountMtlsCerts", mutualTlsCertificates[side]);
}

function bootstrap(side: Side): string {
  return when('isset .ObjectMeta.Annotations "sidecar.istio.io/bootstrapOverride"', bootstrapOverride[side]);
}

/** Volumes or mounts that the pod's annotation holds as JSON, by name. */
function userGiven(annotation: string): string {
  return when(
    `isset .ObjectMeta.Annotations "${annotation}"`,
    lines(
      `{{- range $name, $value := fromJSON (index .ObjectMeta.Annotations "${annotation}") }}`,
      '- {{ merge $value (dict "name" $name) | structToJSON }}',
      "{{- end }}",
    ),
  );
}

export const sidecarMounts = block(
  "volumeMounts",
  workloadSocket.mount,
  credentialSocket(OPEN).mount,
  certificates("mount", workloadCertificates(OPEN)),
  fromIstiod("mount", rootCertificate, revocations),
  proxyData.mount,
  bootstrap("mount"),
  proxyFiles.mount,
  token.mount,
  mutualTls("mount"),
  podInformation.mount,
  userGiven("sidecar.istio.io/userVolumeMount"),
);

export const sidecarVolumes = block(
  "volumes",
  workloadSocket.volume,
  credentialSocket(OPEN).volume,
  certificates("volume", workloadCertificates(OPEN)),
  bootstrap("volume"),
  proxyFiles.volume,
  proxyData.volume,
  podInformation.volume,
  token.volume,
  fromIstiod("volume", rootCertificate, revocations),
  mutualTls("volume"),
  userGiven("sidecar.istio.io/userVolume"),
);

export const gatewayMounts = block(
  "volumeMounts",
  workloadSocket.mount,
  credentialSocket(EMPTY).mount,
  certificates("mount", workloadCertificates(EMPTY)),
  fromIstiod("mount", rootCertificate),
  proxyData.mount,
  proxyFiles.mount,
  token.mount,
  mutualTls("mount"),
  podInformation.mount,
);

export const gatewayVolumes = block(
  "volumes",
  workloadSocket.volume,
  credentialSocket(EMPTY).volume,
  certificates("volume", workloadCertificates(EMPTY)),
  proxyFiles.volume,
  proxyData.volume,
  podInformation.volume,
  token.volume,
  fromIstiod("volume", rootCertificate),
  mutualTls("volume"),
);
