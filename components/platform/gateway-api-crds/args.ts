import type * as pulumi from "@pulumi/pulumi";

/** Whose the definitions of the Gateway API are. */
export const GatewayApiOwnership = {
  /** This package's: the standard channel of release v1.6.0, over whatever is there. They stay when the stack goes. */
  Install: "install",
  /** The cluster's, as some clouds bring them along: they are looked at, and left alone. */
  Adopt: "adopt",
} as const;
export type GatewayApiOwnership = (typeof GatewayApiOwnership)[keyof typeof GatewayApiOwnership];

/** Custom resource definitions of the Gateway API. */
export interface GatewayApiCrdsArgs {
  /** @default "install" */
  ownership?: GatewayApiOwnership;
  /**
   * Release of the Gateway API that the cluster has, for example "v1.5.1", with `adopt`. It is held to what Istio needs
   * before anything is registered; what the cluster really has is looked at besides.
   * @default only the cluster is looked at
   */
  bundleVersion?: string;
  /**
   * Kinds that the mesh uses, for example "HTTPRoute", which an adopted bundle must have.
   * @default every kind of the standard channel that Istio reads
   */
  kinds?: string[];
  /** Istio release that reads them. @default "1.31.1" */
  istioVersion?: string;
  /**
   * Kubeconfig, text or path, of the cluster in which definitions that are already there are taken over. Only needed
   * where an explicit provider is given, because a provider does not tell its kubeconfig.
   * @default the stack's `kubernetes` configuration, or the environment's
   */
  kubeconfig?: pulumi.Input<string>;
}
