export { type Attribute, attribute, type AttributeCondition } from "./attribute";
export type { Authentication } from "./authentication";
export {
  type AnyCaller,
  type Caller,
  everyoneIn,
  type NamespaceCallers,
  type Outsider,
  outsider,
} from "./caller";
export type { ExtAuthz, ExtAuthzSpec, GrpcExtAuthzSpec, HttpExtAuthzSpec } from "./ext-authz";
export type { Mtls, MtlsException, StrictMtls } from "./mtls";
export type { Binding, Permission, Role } from "./role";
export type {
  Allow,
  Audit,
  Calls,
  Custom,
  Deny,
  Guarded,
  Identity,
  OnlyWithHttp,
  Origin,
  PathPattern,
} from "./rule";
export type { SecuritySpec } from "./spec";
export { type Bearer, type Jwt, jwt, type JwtSpec, type TokenLocations } from "./token";
