import type * as pulumi from "@pulumi/pulumi";

import type { Manifest } from "../../compile/manifest";
import type { Transforms } from "../../compile/transform";
import type { AnyMesh } from "../../intent/mesh";
import type { RoutingApi } from "../../intent/routing-api";
import type { AdmissionPoliciesArgs } from "../admission";
import type { ChartArgs, InstallSource } from "../charts";
import type { CniArgs } from "../cni";
import type { MeshComponentOptions, ObjectTransforms } from "../component";
import type { ControlPlaneArgs, Profile } from "../control-plane";
import type { CrdsArgs } from "../crds";
import type { NamespaceArgs } from "../enrolment";
import type { GatewayArgs } from "../gateway";
import type { GatewayApiCrdsArgs } from "../gateway-api-crds";
import type { ImageVariant } from "../images";
import type { Platform } from "../platforms";
import type { RateLimitServiceArgs } from "../rate-limit-service";
import type { TelemetryStackArgs } from "../telemetry-stack";
import type { ZtunnelArgs } from "../ztunnel";
import type { MeshAuthorityArgs } from "./authority-args";
import type { CredentialArgs } from "./credential-args";

/** What the mesh says once for all of its parts. */
type Shared = "istioVersion" | "profile" | "namespace" | "revision";

/** What it says once about its images and the cluster that they run in. */
type Images = "hub" | "tag" | "variant" | "platform";

/** What ztunnel has in common with the control plane, and therefore takes from it. */
type FromControlPlane = "controlPlaneNamespace" | "clusterName" | "network";

/**
 * A whole mesh. The mesh intent is not plain data, so this component, unlike its parts, is for TypeScript programs only.
 */
export interface ServiceMeshArgs {
  /** The typed mesh to compile and register. @default no mesh objects */
  readonly mesh?: AnyMesh;
  /** The objects that its routes and gateways are written as. @default "istio" */
  readonly api?: RoutingApi;
  /** Further mesh objects, written by hand. @default none */
  readonly manifests?: readonly Manifest[];
  /** Istio release, of 1.31 or 1.30. @default "1.31.1" */
  readonly istioVersion?: string;
  /** Starting point for sizes, settings and gateways. @default "default" */
  readonly profile?: Profile;
  /** Namespace of the control plane and root namespace of the mesh. @default "istio-system" */
  readonly namespace?: string;
  /** Name of this control plane where several run side by side. @default the unnamed one */
  readonly revision?: string;
  /**
   * Names that stand for this control plane, which namespaces may give in the place of its revision. A name moves to
   * another control plane by a `RevisionTag` of its own, not by changing two meshes.
   * @default none
   */
  readonly revisionTags?: readonly string[];
  /** Registry and path of the images. @default where the release's official images are */
  readonly hub?: pulumi.Input<string>;
  /** Tag of the images. @default the Istio release */
  readonly tag?: pulumi.Input<string>;
  /** Kind of the images. @default the plain ones, or distroless in `ambient` */
  readonly variant?: ImageVariant;
  /** Distribution of Kubernetes, where it needs its own settings. @default none in particular */
  readonly platform?: Platform;
  /** Where the objects of control plane, agents and gateways come from; each of them may say otherwise. @default "native" */
  readonly source?: InstallSource;
  /** Which charts are installed, with source "helm"; each part may say otherwise. @default the official ones of the Istio release */
  readonly chart?: ChartArgs;
  /** `false` where something else installs them. @default installed, or taken over where they are there */
  readonly crds?: Omit<CrdsArgs, "istioVersion"> | false;
  /**
   * The definitions of the Gateway API: installed, or the cluster's own. `false` where something else sees to them.
   * @default installed where the mesh has objects of the Gateway API, else none
   */
  readonly gatewayApi?: Omit<GatewayApiCrdsArgs, "istioVersion" | "kinds"> | false;
  /** The root namespace itself. @default it is created, and injects pods that ask for it */
  readonly rootNamespace?: NamespaceArgs;
  /**
   * Namespaces of workloads and gateways, by name. In the profile `ambient`, those that say nothing about sidecars and
   * ambient are ambient.
   * @default none beside the root namespace
   */
  readonly namespaces?: Readonly<Record<string, NamespaceArgs>>;
  /**
   * Who signs the identities of workloads. `false` lets istiod make its own authority, which is for throw-away clusters.
   * @default a root and an intermediate, made here; none where istiod runs in another cluster
   */
  readonly certificateAuthority?: MeshAuthorityArgs | false;
  /** The control plane, beside what is said above. */
  readonly controlPlane?: Omit<ControlPlaneArgs, Shared | Images | "externalAuthority" | "authoritySecret">;
  /**
   * The CNI node agent, `{}` for one with its defaults. `false` where something else installs it; the control plane is
   * then told by its own argument `cni`.
   * @default none, or one with its defaults in `ambient` and on OpenShift
   */
  readonly cni?: Omit<CniArgs, Exclude<Shared, "namespace"> | Images> | false;
  /** ztunnel, `{}` for one with its defaults. @default none, or one with its defaults in `ambient` */
  readonly ztunnel?: Omit<ZtunnelArgs, Exclude<Shared, "namespace"> | Images | FromControlPlane> | false;
  /**
   * What watches the mesh, `{}` for the usual parts. Its namespace is made with it, and proxies are told where traces go.
   * @default none
   */
  readonly telemetry?: Omit<TelemetryStackArgs, "rootNamespace" | "clusterDomain"> | false;
  /**
   * The rate-limit service, in a namespace that is made with it. `false` where it runs already, in a namespace that is
   * then declared.
   * @default one with its defaults where the mesh has limits that it counts, else none
   */
  readonly rateLimit?: Omit<RateLimitServiceArgs, "mesh" | "clusterDomain" | "trustDomain"> | false;
  /**
   * Gateways, by the name of their Deployment and Service. A gateway may have its own namespace, which must be among
   * `namespaces`.
   * @default the profile's: `istio-ingressgateway`; with `istio-egressgateway` in `demo`; none in `minimal` and `ambient`
   */
  readonly gateways?: Readonly<
    Record<string, Omit<GatewayArgs, "gatewayName" | "istioVersion" | "profile" | "platform" | "revision">>
  >;
  /**
   * What the API server holds objects to, whoever sends them; `{}` to refuse what would weaken the mesh. PeerAuthentications
   * that the mesh itself declares as exceptions are among what is agreed.
   * @default nothing
   */
  readonly admission?: Omit<AdmissionPoliciesArgs, "namespace"> | false;
  /**
   * The certificates that gateways answer with, by the name that they have there (`credentialName`), for gateways of Istio
   * and of the Gateway API alike. Once it is set, it must have all of them.
   *
   * @default every one is a secret that is made elsewhere
   * @example { "shop-cert": { from: "authority" }, "api-cert": { from: "cert-manager", issuer: { name: "letsencrypt" } } }
   */
  readonly credentials?: Readonly<Record<string, CredentialArgs>>;
}

/** Resource options of a mesh; its hooks reach the objects of every part, and the compiled mesh objects. */
export interface ServiceMeshOptions extends Omit<MeshComponentOptions, "transform"> {
  /** @default objects are registered as they are built */
  readonly transform?: ObjectTransforms & Transforms;
}
