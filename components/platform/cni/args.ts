import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";

import type { InstallSourceArgs } from "../charts/args";
import type { Profile, Resources } from "../control-plane";
import type { ImageVariant } from "../images";
import type { Platform } from "../platforms";

/** What the agent does with pods that came up on a node before its plugin was there, so that nothing captures their traffic. */
export const CniRepair = {
  /** Sets their capture up late. */
  Repair: "repair",
  /** Deletes them, so that their owners make them anew. */
  Delete: "delete",
  /** Marks them with the label `cni.istio.io/uninitialized`. */
  Label: "label",
  /** Nothing: they stay as they are, not ready. */
  Off: "off",
} as const;
export type CniRepair = (typeof CniRepair)[keyof typeof CniRepair];

/** How the unconfined AppArmor profile, which the agent needs, is asked for. */
export const AppArmorRequest = {
  /** By annotation, which every version of Kubernetes reads. */
  Annotation: "annotation",
  /** By a field of the security context, from Kubernetes 1.30 on. */
  Field: "field",
} as const;
export type AppArmorRequest = (typeof AppArmorRequest)[keyof typeof AppArmorRequest];

/**
 * The CNI node agent: installs Istio's plugin on every node, which captures the traffic of pods when they start. A
 * cluster has one of them, whatever the number of control planes.
 */
export interface CniArgs extends InstallSourceArgs {
  /** Istio release, of 1.31 or 1.30. @default "1.31.1" */
  istioVersion?: string;
  /** Starting point for sizes and settings. @default "default" */
  profile?: Profile;
  /** Namespace of the agent, which must exist and admit privileged pods. @default "istio-system", or "kube-system" on OpenShift */
  namespace?: string;
  /** Revision that the agent's objects are labelled with. @default the unnamed one */
  revision?: string;
  /** Registry and path of the images. @default where the release's official images are */
  hub?: pulumi.Input<string>;
  /** Tag of the images. @default the Istio release */
  tag?: pulumi.Input<string>;
  /** Kind of the images. @default the plain ones, or distroless in `ambient` */
  variant?: ImageVariant;
  /** Names of pull secrets in the agent's namespace. @default none */
  imagePullSecrets?: string[];
  /** Distribution of Kubernetes, where it needs its own settings. @default none in particular */
  platform?: Platform;
  /** Also captures the traffic of ambient pods, for `Ztunnel`. @default false, or true in `ambient` */
  ambient?: boolean;
  /** Namespaces whose pods the plugin leaves alone. @default ["kube-system"] */
  excludeNamespaces?: string[];
  /** What happens to pods that were there before the plugin. @default "repair" */
  repair?: CniRepair;
  /** Folder on the nodes with the CNI plugins. @default "/opt/cni/bin", or the platform's */
  cniBinDir?: string;
  /** Folder on the nodes with the configuration of CNI plugins. @default "/etc/cni/net.d", or the platform's */
  cniConfDir?: string;
  /** File in `cniConfDir` that the plugin joins. @default the first one there, or the platform's */
  cniConfFileName?: string;
  /** Folder on the nodes where network namespaces are mounted. @default "/var/run/netns", or the platform's */
  cniNetnsDir?: string;
  /** Joins the chain of another plugin; otherwise the plugin has a file of its own. @default true, or the platform's */
  chained?: boolean;
  /** Resources of the agent. @default the profile's */
  resources?: Resources;
  /** Log levels, `scope:level` with commas. @default "info" */
  logLevel?: string;
  /** Writes logs as JSON. @default false */
  logAsJson?: boolean;
  /** Further settings of the agent, by the name of their environment variable; they win over the arguments. @default none */
  env?: Record<string, pulumi.Input<string>>;
  /** How the agent asks for the unconfined AppArmor profile. @default "annotation" */
  appArmor?: AppArmorRequest;
  /** Nodes and pods that the agent keeps close to or away from. @default every Linux node */
  affinity?: inputs.core.v1.Affinity;
  /** Agents that may be down during an update: a number such as `"1"`, or a share such as `"10%"`. @default "1" */
  maxUnavailable?: string;
  /** Pods that a quota for critical pods makes room for; 0 makes none. @default 5000 on GKE, none elsewhere */
  criticalPodsQuota?: number;
  /** Opens the agent's own ports to everyone and closes the others. @default false */
  networkPolicy?: boolean;
}
