import type * as pulumi from "@pulumi/pulumi";

/**
 * An istiod that also serves clusters which have none.
 *
 * @see https://istio.io/latest/docs/setup/install/external-controlplane/
 */
export interface ExternalIstiodArgs {
  /** The cluster whose mesh objects it reads, where that is another one. @default this cluster: a primary of remote clusters */
  configCluster?: ConfigClusterArgs;
}

/**
 * The cluster that an external control plane serves first, and reads mesh objects from. Its name is `clusterName`, and
 * `RemoteSecret` of type `"config"` says how to reach it: the control plane must depend on that secret, or istiod
 * starts with the objects of its own cluster.
 */
export interface ConfigClusterArgs {
  /** Host and port at which proxies of other clusters reach this istiod: `"istiod.example.com:15012"`. */
  discoveryAddress: pulumi.Input<string>;
  /**
   * File inside the proxies' images with the authorities of the certificate behind that address, for example
   * `"/etc/ssl/certs/ca-certificates.crt"`. istiod then leaves the webhooks of the other clusters alone.
   * @default istiod shows a certificate of the mesh's own authority, and writes that into webhooks
   */
  rootCertificates?: string;
  /** ConfigMap in the config cluster with mesh configuration of its administrators, below ours. @default "istio" */
  sharedMeshConfig?: string;
}
