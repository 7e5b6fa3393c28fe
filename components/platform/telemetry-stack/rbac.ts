import type { ClusterRoleBindingObject, ClusterRoleObject } from "../kubernetes-objects";
import { partMeta } from "./part";

const READ = ["get", "list", "watch"];

/** Parts that ask the API server. */
export type ReadingPart = "kiali" | "prometheus";

const RULES: Readonly<Record<ReadingPart, ClusterRoleObject["rules"]>> = {
  /** The objects of the mesh and the workloads behind them, and no secret. */
  kiali: [
    {
      apiGroups: [""],
      resources: [
        "configmaps",
        "endpoints",
        "namespaces",
        "pods",
        "pods/log",
        "replicationcontrollers",
        "services",
      ],
      verbs: READ,
    },
    {
      apiGroups: ["apps"],
      resources: ["daemonsets", "deployments", "replicasets", "statefulsets"],
      verbs: READ,
    },
    { apiGroups: ["batch"], resources: ["cronjobs", "jobs"], verbs: READ },
    {
      apiGroups: [
        "networking.istio.io",
        "security.istio.io",
        "extensions.istio.io",
        "telemetry.istio.io",
        "gateway.networking.k8s.io",
      ],
      resources: ["*"],
      verbs: READ,
    },
    {
      apiGroups: ["admissionregistration.k8s.io"],
      resources: ["mutatingwebhookconfigurations"],
      verbs: READ,
    },
    // To ask whether a token that a user brings is genuine.
    { apiGroups: ["authentication.k8s.io"], resources: ["tokenreviews"], verbs: ["create"] },
  ],
  /** Which pods there are. */
  prometheus: [{ apiGroups: [""], resources: ["pods"], verbs: READ }],
};

/** What a part may ask the API server for, and the binding of its service account. */
export function partRbac(
  part: ReadingPart,
  name: string,
  namespace: string,
): readonly [ClusterRoleObject, ClusterRoleBindingObject] {
  const { name: _, namespace: __, ...labels } = partMeta(name, namespace);
  const roleName = `${name}-${namespace}`;
  return [
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { ...labels, name: roleName },
      rules: RULES[part],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { ...labels, name: roleName },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: roleName },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    },
  ];
}
