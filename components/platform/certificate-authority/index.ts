export {
  type CertificateAuthorityArgs,
  EcdsaCurve,
  type ExistingAuthorityArgs,
  type ExistingRootArgs,
  type IntermediateArgs,
  type IntermediateCertificateAuthorityArgs,
  type IssuedAuthorityArgs,
  KeyAlgorithm,
  type KeyArgs,
  type RootCertificateAuthorityArgs,
} from "./args";
export { CertificateAuthority } from "./certificate-authority";
export { IntermediateCertificateAuthority } from "./intermediate-certificate-authority";
export type { ConstrainedNamesArgs, NameConstraintsArgs } from "./name-constraints";
export { RotatingRoot, type RotatingRootArgs } from "./rotating-root";
export { type RotationState, RotationStep } from "./rotation";
export { RootCertificateAuthority } from "./root-certificate-authority";
