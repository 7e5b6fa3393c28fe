import type * as pulumi from "@pulumi/pulumi";

/** Whether a namespace is ours to make. */
export const NamespaceOwnership = {
  /** This stack makes it, and deletes it with everything inside. */
  Create: "create",
  /** It exists and stays: only our labels are laid over it. */
  Adopt: "adopt",
} as const;
export type NamespaceOwnership = (typeof NamespaceOwnership)[keyof typeof NamespaceOwnership];

/** Whether the pods of a namespace get sidecars. */
export const SidecarInjection = {
  /** Every pod gets one, unless it opts out. */
  Enabled: "enabled",
  /** No pod gets one, not even those that ask for it. */
  Disabled: "disabled",
  /** Pods that ask for one get it. */
  OnRequest: "on-request",
} as const;
export type SidecarInjection = (typeof SidecarInjection)[keyof typeof SidecarInjection];

/** How the traffic of a namespace's pods gets into the mesh where they have no sidecar. */
export const DataplaneMode = {
  /** Through ztunnel on their node, with a waypoint where one is named. */
  Ambient: "ambient",
  /** Not at all. */
  None: "none",
} as const;
export type DataplaneMode = (typeof DataplaneMode)[keyof typeof DataplaneMode];

/** Pod Security Standard that a namespace enforces. */
export const PodSecurity = {
  Privileged: "privileged",
  Baseline: "baseline",
  Restricted: "restricted",
} as const;
export type PodSecurity = (typeof PodSecurity)[keyof typeof PodSecurity];

/** One namespace of the mesh. */
export interface NamespaceArgs {
  /** @default "create" */
  ownership?: NamespaceOwnership;
  /** Sidecars. @default "enabled", or "on-request" where `dataplaneMode` is "ambient" */
  injection?: SidecarInjection;
  /** Revision of the control plane that injects, with `injection: "enabled"`. @default the unnamed control plane */
  revision?: string;
  /** Ambient, for pods without a sidecar. Not together with `injection: "enabled"`. @default no part in ambient */
  dataplaneMode?: DataplaneMode;
  /**
   * Waypoint of the namespace's services, for `dataplaneMode: "ambient"`: its name, or `"none"` for services that a wider
   * setting would give one.
   * @default none
   */
  waypoint?: string;
  /** Namespace of the waypoint. @default this one */
  waypointNamespace?: string;
  /**
   * Pod Security Standard to enforce. Sidecars without the CNI agent need an init container that `baseline` and
   * `restricted` refuse. @default the cluster's
   */
  podSecurity?: PodSecurity;
  /**
   * Clusters whose istiod looks after this one, by name, for the root namespace of a cluster that has none itself; `"*"`
   * for all that know of it. It then publishes the mesh's root certificate here, and writes its own into the webhooks.
   * @default none
   */
  controlPlaneClusters?: string[];
  /** Further labels. @default none */
  labels?: Record<string, string>;
  /** @default none */
  annotations?: Record<string, pulumi.Input<string>>;
}

/** The namespaces of a mesh and how each takes part in it. */
export interface InjectionArgs {
  /** By name; at least one. */
  namespaces: Record<string, NamespaceArgs>;
}
