/**
 * Kubernetes distributions that need something else than Kubernetes itself does, and those for which it is known that
 * they do not. Anything that follows from one of them can still be set by its own argument.
 *
 * @see https://istio.io/latest/docs/ambient/install/platform-prerequisites/
 */
export const Platform = {
  /** Azure Kubernetes Service: as Kubernetes. */
  Aks: "aks",
  /**
   * Amazon Elastic Kubernetes Service: as Kubernetes. With security groups for pods, the VPC CNI's own
   * `POD_SECURITY_GROUP_ENFORCING_MODE` must be `standard`, or the probes of ambient pods fail.
   */
  Eks: "eks",
  /** Google Kubernetes Engine: its own folder of plugins; critical pods need a ResourceQuota outside `kube-system`. */
  Gke: "gke",
  /** k3s in Docker. */
  K3d: "k3d",
  K3s: "k3s",
  /** Kubernetes in Docker: as Kubernetes. */
  Kind: "kind",
  MicroK8s: "microk8s",
  /** minikube with its Docker driver. */
  Minikube: "minikube",
  /** Red Hat OpenShift: plugins through Multus; agents that are privileged run in `kube-system`. */
  OpenShift: "openshift",
} as const;
export type Platform = (typeof Platform)[keyof typeof Platform];

/** Who calls the CNI plugin: the cluster's own plugin chain, or Multus for pods that name its network. */
export type CniProvider = "default" | "multus";

/** What follows from a platform. */
export interface PlatformDefaults {
  /** Istio's name of the platform, where Istio itself has settings for it. */
  readonly istioName?: Platform;
  /** Where agents that need the node's privileges run. @default the root namespace */
  readonly agentNamespace?: string;
  /** Folder on the nodes with the CNI plugins. */
  readonly cniBinDir: string;
  /** Folder on the nodes with their configuration. */
  readonly cniConfDir: string;
  /** Folder on the nodes where network namespaces are mounted. */
  readonly cniNetnsDir: string;
  /** File in `cniConfDir`. @default the first one there */
  readonly cniConfFileName?: string;
  /** The plugin joins the chain of another one, and does not stand for itself. */
  readonly cniChained: boolean;
  readonly cniProvider: CniProvider;
  /** Critical pods are refused in a namespace without a ResourceQuota for them. */
  readonly criticalPodsNeedQuota: boolean;
  /** SELinux type under which an agent may reach into the node. */
  readonly seLinuxType?: string;
  /** Privileged pods need the right to use a SecurityContextConstraint. */
  readonly securityContextConstraints: boolean;
  /** Where the cluster's console looks for the last words of a container that failed. @default a file */
  readonly terminationMessagePolicy?: "FallbackToLogsOnError";
}

const KUBERNETES: PlatformDefaults = {
  cniBinDir: "/opt/cni/bin",
  cniConfDir: "/etc/cni/net.d",
  cniNetnsDir: "/var/run/netns",
  cniChained: true,
  cniProvider: "default",
  criticalPodsNeedQuota: false,
  securityContextConstraints: false,
};

const RANCHER_CONF_DIR = "/var/lib/rancher/k3s/agent/etc/cni/net.d";

// Paths: https://istio.io/latest/docs/ambient/install/platform-prerequisites/
const PLATFORMS: Readonly<Record<Platform, PlatformDefaults>> = {
  aks: KUBERNETES,
  eks: KUBERNETES,
  gke: { ...KUBERNETES, istioName: "gke", cniBinDir: "/home/kubernetes/bin", criticalPodsNeedQuota: true },
  k3d: { ...KUBERNETES, istioName: "k3d", cniBinDir: "/bin", cniConfDir: RANCHER_CONF_DIR },
  k3s: {
    ...KUBERNETES,
    istioName: "k3s",
    cniBinDir: "/var/lib/rancher/k3s/data/cni",
    cniConfDir: RANCHER_CONF_DIR,
  },
  kind: KUBERNETES,
  microk8s: {
    ...KUBERNETES,
    istioName: "microk8s",
    cniBinDir: "/var/snap/microk8s/current/opt/cni/bin",
    cniConfDir: "/var/snap/microk8s/current/args/cni-network",
  },
  minikube: { ...KUBERNETES, istioName: "minikube", cniNetnsDir: "/var/run/docker/netns" },
  // https://istio.io/latest/docs/setup/platform-setup/openshift/
  openshift: {
    ...KUBERNETES,
    istioName: "openshift",
    agentNamespace: "kube-system",
    cniBinDir: "/var/lib/cni/bin",
    cniConfDir: "/etc/cni/multus/net.d",
    cniConfFileName: "istio-cni.conf",
    cniChained: false,
    cniProvider: "multus",
    seLinuxType: "spc_t",
    securityContextConstraints: true,
    terminationMessagePolicy: "FallbackToLogsOnError",
  },
};

/** What follows from a platform, or from none in particular. */
export function platformDefaults(platform: Platform | undefined): PlatformDefaults {
  return platform === undefined ? KUBERNETES : PLATFORMS[platform];
}
