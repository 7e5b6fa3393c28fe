import { Provider } from "@pulumi/kubernetes/provider";
import { RemoteSecret } from "meshwright";
import { CLUSTERS } from "./clusters";
import { stackOf } from "./stacks";

/**
 * Tells the control plane of each cluster of the others. A stack of its own, because each side needs an output of the other:
 * two stacks that refer to each other could not be deployed in any order.
 */
export function peeringStack() {
  const peers = CLUSTERS.map((cluster) => ({
    cluster,
    provider: new Provider(cluster, { context: cluster }),
    kubeconfig: stackOf(cluster).requireOutput("kubeconfig"),
  }));
  for (const { cluster, provider } of peers) {
    for (const other of peers.filter((each) => each.cluster !== cluster)) {
      new RemoteSecret(
        `${other.cluster}-in-${cluster}`,
        { clusterName: other.cluster, kubeconfig: other.kubeconfig },
        { providers: [provider] },
      );
    }
  }
  return { clusters: [...CLUSTERS] };
}
