import type * as inputs from "@pulumi/kubernetes/types/input";

import type { ResourceQuotaObject, ServiceAccountObject } from "./kubernetes-objects";

/** The class of pods without which a node is of no use: the last ones to be evicted. */
export const NODE_CRITICAL = "system-node-critical";

/** Pods that the usual quota has room for: an agent on as many nodes as a cluster may have. */
export const USUAL_QUOTA = 5000;

/** An agent belongs on every node, also on those that refuse or evict everything else. */
export const ANY_NODE: readonly inputs.core.v1.Toleration[] = [
  { effect: "NoSchedule", operator: "Exists" },
  { key: "CriticalAddonsOnly", operator: "Exists" },
  { effect: "NoExecute", operator: "Exists" },
];

/** The agents are Linux programs; clusters may have other nodes. */
export const LINUX_NODES = { "kubernetes.io/os": "linux" };

/** What an agent's role holds on OpenShift, where privileges are something that an account uses. */
export const USE_PRIVILEGED = {
  apiGroups: ["security.openshift.io"],
  resources: ["securitycontextconstraints"],
  resourceNames: ["privileged"],
  verbs: ["use"],
};

/** Room for critical pods in a namespace, for clusters that admit none without. */
export function criticalPodsQuota(
  metadata: ResourceQuotaObject["metadata"],
  pods: number,
): ResourceQuotaObject {
  return {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata,
    spec: {
      hard: { pods: String(pods) },
      scopeSelector: {
        matchExpressions: [{ operator: "In", scopeName: "PriorityClass", values: [NODE_CRITICAL] }],
      },
    },
  };
}

/** The account of an agent, with what pulls its image. */
export function agentAccount(
  metadata: ServiceAccountObject["metadata"],
  imagePullSecrets: readonly string[],
): ServiceAccountObject {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata,
    ...(imagePullSecrets.length === 0
      ? {}
      : { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }),
  };
}
