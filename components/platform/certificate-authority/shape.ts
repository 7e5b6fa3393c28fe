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

export const CONSTRAINED_NAMES_SHAPE: FieldsOf<ConstrainedNamesArgs> = {
  trustDomains: { list: "string" },
  dnsDomains: { list: "string" },
};

export const NAME_CONSTRAINTS_SHAPE: FieldsOf<NameConstraintsArgs> = {
  permitted: { fields: CONSTRAINED_NAMES_SHAPE },
  excluded: { fields: CONSTRAINED_NAMES_SHAPE },
};

export const KEY_SHAPE: FieldsOf<KeyArgs> = {
  algorithm: "string",
  ecdsaCurve: "string",
  rsaBits: "number",
};

export const ROOT_CERTIFICATE_AUTHORITY_SHAPE: FieldsOf<RootCertificateAuthorityArgs> = {
  key: { fields: KEY_SHAPE },
  commonName: "string",
  organization: "string",
  validityDays: "number",
  maxPathLength: "number",
};

export const EXISTING_ROOT_SHAPE: FieldsOf<ExistingRootArgs> = {
  certificatePem: { required: "Input<string>" },
  privateKeyPem: { required: "Input<string>" },
  trustBundlePem: "Input<string>",
};

export const INTERMEDIATE_SHAPE: FieldsOf<IntermediateArgs> = {
  key: { fields: KEY_SHAPE },
  commonName: "string",
  organization: "string",
  locality: "string",
  validityDays: "number",
  renewBeforeDays: "number",
  nameConstraints: { fields: NAME_CONSTRAINTS_SHAPE },
};

export const INTERMEDIATE_CERTIFICATE_AUTHORITY_SHAPE: FieldsOf<IntermediateCertificateAuthorityArgs> = {
  ...INTERMEDIATE_SHAPE,
  root: { required: { fields: EXISTING_ROOT_SHAPE } },
};

export const ISSUED_AUTHORITY_SHAPE: FieldsOf<IssuedAuthorityArgs> = {
  certificatePem: { required: "Input<string>" },
  privateKeyPem: { required: "Input<string>" },
  rootCertificatePem: { required: "Input<string>" },
  trustBundlePem: "Input<string>",
};

export const EXISTING_AUTHORITY_SHAPE: FieldsOf<ExistingAuthorityArgs> = {
  secretName: "string",
  read: "boolean",
};

export const CERTIFICATE_AUTHORITY_SHAPE: FieldsOf<CertificateAuthorityArgs> = {
  namespace: "string",
  issued: { fields: ISSUED_AUTHORITY_SHAPE },
  existing: { fields: EXISTING_AUTHORITY_SHAPE },
  newRoot: { fields: ROOT_CERTIFICATE_AUTHORITY_SHAPE },
  newIntermediate: { fields: INTERMEDIATE_SHAPE },
  trustDomain: "string",
  ambient: "boolean",
};

export const ROTATION_STATE_SHAPE: FieldsOf<RotationState> = {
  generation: { required: "number" },
  step: { required: "string" },
};

export const ROTATING_ROOT_SHAPE: FieldsOf<RotatingRootArgs> = {
  ...ROOT_CERTIFICATE_AUTHORITY_SHAPE,
  rotation: { required: { fields: ROTATION_STATE_SHAPE } },
  previous: { input: { fields: ROTATION_STATE_SHAPE } },
};
