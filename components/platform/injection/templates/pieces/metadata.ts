import { block, lines, quoted, when } from "../template-text";
import { captureAnnotations } from "./capture-annotations";
import { canonicalName, canonicalRevision, tlsMode, tunnel } from "./labels";

const revision = 'istio.io/rev: {{ .Revision | default "default" | quote }}';

function firstApplication(annotation: string): string {
  return when(
    `not (isset .ObjectMeta.Annotations "${annotation}")`,
    `${annotation}: ${quoted("index $applications 0")}`,
  );
}

/** kubectl's logs and exec go to the application, not to the proxy beside it. */
const defaultContainer = when(
  "$applications",
  lines(
    firstApplication("kubectl.kubernetes.io/default-logs-container"),
    firstApplication("kubectl.kubernetes.io/default-container"),
  ),
);

const NETWORKS = "k8s.v1.cni.cncf.io/networks";

/** Multus runs only the plugins that a pod names. */
const multusNetwork = when(
  'eq .Values.pilot.cni.provider "multus"',
  `${NETWORKS}: {{ appendMultusNetwork (index .ObjectMeta.Annotations "${NETWORKS}") "default/istio-cni" | quote }}`,
);

/** Labels and annotations of a pod with a sidecar. */
export const sidecarMetadata = block(
  "metadata",
  block("labels", tlsMode, tunnel, canonicalName, canonicalRevision),
  block(
    "annotations",
    revision,
    defaultContainer,
    when(".Values.pilot.cni.enabled", lines(multusNetwork, captureAnnotations)),
  ),
);

/** Labels and annotations of a gateway pod. */
export const gatewayMetadata = block(
  "metadata",
  block("labels", canonicalName, canonicalRevision),
  block("annotations", revision, defaultContainer),
);

/** The agent cannot forward a gRPC probe to an application that it does not stand in front of. */
const ownProbes = 'sidecar.istio.io/rewriteAppHTTPProbers: "false"';

/** Labels and annotations of a pod whose gRPC clients talk to the agent. */
export const grpcAgentMetadata = block(
  "metadata",
  block("labels", canonicalName, canonicalRevision),
  block("annotations", revision, defaultContainer, ownProbes),
);

/** Annotations of a pod whose gRPC clients talk to istiod. */
export const grpcSimpleMetadata = block("metadata", block("annotations", ownProbes));
