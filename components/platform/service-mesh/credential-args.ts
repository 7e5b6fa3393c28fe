import type { GatewayCertificateArgs, SigningAuthorityArgs } from "../gateway-certificate";

/** Where the certificate that a gateway answers with comes from. */
export const CredentialSource = {
  /** Signed in the deployment, by the mesh's authority or another one. */
  Authority: "authority",
  /** Made by cert-manager, which the cluster has. */
  CertManager: "cert-manager",
  /** A secret that is made elsewhere, in the namespace of the gateway's pods. */
  Existing: "existing",
} as const;
export type CredentialSource = (typeof CredentialSource)[keyof typeof CredentialSource];

interface NamedHosts {
  /**
   * What the certificate is for; what gateways serve with it must be among it, and a star stands for one label.
   * @default what the mesh's gateways serve with it; unknown for an existing one, which is then taken as it is
   */
  readonly hosts?: readonly string[];
  /** Where it is. @default where the pods of the gateways are that use it */
  readonly namespace?: string;
}

type OwnLifetime = Pick<GatewayCertificateArgs, "key" | "validityDays" | "renewBeforeDays">;

/** A certificate that an authority of this program signs. */
export interface AuthorityCredentialArgs
  extends
    NamedHosts,
    OwnLifetime,
    Pick<GatewayCertificateArgs, "clientCertificateAuthorityPem" | "clientRevocationListPem"> {
  readonly from: "authority";
  /** @default the mesh's own */
  readonly authority?: SigningAuthorityArgs;
}

/** A certificate that cert-manager gets. */
export interface CertManagerCredentialArgs
  extends NamedHosts, OwnLifetime, Required<Pick<GatewayCertificateArgs, "issuer">> {
  readonly from: "cert-manager";
}

/** A secret that is made elsewhere. */
export interface ExistingCredentialArgs extends NamedHosts {
  readonly from: "existing";
}

/**
 * What a gateway answers with, by where it comes from.
 *
 * @example { from: "cert-manager", issuer: { name: "letsencrypt" } }
 */
export type CredentialArgs = AuthorityCredentialArgs | CertManagerCredentialArgs | ExistingCredentialArgs;
