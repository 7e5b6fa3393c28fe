import type {
  ClusterRoleBindingObject,
  ClusterRoleObject,
  DaemonSetObject,
  NetworkPolicyObject,
  PlatformObject,
  ResourceQuotaObject,
  ServiceAccountObject,
} from "../kubernetes-objects";
import { commonLabels } from "../labels";
import { openPorts, type OpenPort } from "../network-policies";
import { agentAccount, criticalPodsQuota, USE_PRIVILEGED } from "../node-agents";
import { ADMIN_PORT, READINESS_PORT, STATS_PORT, SELECTOR, ZTUNNEL, ztunnelDaemonSet } from "./daemon-set";
import type { ZtunnelSettings } from "./settings";

/** What must be there before ztunnel starts, by the suffix of its resource name. */
export interface ZtunnelPrerequisites {
  readonly "service-account": ServiceAccountObject;
  readonly "cluster-role"?: ClusterRoleObject;
  readonly "cluster-role-binding"?: ClusterRoleBindingObject;
  readonly "network-policy"?: NetworkPolicyObject;
  readonly "resource-quota"?: ResourceQuotaObject;
}

/** Every object of ztunnel. */
export interface ZtunnelObjects {
  readonly before: ZtunnelPrerequisites;
  readonly daemonSet: DaemonSetObject;
}

/** Where pods' traffic reaches ztunnel, beside its own ports. */
const TRAFFIC: readonly (readonly OpenPort[])[] = [
  // From other nodes, encrypted.
  [{ port: 15_008 }],
  // From the pods of its node: what they send, what reaches them in plain text, and their questions for names.
  [{ port: 15_001 }],
  [{ port: 15_006 }],
  [{ port: 15_053 }, { port: 15_053, protocol: "UDP" }],
];

/** Builds every object of ztunnel. Pure: plain settings give plain objects. */
export function ztunnelObjects(settings: ZtunnelSettings): ZtunnelObjects {
  const { namespace, revision } = settings;
  const labels = commonLabels(ZTUNNEL);
  // An annotation, and not a label, because it is upgraded in place and never runs beside another.
  const annotations = revision === "" ? {} : { annotations: { "istio.io/rev": revision } };
  const clusterWide = { name: ZTUNNEL, labels: { ...SELECTOR, ...labels }, ...annotations };
  return {
    before: {
      "service-account": agentAccount(
        { name: ZTUNNEL, namespace, labels, ...annotations },
        settings.imagePullSecrets,
      ),
      ...(settings.securityContextConstraints
        ? {
            "cluster-role": {
              apiVersion: "rbac.authorization.k8s.io/v1",
              kind: "ClusterRole",
              metadata: clusterWide,
              rules: [USE_PRIVILEGED],
            },
            "cluster-role-binding": {
              apiVersion: "rbac.authorization.k8s.io/v1",
              kind: "ClusterRoleBinding",
              metadata: clusterWide,
              roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: ZTUNNEL },
              subjects: [{ kind: "ServiceAccount", name: ZTUNNEL, namespace }],
            },
          }
        : {}),
      ...(settings.networkPolicy
        ? {
            "network-policy": openPorts(
              {
                name: revision === "" ? ZTUNNEL : `${ZTUNNEL}-${revision}`,
                namespace,
                labels: { ...SELECTOR, "istio.io/rev": revision === "" ? "default" : revision, ...labels },
              },
              { ...SELECTOR },
              [{ port: READINESS_PORT }],
              [{ port: STATS_PORT }],
              [{ port: ADMIN_PORT }],
              ...TRAFFIC,
            ),
          }
        : {}),
      ...(settings.criticalPodsQuota === 0
        ? {}
        : {
            "resource-quota": criticalPodsQuota(
              { name: ZTUNNEL, namespace, labels },
              settings.criticalPodsQuota,
            ),
          }),
    },
    daemonSet: ztunnelDaemonSet(settings),
  };
}

/** The same objects in one list, in the order in which they may be applied. */
export function listZtunnelObjects({ before, daemonSet }: ZtunnelObjects): PlatformObject[] {
  return [...Object.values(before), daemonSet];
}
