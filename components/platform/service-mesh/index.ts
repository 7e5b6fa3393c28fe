export type { ServiceMeshArgs, ServiceMeshOptions } from "./args";
export type { MadeAuthorityArgs, MeshAuthorityArgs } from "./authority-args";
export { ServiceMesh } from "./service-mesh";
export {
  type AuthorityCredentialArgs,
  type CertManagerCredentialArgs,
  type CredentialArgs,
  CredentialSource,
  type ExistingCredentialArgs,
} from "./credential-args";
