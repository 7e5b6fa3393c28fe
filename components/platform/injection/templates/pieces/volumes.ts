/** The volumes that proxies mount, one by one; which pod has which is said where the pods are. */
import { block, item, lines, quoted, when } from "../template-text";

/** A volume of the template and where the proxy container sees it. */
export interface TemplateVolume {
  readonly volume: string;
  readonly mount: string;
}

/** What is being written: the pod's volumes, or the container's mounts. */
export type Side = keyof TemplateVolume;

function volume(name: string, path: string, source: string): TemplateVolume {
  return { volume: item(`name: ${name}`, source), mount: item(`name: ${name}`, `mountPath: ${path}`) };
}

/** The name of a bundle of the control plane's own, where several of them share namespaces. */
const TRUST_BUNDLE = '(index .Values.global "trustBundleName")';

/** An empty directory that says so. */
export const EMPTY = "emptyDir: {}";

/**
 * A volume whose source is left to Kubernetes' default, which is an empty directory too. A template of the user's own can
 * put a source there, the SPIFFE CSI driver for example; a merge would refuse to hold two.
 */
export const OPEN = "emptyDir:";

/** Where an identity provider of the cluster's own, such as SPIRE, hands certificates to the proxy. */
export function workloadSocket(source: string): TemplateVolume {
  return volume("workload-socket", "/var/run/secrets/workload-spiffe-uds", source);
}

/** Where an external credential provider hands the certificates of servers to the proxy. */
export function credentialSocket(source: string): TemplateVolume {
  return volume("credential-socket", "/var/run/secrets/credential-uds", source);
}

function workloadCertificates(source: string): TemplateVolume {
  return volume("workload-certs", "/var/run/secrets/workload-spiffe-credentials", source);
}

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

/** Certificates as files; on Google's clusters the platform can provide them. */
export function certificateFiles(side: Side, source: string): string {
  return when(
    'eq .Values.global.caName "GkeWorkloadCertificate"',
    gkeCertificates[side],
    workloadCertificates(source)[side],
  );
}

/** Envoy's configuration and its sockets, which never touch a disk. */
export const proxyFiles = volume("istio-envoy", "/etc/istio/proxy", block("emptyDir", "medium: Memory"));

/** The socket between the agent and gRPC clients, and the bootstrap that tells them of it. */
export const xdsSocket = volume("istio-xds", "/etc/istio/proxy", block("emptyDir", "medium: Memory"));

/** What the agent writes. */
export const proxyData = volume("istio-data", "/var/lib/istio/data", EMPTY);

/** The pod's labels and annotations, which the proxy reports to istiod. */
export const podInformation = volume(
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

/** The token that the agent shows to the certificate authority. */
export const token = volume(
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

/** The root certificate that istiod publishes: as a ConfigMap in every namespace, or once for the cluster. */
export const rootCertificate = volume(
  "istiod-ca-cert",
  "/var/run/secrets/istio",
  when(
    'eq (dig "pilot" "env" "ENABLE_CLUSTER_TRUST_BUNDLE_API" "" .Values | print) "true"',
    block(
      "projected",
      "sources:",
      item(
        block(
          "clusterTrustBundle",
          `name: istio.io:istiod-ca:{{ ${TRUST_BUNDLE} | default "root-cert" }}`,
          "path: root-cert.pem",
        ),
      ),
    ),
    block("configMap", `name: {{ ${TRUST_BUNDLE} | default "istio-ca-root-cert" | quote }}`),
  ),
);

/** The list of revoked certificates, where the mesh has one. */
export const revocations = volume(
  "istio-ca-crl",
  "/var/run/secrets/istio/crl",
  block("configMap", "name: istio-ca-crl", "optional: true"),
);

/** Volumes that exist where istiod signs its own certificate: other signers are trusted through the cluster's root. */
export function fromIstiod(side: Side, ...volumes: readonly TemplateVolume[]): string {
  return when('eq .Values.global.pilotCertProvider "istiod"', lines(...volumes.map((one) => one[side])));
}
