export { MeshResources, type MeshResourcesArgs } from "./mesh-resources";
