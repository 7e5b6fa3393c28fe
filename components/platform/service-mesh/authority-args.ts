import type {
  CertificateAuthorityArgs,
  ExistingAuthorityArgs,
  IntermediateArgs,
  IssuedAuthorityArgs,
  RootCertificateAuthorityArgs,
} from "../certificate-authority";
import type {
  ExternalAuthorityArgs,
  IstioCsrArgs,
  KubernetesSignerArgs,
  SpireArgs,
} from "../external-authority";

/** What the mesh says by itself. */
type FromMesh = "namespace" | "trustDomain" | "ambient";

type Way = Exclude<keyof CertificateAuthorityArgs, FromMesh> | keyof ExternalAuthorityArgs;

/** One way, and none of the others. */
type Only<Fields> = Readonly<Fields> & { readonly [Other in Exclude<Way, keyof Fields>]?: never };

/** A root and an intermediate, made in the deployment. */
export type MadeAuthorityArgs = Only<{
  newRoot?: RootCertificateAuthorityArgs;
  newIntermediate?: IntermediateArgs;
}>;

/**
 * Who signs the identities of a mesh, by where the key is.
 *
 * @example { newRoot: { key: { algorithm: "RSA" } } } // made in the deployment
 * @example { issued: authority } // by the stack of an offline root
 * @example { existing: {} } // the secret `cacerts`, put there by something else
 * @example { istioCsr: {} } // cert-manager
 * @example { kubernetesSigner: { signer: "clusterissuers.cert-manager.io/mesh", rootCertificatePem } }
 * @example { spire: {} }
 */
export type MeshAuthorityArgs =
  | MadeAuthorityArgs
  | Only<{ issued: IssuedAuthorityArgs }>
  | Only<{ existing: ExistingAuthorityArgs }>
  | Only<{ istioCsr: IstioCsrArgs }>
  | Only<{ kubernetesSigner: KubernetesSignerArgs }>
  | Only<{ spire: SpireArgs }>;
