import type { ClusterRoleBindingObject, ClusterRoleObject } from "../kubernetes-objects";
import { partMeta } from "./part";

const READ = ["get", "list", "watch"];

/** What Kiali may see: the objects of the mesh and the workloads behind them, and no secret. */
export function kialiRbac(
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
      rules: [
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
    },
    binding(roleName, name, namespace, labels),
  ];
}

/** What Prometheus may see: which pods there are. */
export function prometheusRbac(
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
      rules: [{ apiGroups: [""], resources: ["pods"], verbs: READ }],
    },
    binding(roleName, name, namespace, labels),
  ];
}

function binding(
  roleName: string,
  account: string,
  namespace: string,
  labels: Pick<ClusterRoleBindingObject["metadata"], "labels">,
): ClusterRoleBindingObject {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { ...labels, name: roleName },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: roleName },
    subjects: [{ kind: "ServiceAccount", name: account, namespace }],
  };
}
