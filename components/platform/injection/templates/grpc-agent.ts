import { agentArguments } from "./pieces/arguments";
import { value } from "./pieces/environment-variable";
import { imagePullPolicy, imagePullSecrets, proxyImage } from "./pieces/images";
import { grpcAgentLifecycle } from "./pieces/lifecycle";
import { grpcAgentMetadata } from "./pieces/metadata";
import { grpcAgentEnvironment } from "./pieces/pod-environment";
import { grpcAgentMounts, grpcAgentVolumes, grpcApplicationMounts } from "./pieces/pod-volumes";
import { grpcAgentProbes } from "./pieces/probes";
import { resources, resourceVariables } from "./pieces/resources";
import { podVariables } from "./pieces/variables";
import { block, each, item, lines } from "./template-text";

const agent = item(
  "name: istio-proxy",
  proxyImage,
  imagePullPolicy,
  block("ports", item("containerPort: 15020", "protocol: TCP", "name: mesh-metrics")),
  agentArguments("sidecar"),
  grpcAgentLifecycle,
  grpcAgentEnvironment,
  grpcAgentProbes,
  resources,
  grpcAgentMounts,
);

/** Every container of the workload may be a gRPC client; the merge adds these to what the workload says of it. */
const applications = each(
  "$_, $name",
  "$applications",
  item(
    "name: {{ $name | quote }}",
    block(
      "env",
      value("GRPC_XDS_EXPERIMENTAL_SECURITY_SUPPORT", '"true"'),
      value("GRPC_XDS_BOOTSTRAP", "/etc/istio/proxy/grpc-bootstrap.json"),
    ),
    grpcApplicationMounts,
  ),
);

/** The template `grpc-agent`: gRPC clients that configure themselves from the agent, which also fetches their certificates. */
export const grpcAgentTemplate = lines(
  podVariables,
  resourceVariables,
  grpcAgentMetadata,
  block("spec", "containers:", agent, applications, grpcAgentVolumes, imagePullSecrets),
);
