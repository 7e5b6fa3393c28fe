import type { ClusterRoleBindingObject, ClusterRoleObject } from "../kubernetes-objects";
import { commonLabels } from "../labels";
import { USE_PRIVILEGED } from "../node-agents";
import { CniRepair } from "./args";
import { CNI, DAEMON_SET } from "./names";
import type { CniSettings } from "./settings";

interface Rule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly resourceNames?: string[];
  readonly verbs: string[];
}

const READ = ["get", "list", "watch"];

/** What the plugin looks up about the pods whose traffic it captures. */
const AGENT: Rule = { apiGroups: [""], resources: ["pods", "nodes", "namespaces"], verbs: READ };

/** What finding pods without capture takes, and telling about them. */
const FIND_BROKEN: readonly Rule[] = [
  { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
  { apiGroups: [""], resources: ["pods"], verbs: READ },
];

/** What doing something about them takes beside that; late capture happens on the node and takes nothing. */
const TREAT_BROKEN: Readonly<Record<CniRepair, readonly Rule[]>> = {
  repair: [],
  delete: [{ apiGroups: [""], resources: ["pods"], verbs: ["delete"] }],
  // The status is the smaller right by which a pod can be labelled.
  label: [{ apiGroups: [""], resources: ["pods/status"], verbs: ["patch", "update"] }],
  off: [],
};

/** What serving ambient pods takes: to mark those that are captured, and to tell an upgrade from an end. */
const AMBIENT: readonly Rule[] = [
  { apiGroups: [""], resources: ["pods/status"], verbs: ["patch", "update"] },
  { apiGroups: ["apps"], resources: ["daemonsets"], resourceNames: [DAEMON_SET], verbs: ["get"] },
];

/** Roles and bindings of the agent, by the suffix of their resource name. */
export interface CniRbac {
  readonly "cluster-role": ClusterRoleObject;
  readonly "cluster-role-binding": ClusterRoleBindingObject;
  readonly "repair-cluster-role"?: ClusterRoleObject;
  readonly "repair-cluster-role-binding"?: ClusterRoleBindingObject;
  readonly "ambient-cluster-role"?: ClusterRoleObject;
  readonly "ambient-cluster-role-binding"?: ClusterRoleBindingObject;
}

/** The roles and bindings of the agent. */
export function cniRbac({
  namespace,
  rev,
  repair,
  ambient,
  securityContextConstraints,
}: CniSettings): CniRbac {
  const labels = { "istio.io/rev": rev, ...commonLabels(CNI) };
  const role = (name: string, rules: readonly Rule[]): ClusterRoleObject => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name, labels: { app: CNI, ...labels } },
    rules: [...rules],
  });
  const binding = (
    name: string,
    roleName: string,
    label: Record<string, string>,
  ): ClusterRoleBindingObject => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name, labels: { ...label, ...labels } },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: roleName },
    subjects: [{ kind: "ServiceAccount", name: CNI, namespace }],
  });
  const ofRepair = { "k8s-app": `${CNI}-repair` };
  return {
    "cluster-role": role(CNI, [AGENT, ...(securityContextConstraints ? [USE_PRIVILEGED] : [])]),
    "cluster-role-binding": binding(CNI, CNI, { app: CNI }),
    ...(repair === CniRepair.Off
      ? {}
      : {
          "repair-cluster-role": role(`${CNI}-repair-role`, [...FIND_BROKEN, ...TREAT_BROKEN[repair]]),
          "repair-cluster-role-binding": binding(`${CNI}-repair-rolebinding`, `${CNI}-repair-role`, ofRepair),
        }),
    ...(ambient
      ? {
          "ambient-cluster-role": role(`${CNI}-ambient`, AMBIENT),
          "ambient-cluster-role-binding": binding(`${CNI}-ambient`, `${CNI}-ambient`, ofRepair),
        }
      : {}),
  };
}
