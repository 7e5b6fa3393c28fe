/** Name of the agent's account, of its main role, and of the network by which Multus knows its plugin. */
export const CNI = "istio-cni";

/** Name of the agent's DaemonSet, which the agent itself looks up. */
export const DAEMON_SET = `${CNI}-node`;

/** Name of its settings. */
export const CONFIG = `${CNI}-config`;

/** What selects its pods. */
export const SELECTOR = { "k8s-app": DAEMON_SET };
