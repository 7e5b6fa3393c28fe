/** The environment of the proxies of managed gateways. */
import { block, lines, quoted, when, withValue } from "../../template-text";
import {
  certificateAuthority,
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
const NETWORK = `${NETWORK_LABEL} | default .Values.global.network`;

const cluster = value(
  "ISTIO_META_CLUSTER_ID",
  quoted("valueOrDefault .Values.global.multiCluster.clusterName .ClusterID"),
);

/** A gateway may stand on another network than its cluster's. */
const network = withValue(NETWORK, value("ISTIO_META_NETWORK", quoted(".")));

/** A gateway of one network hears only of that network's workloads. */
function networkView(of: string): string {
  return withValue(of, value("ISTIO_META_REQUESTED_NETWORK_VIEW", quoted(".")));
}

const workload = lines(
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
  cluster,
  node,
  network,
  value("ISTIO_META_INTERCEPTION_MODE", quoted(".ProxyConfig.InterceptionMode")),
  workload,
  meshIdentity,
  proxyMetadata,
  networkView(NETWORK_LABEL),
);

/** Environment of a waypoint, and of the gateway between networks that works like one. */
export const waypointEnvironment = block(
  "env",
  field("ISTIO_META_SERVICE_ACCOUNT", "spec.serviceAccountName"),
  node,
  certificateAuthority,
  identity,
  threads,
  proxyConfig,
  runtimeLimits,
  cluster,
  network,
  // Traffic is sent to a waypoint, never captured for it.
  value("ISTIO_META_INTERCEPTION_MODE", "REDIRECT"),
  workload,
  meshIdentity,
  proxyMetadata,
  when('eq .ControllerLabel "istio.io-eastwest-controller"', networkView(NETWORK)),
);
