export type { CertManagerIssuerArgs, GatewayCertificateArgs, SigningAuthorityArgs } from "./args";
export { GatewayCertificate } from "./gateway-certificate";
