import type { FieldsOf } from "../arguments/shape";
import { KEY_SHAPE } from "../certificate-authority/shape";
import type { CertManagerIssuerArgs, GatewayCertificateArgs, SigningAuthorityArgs } from "./args";

export const SIGNING_AUTHORITY_SHAPE = {
  certificatePem: { required: "Input<string>" },
  privateKeyPem: { required: "Input<string>" },
  rootCertificatePem: "Input<string>",
} satisfies FieldsOf<SigningAuthorityArgs>;

export const CERT_MANAGER_ISSUER_SHAPE = {
  name: { required: "string" },
  kind: "string",
  group: "string",
} satisfies FieldsOf<CertManagerIssuerArgs>;

export const GATEWAY_CERTIFICATE_SHAPE = {
  credentialName: { required: "string" },
  hosts: { required: { list: "string" } },
  namespace: "string",
  authority: { fields: SIGNING_AUTHORITY_SHAPE },
  issuer: { fields: CERT_MANAGER_ISSUER_SHAPE },
  key: { fields: KEY_SHAPE },
  validityDays: "number",
  renewBeforeDays: "number",
  clientCertificateAuthorityPem: "Input<string>",
  clientRevocationListPem: "Input<string>",
} satisfies FieldsOf<GatewayCertificateArgs>;
