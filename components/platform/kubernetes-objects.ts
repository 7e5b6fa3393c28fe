import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";

import type { CertificateSpec } from "../resources/cert-manager";
import type { Inputs } from "../resources/inputs";

/** The metadata that our objects carry. Names and labels are plain: they are what other objects refer to. */
export interface PlatformMeta {
  readonly name: string;
  /** Absent on cluster-scoped objects. */
  readonly namespace?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, pulumi.Input<string>>;
}

type Identified<ApiVersion extends string, Kind extends string, T> = Omit<
  T,
  "apiVersion" | "kind" | "metadata"
> & {
  readonly apiVersion: ApiVersion;
  readonly kind: Kind;
  readonly metadata: PlatformMeta;
};

export type ServiceAccountObject = Identified<"v1", "ServiceAccount", inputs.core.v1.ServiceAccount>;
export type ServiceObject = Identified<"v1", "Service", inputs.core.v1.Service>;
export type EndpointSliceObject = Identified<
  "discovery.k8s.io/v1",
  "EndpointSlice",
  inputs.discovery.v1.EndpointSlice
>;
export type ConfigMapObject = Identified<"v1", "ConfigMap", inputs.core.v1.ConfigMap>;
export type SecretObject = Identified<"v1", "Secret", inputs.core.v1.Secret>;
export type NamespaceObject = Identified<"v1", "Namespace", inputs.core.v1.Namespace>;
export type DeploymentObject = Identified<"apps/v1", "Deployment", inputs.apps.v1.Deployment>;
export type DaemonSetObject = Identified<"apps/v1", "DaemonSet", inputs.apps.v1.DaemonSet>;
export type StatefulSetObject = Identified<"apps/v1", "StatefulSet", inputs.apps.v1.StatefulSet>;
export type ResourceQuotaObject = Identified<"v1", "ResourceQuota", inputs.core.v1.ResourceQuota>;
export type NetworkPolicyObject = Identified<
  "networking.k8s.io/v1",
  "NetworkPolicy",
  inputs.networking.v1.NetworkPolicy
>;
/** The network by whose name pods ask Multus for a CNI plugin. It has no content: the plugin's own file says the rest. */
export type NetworkAttachmentDefinitionObject = Identified<
  "k8s.cni.cncf.io/v1",
  "NetworkAttachmentDefinition",
  object
>;
export type ClusterRoleObject = Identified<
  "rbac.authorization.k8s.io/v1",
  "ClusterRole",
  inputs.rbac.v1.ClusterRole
>;
export type ClusterRoleBindingObject = Identified<
  "rbac.authorization.k8s.io/v1",
  "ClusterRoleBinding",
  inputs.rbac.v1.ClusterRoleBinding
>;
export type RoleObject = Identified<"rbac.authorization.k8s.io/v1", "Role", inputs.rbac.v1.Role>;
export type RoleBindingObject = Identified<
  "rbac.authorization.k8s.io/v1",
  "RoleBinding",
  inputs.rbac.v1.RoleBinding
>;
export type HorizontalPodAutoscalerObject = Identified<
  "autoscaling/v2",
  "HorizontalPodAutoscaler",
  inputs.autoscaling.v2.HorizontalPodAutoscaler
>;
export type PodDisruptionBudgetObject = Identified<
  "policy/v1",
  "PodDisruptionBudget",
  inputs.policy.v1.PodDisruptionBudget
>;
export type MutatingWebhookConfigurationObject = Identified<
  "admissionregistration.k8s.io/v1",
  "MutatingWebhookConfiguration",
  inputs.admissionregistration.v1.MutatingWebhookConfiguration
>;
export type ValidatingWebhookConfigurationObject = Identified<
  "admissionregistration.k8s.io/v1",
  "ValidatingWebhookConfiguration",
  inputs.admissionregistration.v1.ValidatingWebhookConfiguration
>;

export type ValidatingAdmissionPolicyObject = Identified<
  "admissionregistration.k8s.io/v1",
  "ValidatingAdmissionPolicy",
  inputs.admissionregistration.v1.ValidatingAdmissionPolicy
>;
export type ValidatingAdmissionPolicyBindingObject = Identified<
  "admissionregistration.k8s.io/v1",
  "ValidatingAdmissionPolicyBinding",
  inputs.admissionregistration.v1.ValidatingAdmissionPolicyBinding
>;

/** What the Prometheus Operator fetches metrics from, and the rules that it hands on. We write only what we use of them. */
export type ServiceMonitorObject = Identified<
  "monitoring.coreos.com/v1",
  "ServiceMonitor",
  { readonly spec: object }
>;
export type PodMonitorObject = Identified<
  "monitoring.coreos.com/v1",
  "PodMonitor",
  { readonly spec: object }
>;
export type PrometheusRuleObject = Identified<
  "monitoring.coreos.com/v1",
  "PrometheusRule",
  { readonly spec: object }
>;

/** What cert-manager, where the cluster has it, makes a secret from. */
export type CertificateObject = Identified<
  "cert-manager.io/v1",
  "Certificate",
  { readonly spec: Inputs<CertificateSpec> }
>;

/** Every kind of Kubernetes object that the platform components register. */
export type PlatformObject =
  | ServiceAccountObject
  | ServiceObject
  | EndpointSliceObject
  | ConfigMapObject
  | SecretObject
  | NamespaceObject
  | DeploymentObject
  | DaemonSetObject
  | StatefulSetObject
  | ServiceMonitorObject
  | PodMonitorObject
  | PrometheusRuleObject
  | ResourceQuotaObject
  | NetworkPolicyObject
  | NetworkAttachmentDefinitionObject
  | ClusterRoleObject
  | ClusterRoleBindingObject
  | RoleObject
  | RoleBindingObject
  | HorizontalPodAutoscalerObject
  | PodDisruptionBudgetObject
  | MutatingWebhookConfigurationObject
  | ValidatingWebhookConfigurationObject
  | ValidatingAdmissionPolicyObject
  | ValidatingAdmissionPolicyBindingObject
  | CertificateObject;

/** The object type of a kind, for example `ObjectOf<"Deployment">`. */
export type ObjectOf<Kind extends PlatformObject["kind"]> = Extract<PlatformObject, { kind: Kind }>;
