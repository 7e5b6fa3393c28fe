/** The environment of the proxies of managed gateways. */
import { block, lines, quoted, withValue } from "../../template-text";
import {
  certificateAuthority,
  compliance,
  identity,
  meshIdentity,
  node,
  proxyConfig,
  proxyMetadata,
  runtimeLimits,
  threads,
} from "../environment";
import { field, value } from "../environment-variable";

const NETWORK_LABEL = 'index .InfrastructureLabels "topology.istio.io/network"';

const cluster = value(
  "ISTIO_META_CLUSTER_ID",
  quoted("valueOrDefault .Values.global.multiCluster.clusterName .ClusterID"),
);

/** A gateway may stand on another network than its cluster's. */
const network = withValue(
  `${NETWORK_LABEL} | default .Values.global.network`,
  value("ISTIO_META_NETWORK", quoted(".")),
);

/** A gateway of one network hears only of that network's workloads. */
const networkView = withValue(NETWORK_LABEL, value("ISTIO_META_REQUESTED_NETWORK_VIEW", quoted(".")));

const workload = lines(
  value("ISTIO_META_INTERCEPTION_MODE", quoted(".ProxyConfig.InterceptionMode")),
  value("ISTIO_META_WORKLOAD_NAME", quoted(".DeploymentName")),
  value(
    "ISTIO_META_OWNER",
    '"kubernetes://apis/apps/v1/namespaces/{{ .Namespace }}/deployments/{{ .DeploymentName }}"',
  ),
);

/** Environment of a gateway at the mesh's edge. There is no application beside it, and istiod knows its ports. */
export const kubeGatewayEnvironment = block(
  "env",
  certificateAuthority,
  identity,
  threads,
  proxyConfig,
  value("ISTIO_META_POD_PORTS", '"[]"'),
  value("ISTIO_META_APP_CONTAINERS", '""'),
  runtimeLimits,
  compliance,
  cluster,
  node,
  network,
  workload,
  meshIdentity,
  proxyMetadata,
  networkView,
);

/** Environment of a waypoint. */
export const waypointEnvironment = block(
  "env",
  field("ISTIO_META_SERVICE_ACCOUNT", "spec.serviceAccountName"),
  node,
  certificateAuthority,
  identity,
  threads,
  proxyConfig,
  runtimeLimits,
  compliance,
  cluster,
  network,
  workload,
  meshIdentity,
  proxyMetadata,
);
