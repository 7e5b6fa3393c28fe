export type { ServiceMeshArgs, ServiceMeshOptions } from "./args";
export { ServiceMesh } from "./service-mesh";
