import type { FieldsOf } from "../arguments/shape";
import type {
  CertificateAuthorityArgs,
  ExistingAuthorityArgs,
  ExistingRootArgs,
  IntermediateArgs,
  IntermediateCertificateAuthorityArgs,
  IssuedAuthorityArgs,
  KeyArgs,
  RootCertificateAuthorityArgs,
} from "./args";
import type { ConstrainedNamesArgs, NameConstraintsArgs } from "./name-constraints";
import type { RotatingRootArgs } from "./rotating-root";
import type { RotationState } from "./rotation";

export const CONSTRAINED_NAMES_SHAPE = {
  trustDomains: { list: "string" },
  dnsDomains: { list: "string" },
} satisfies FieldsOf<ConstrainedNamesArgs>;

export const NAME_CONSTRAINTS_SHAPE = {
  permitted: { fields: CONSTRAINED_NAMES_SHAPE },
  excluded: { fields: CONSTRAINED_NAMES_SHAPE },
} satisfies FieldsOf<NameConstraintsArgs>;

export const KEY_SHAPE = {
  algorithm: "string",
  ecdsaCurve: "string",
  rsaBits: "number",
} satisfies FieldsOf<KeyArgs>;

export const ROOT_CERTIFICATE_AUTHORITY_SHAPE = {
  key: { fields: KEY_SHAPE },
  commonName: "string",
  organization: "string",
  validityDays: "number",
  maxPathLength: "number",
} satisfies FieldsOf<RootCertificateAuthorityArgs>;

export const EXISTING_ROOT_SHAPE = {
  certificatePem: { required: "Input<string>" },
  privateKeyPem: { required: "Input<string>" },
  trustBundlePem: "Input<string>",
} satisfies FieldsOf<ExistingRootArgs>;

export const INTERMEDIATE_SHAPE = {
  key: { fields: KEY_SHAPE },
  commonName: "string",
  organization: "string",
  locality: "string",
  validityDays: "number",
  renewBeforeDays: "number",
  nameConstraints: { fields: NAME_CONSTRAINTS_SHAPE },
} satisfies FieldsOf<IntermediateArgs>;

export const INTERMEDIATE_CERTIFICATE_AUTHORITY_SHAPE = {
  ...INTERMEDIATE_SHAPE,
  root: { required: { fields: EXISTING_ROOT_SHAPE } },
} satisfies FieldsOf<IntermediateCertificateAuthorityArgs>;

export const ISSUED_AUTHORITY_SHAPE = {
  certificatePem: { required: "Input<string>" },
  privateKeyPem: { required: "Input<string>" },
  rootCertificatePem: { required: "Input<string>" },
  trustBundlePem: "Input<string>",
} satisfies FieldsOf<IssuedAuthorityArgs>;

export const EXISTING_AUTHORITY_SHAPE = {
  secretName: "string",
  read: "boolean",
} satisfies FieldsOf<ExistingAuthorityArgs>;

export const CERTIFICATE_AUTHORITY_SHAPE = {
  namespace: "string",
  issued: { fields: ISSUED_AUTHORITY_SHAPE },
  existing: { fields: EXISTING_AUTHORITY_SHAPE },
  newRoot: { fields: ROOT_CERTIFICATE_AUTHORITY_SHAPE },
  newIntermediate: { fields: INTERMEDIATE_SHAPE },
  trustDomain: "string",
  ambient: "boolean",
} satisfies FieldsOf<CertificateAuthorityArgs>;

export const ROTATION_STATE_SHAPE = {
  generation: { required: "number" },
  step: { required: "string" },
} satisfies FieldsOf<RotationState>;

export const ROTATING_ROOT_SHAPE = {
  ...ROOT_CERTIFICATE_AUTHORITY_SHAPE,
  rotation: { required: { fields: ROTATION_STATE_SHAPE } },
  previous: { input: { fields: ROTATION_STATE_SHAPE } },
} satisfies FieldsOf<RotatingRootArgs>;
