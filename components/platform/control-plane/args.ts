import type * as pulumi from "@pulumi/pulumi";

import type { InstallSourceArgs } from "../charts/args";
import type { ImageVariant } from "../images";
import type { IpFamilyArgs } from "../ip-families";
import type { Platform } from "../platforms";
import type { SchedulingArgs } from "../scheduling";
import type { ExternalAuthorityArgs } from "../external-authority";
import type { InjectionTemplatesArgs } from "../injection";
import type { IstiodEnvArgs } from "../istiod-env";
import type { MeshConfigArgs } from "../mesh-config";
import type { ExternalIstiodArgs } from "./external/args";
import type { Profile } from "./profile";
import type { RemoteIstiodArgs } from "./remote/args";

/** What a container asks for and what it may use at most, by resource name (`cpu`, `memory`). */
export interface Resources {
  requests?: Record<string, pulumi.Input<string>>;
  limits?: Record<string, pulumi.Input<string>>;
}

/** How many replicas run, and who decides. */
export interface AutoscaleArgs {
  /** Fewest replicas; from 2 on a PodDisruptionBudget keeps one of them through node drains. @default 1 */
  min?: number;
  /** Most replicas. @default 5 */
  max?: number;
  /** Average CPU use, in percent of the request, above which replicas are added. @default 80 */
  targetCpuPercent?: number;
}

/**
 * The control plane of a mesh: one istiod, its permissions, its configuration and its webhooks.
 *
 * Shape is plain, leaves may be Outputs: image tags, environment values and resource amounts may come from other
 * resources; names, namespaces and modes may not, so that a preview shows every object.
 */
export interface ControlPlaneArgs extends InstallSourceArgs, SchedulingArgs, IpFamilyArgs {
  /** Istio release, of 1.31 or 1.30. @default "1.31.1" */
  istioVersion?: string;
  /** Starting point for sizes and settings. @default "default" */
  profile?: Profile;
  /** Namespace of istiod and root namespace of the mesh. It must exist: see `Injection`. @default "istio-system" */
  namespace?: string;
  /**
   * Name of this control plane where several run side by side. It becomes part of the name of every object, and
   * namespaces choose it by the label `istio.io/rev`. `"default"` means the unnamed one.
   * @default the unnamed control plane
   */
  revision?: string;
  /**
   * Answers for namespaces and pods that name no revision, or `default`. Only the unnamed control plane does so; it stops
   * where a `RevisionTag` called `default` is to hand them to another.
   * @default true
   */
  isDefault?: boolean;
  /** Registry and path of the images. @default where the release's official images are */
  hub?: pulumi.Input<string>;
  /** Tag of the images. @default the Istio release */
  tag?: pulumi.Input<string>;
  /** Kind of the images. @default the plain ones, or distroless in `ambient` */
  variant?: ImageVariant;
  /** Distribution of Kubernetes, where it needs its own settings. @default none in particular */
  platform?: Platform;
  /**
   * Leaves capturing traffic to the CNI node agent (`Cni`), so that pods need no privileged init container. Pods that
   * start on a node without the agent stay there, not ready.
   * @default false, or true in `ambient` and on OpenShift
   */
  cni?: boolean;
  /** Namespace of `Ztunnel`, whose account may ask for the certificates of others. @default this namespace, or "kube-system" on OpenShift */
  ztunnelNamespace?: string;
  /** Names of pull secrets in the control plane's namespace, also handed to injected pods. @default none */
  imagePullSecrets?: string[];
  /**
   * Mesh configuration, every field of it in Istio's own words; laid over the profile's key by key, lists as a whole.
   * The root namespace follows from `namespace`.
   * @default the profile's
   */
  meshConfig?: MeshConfigArgs;
  /** Replicas when there is no autoscaling. Setting it turns autoscaling off. @default 1 where the profile does not autoscale */
  replicas?: number;
  /** Autoscaling of istiod. Not together with `replicas`. @default the profile's: 1 to 5, or none in `demo` */
  autoscale?: AutoscaleArgs;
  /** Resources of istiod. @default the profile's */
  resources?: Resources;
  /** Resource requests and limits of injected proxies. @default the profile's */
  proxyResources?: Resources;
  /**
   * Injection templates that a team already has, in the place of ours of the same name; `meshwright check --templates`
   * shows how pods then differ. They are read when the program runs.
   * @default ours
   */
  injectionTemplates?: InjectionTemplatesArgs;
  /** Environment of istiod: the names that it reads. Others are refused, because they would have no effect. @default none */
  env?: IstiodEnvArgs;
  /** Environment of istiod under other names, on purpose: what a build of its own, or the Go runtime, reads. @default none */
  unknownEnv?: Record<string, pulumi.Input<string>>;
  /** Share of requests that are traced, in percent, from 0 to 100. @default the profile's: 1, or 100 in `demo` */
  traceSampling?: number;
  /** Log levels of istiod and of the agents, `scope:level` with commas. @default "default:info" */
  logLevel?: string;
  /** Writes logs as JSON. @default false */
  logAsJson?: boolean;
  /** DNS domain of the cluster. @default "cluster.local" */
  clusterDomain?: string;
  /** Identity of the mesh, where several clusters share one. @default the trust domain */
  meshId?: string;
  /** Name of this cluster in the mesh. @default "Kubernetes" */
  clusterName?: string;
  /** Network of this cluster, where clusters reach each other through gateways. @default none */
  network?: string;
  /**
   * Who signs the identities of workloads in the place of istiod. Environment and mesh configuration that follow from it
   * are refused beside it.
   * @default istiod, with the authority in the secret `cacerts`, or with one that it makes itself
   */
  externalAuthority?: ExternalAuthorityArgs;
  /** Name of the secret with istiod's authority, in the control plane's namespace. @default "cacerts" */
  authoritySecret?: string;
  /**
   * istiod runs in another cluster, and this one gets only what leads there. Arguments about istiod itself are set on the
   * control plane of that cluster, and refused here.
   * @default istiod runs here
   */
  remote?: RemoteIstiodArgs;
  /** istiod also serves clusters that have none. @default it serves this cluster alone */
  external?: ExternalIstiodArgs;
  /** Opens istiod's own ports to everyone and closes the others. @default false */
  networkPolicy?: boolean;
  /**
   * Registers the service account by which control planes of other clusters read this one. It has one name for all
   * revisions: where two control planes share a namespace, one of them must leave it to the other. It goes with the one
   * that registered it; where that one is to be removed, both leave it to the program, which registers it beside them.
   * @default true, or false where istiod reads mesh objects from another cluster
   */
  readerServiceAccount?: boolean;
}
