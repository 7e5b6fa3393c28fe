import type * as pulumi from "@pulumi/pulumi";

/** cert-manager signs identities, through its agent istio-csr, which must be there before istiod. */
export interface IstioCsrArgs {
  /** Where istio-csr answers, host and port. @default "cert-manager-istio-csr.cert-manager.svc:443" */
  address?: pulumi.Input<string>;
}

/**
 * A signer of the cluster signs identities: istiod checks who asks, and hands the request on as a
 * CertificateSigningRequest. No key of an authority is in the mesh.
 */
export interface KubernetesSignerArgs {
  /** Name of the signer, for example `"clusterissuers.cert-manager.io/mesh"`; Kubernetes' own sign no identities. */
  signer: string;
  /** The certificate below which the signer's are, PEM; several while it is being replaced. istiod reads it when it starts. */
  rootCertificatePem: pulumi.Input<string>;
}

/** SPIRE signs identities: its agents hand them to proxies through a socket, which the SPIFFE CSI driver mounts. */
export interface SpireArgs {
  /**
   * Name of the socket's file in the driver's folder. With the name that Istio's agent uses for its own, `"socket"`, a proxy
   * that SPIRE is not there for would quietly take an identity of istiod's; that name is therefore refused.
   * @default "spire-agent.sock"
   */
  socketFile?: string;
  /** Name of the CSI driver. @default "csi.spiffe.io" */
  csiDriver?: string;
}

/** Who signs the identities of workloads in the place of istiod: exactly one of them. */
export interface ExternalAuthorityArgs {
  istioCsr?: IstioCsrArgs;
  kubernetesSigner?: KubernetesSignerArgs;
  spire?: SpireArgs;
}
