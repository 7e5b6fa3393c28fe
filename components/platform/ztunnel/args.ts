import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";

import type { InstallSourceArgs } from "../charts/args";
import type { Profile, Resources } from "../control-plane";
import type { ImageVariant } from "../images";
import type { Platform } from "../platforms";

/** ztunnel: the proxy of each node, through which the traffic of ambient pods goes. A cluster has one of them. */
export interface ZtunnelArgs extends InstallSourceArgs {
  /** Istio release, of 1.31 or 1.30. @default "1.31.1" */
  istioVersion?: string;
  /** Starting point for sizes and settings. @default "ambient" */
  profile?: Profile;
  /**
   * Namespace of ztunnel, which must exist and admit privileged pods; the control plane must be told where it is
   * another than its own: `ztunnelNamespace`.
   * @default the control plane's, or "kube-system" on OpenShift
   */
  namespace?: string;
  /** Namespace of the control plane. @default "istio-system" */
  controlPlaneNamespace?: string;
  /** Revision of the control plane that configures it. @default the unnamed one */
  revision?: string;
  /** Registry and path of the images. @default where the release's official images are */
  hub?: pulumi.Input<string>;
  /** Tag of the images. @default the Istio release */
  tag?: pulumi.Input<string>;
  /** Kind of the images. @default the profile's: distroless in `ambient`, the plain ones in others */
  variant?: ImageVariant;
  /** Names of pull secrets in ztunnel's namespace. @default none */
  imagePullSecrets?: string[];
  /** Distribution of Kubernetes, where it needs its own settings. @default none in particular */
  platform?: Platform;
  /** Name of this cluster in the mesh, as the control plane's. @default "Kubernetes" */
  clusterName?: string;
  /** Network of this cluster, as the control plane's. @default none */
  network?: string;
  /** Address that signs its certificates, host and port. @default the control plane */
  caAddress?: pulumi.Input<string>;
  /** Address that configures it, host and port. @default the control plane */
  xdsAddress?: pulumi.Input<string>;
  /** Resources of ztunnel. @default the profile's */
  resources?: Resources;
  /** Log levels, in the form of Rust's `RUST_LOG`. @default "info" */
  logLevel?: string;
  /** Writes logs as JSON. @default false */
  logAsJson?: boolean;
  /** Time in seconds that connections get to end when it stops. @default 30 */
  terminationGracePeriodSeconds?: number;
  /** Further environment, by name. @default none */
  env?: Record<string, pulumi.Input<string>>;
  /** Nodes on which it runs, by label, beside that they run Linux. @default every Linux node */
  nodeSelector?: Record<string, string>;
  /** Nodes and pods that it keeps close to or away from. @default every Linux node */
  affinity?: inputs.core.v1.Affinity;
  /** Pods that a quota for critical pods makes room for; 0 makes none. @default 5000 on GKE, none elsewhere */
  criticalPodsQuota?: number;
  /** Opens ztunnel's own ports to everyone and closes the others. @default false */
  networkPolicy?: boolean;
}
