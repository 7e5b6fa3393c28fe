import type * as pulumi from "@pulumi/pulumi";

/** What kind of address something is reached at, in the words of Kubernetes' EndpointSlices. */
export const AddressType = {
  IPv4: "IPv4",
  IPv6: "IPv6",
  /** A host name. */
  Fqdn: "FQDN",
} as const;
export type AddressType = (typeof AddressType)[keyof typeof AddressType];

/**
 * An istiod that runs in another cluster: the primary of this mesh, or an external control plane. This cluster gets
 * what leads its API server and its proxies there, and what istiod needs to read it.
 *
 * @see https://istio.io/latest/docs/setup/install/multicluster/primary-remote/
 */
export interface RemoteIstiodArgs {
  /**
   * Address of istiod's ports 15012 and 15017 as this cluster reaches them, for example of the eastwest gateway before
   * it. The Service `istiod` leads there.
   * @default none: something else makes that Service, for example one of multi-cluster services
   */
  address?: pulumi.Input<string>;
  /** What kind of address it is. @default as the address looks; it must be said where the address is an Output */
  addressType?: AddressType;
  /**
   * Where API servers call istiod's webhooks, for example `"https://istiod.example.com:15017"`, whose certificate must
   * be of an authority that they trust, or of `webhookCertificateAuthorityPem`.
   * @default the Service `istiod`
   */
  webhookUrl?: pulumi.Input<string>;
  /** Certificate of the authority behind istiod's webhooks, PEM. @default istiod writes its own into them */
  webhookCertificateAuthorityPem?: pulumi.Input<string>;
  /**
   * Path of the injector, by which istiod learns of which cluster and network a pod is.
   * @default that of `clusterName` and `network`
   */
  injectionPath?: string;
  /**
   * The mesh objects that this istiod serves are read from this cluster, not from its own: an external control plane
   * has one such cluster. istiod may then write to it, and checks mesh objects here.
   * @default false
   */
  configCluster?: boolean;
}
