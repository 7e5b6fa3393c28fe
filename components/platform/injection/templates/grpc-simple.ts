import { field, value } from "./pieces/environment-variable";
import { grpcSimpleMetadata } from "./pieces/metadata";
import { podVariables } from "./pieces/variables";
import { block, each, indent, item, lines } from "./template-text";

const VOLUME = "grpc-io-proxyless-bootstrap";
const FOLDER = "/var/lib/grpc/data/";
const BOOTSTRAP = `${FOLDER}bootstrap.json`;

/** What the name of istiod ends with, where it has a revision. */
const REVISION = "{{ with .Values.revision }}-{{ . }}{{ end }}";

/** gRPC's bootstrap; the shell fills in what only the running pod knows. */
const bootstrap = JSON.stringify(
  {
    xds_servers: [
      {
        server_uri: `dns:///istiod${REVISION}.\${ISTIO_NAMESPACE}.svc:15010`,
        channel_creds: [{ type: "insecure" }],
        server_features: ["xds_v3"],
      },
    ],
    node: {
      id: "sidecar~${INSTANCE_IP}~${POD_NAME}.${POD_NAMESPACE}~{{ .Values.global.proxy.clusterDomain }}",
      metadata: { GENERATOR: "grpc" },
    },
  },
  undefined,
  2,
);

const mounts = block("volumeMounts", item(`name: ${VOLUME}`, `mountPath: ${FOLDER}`));

const writer = item(
  "name: grpc-bootstrap-init",
  "image: busybox:1.28",
  mounts,
  block(
    "env",
    field("INSTANCE_IP", "status.podIP"),
    field("POD_NAME", "metadata.name"),
    field("POD_NAMESPACE", "metadata.namespace"),
    value("ISTIO_NAMESPACE", '"{{ .Values.global.istioNamespace }}"'),
  ),
  block(
    "command",
    "- sh",
    "- -c",
    lines("- |-", indent(2, lines(`cat > ${BOOTSTRAP} <<END`, bootstrap, "END"))),
  ),
);

const applications = each(
  "$_, $name",
  "$applications",
  item(
    "name: {{ $name | quote }}",
    block(
      "env",
      value("GRPC_XDS_BOOTSTRAP", BOOTSTRAP),
      value("GRPC_GO_LOG_VERBOSITY_LEVEL", '"99"'),
      value("GRPC_GO_LOG_SEVERITY_LEVEL", "info"),
    ),
    mounts,
  ),
);

/** The template `grpc-simple`: gRPC clients that configure themselves from istiod, in the clear and without certificates. */
export const grpcSimpleTemplate = lines(
  podVariables,
  grpcSimpleMetadata,
  block(
    "spec",
    "initContainers:",
    writer,
    "containers:",
    applications,
    block("volumes", item(`name: ${VOLUME}`, "emptyDir: {}")),
  ),
);
