import type { ProgramObject } from "./kubernetes-object";

/** What others refer to comes before them. Kinds that are not here come between the two lists, by name. */
const FIRST: readonly string[] = [
  "Namespace",
  "PriorityClass",
  "ResourceQuota",
  "LimitRange",
  "ServiceAccount",
  "ClusterRole",
  "ClusterRoleBinding",
  "Role",
  "RoleBinding",
  "StorageClass",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "ConfigMap",
  "Secret",
  "Service",
  "DaemonSet",
  "Deployment",
  "StatefulSet",
  "Pod",
  "Job",
  "CronJob",
  "HorizontalPodAutoscaler",
  "PodDisruptionBudget",
  "NetworkPolicy",
  "GatewayClass",
  "ServiceEntry",
  "WorkloadEntry",
  "DestinationRule",
];

/** What acts on others once it is there. */
const LAST: readonly string[] = [
  "VirtualService",
  "MutatingWebhookConfiguration",
  "ValidatingWebhookConfiguration",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
];

function rank(kind: string): number {
  const first = FIRST.indexOf(kind);
  if (first >= 0) return first;
  const last = LAST.indexOf(kind);
  return last >= 0 ? FIRST.length + 1 + last : FIRST.length;
}

/** The order of objects that no dependency puts in one: by kind, then namespace, then name. */
export function compareObjects(a: ProgramObject, b: ProgramObject): number {
  return (
    rank(a.kind) - rank(b.kind) ||
    compareText(a.kind, b.kind) ||
    compareText(a.namespace ?? "", b.namespace ?? "") ||
    compareText(a.name, b.name) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.resource.urn, b.resource.urn)
  );
}

/** By code unit: the same on every machine, whatever its language. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
