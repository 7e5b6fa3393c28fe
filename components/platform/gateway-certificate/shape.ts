import type { FieldsOf } from "../arguments/shape";
import { KEY_SHAPE } from "../certificate-authority/shape";
import type { CertManagerIssuerArgs, GatewayCertificateArgs, SigningAuthorityArgs } from "./args";

const SIGNING_AUTHORITY_SHAPE = {
  certificatePem: { required: "Input<string>" },
  privateKeyPem: { required: "Input<string>" },
  rootCertificatePem: "Input<string>",
} satisfies FieldsOf<SigningAuthorityArgs>;

const CERT_MANAGER_ISSUER_SHAPE = {
  name: { required: "string" },
  kind: "string",
  group: "string",
} satisfies FieldsOf<CertManagerIssuerArgs>;

/** How a certificate is signed, and what it asks of clients, wherever its name and hosts come from. */
export const SIGNED_SHAPE = {
  namespace: "string",
  authority: { fields: SIGNING_AUTHORITY_SHAPE },
  issuer: { fields: CERT_MANAGER_ISSUER_SHAPE },
  key: { fields: KEY_SHAPE },
  validityDays: "number",
  renewBeforeDays: "number",
  clientCertificateAuthorityPem: "Input<string>",
  clientRevocationListPem: "Input<string>",
} satisfies FieldsOf<Omit<GatewayCertificateArgs, "credentialName" | "hosts">>;

export const GATEWAY_CERTIFICATE_SHAPE = {
  ...SIGNED_SHAPE,
  credentialName: { required: "string" },
  hosts: { required: { list: "string" } },
} satisfies FieldsOf<GatewayCertificateArgs>;
