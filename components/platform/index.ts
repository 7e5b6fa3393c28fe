export * from "./certificate-authority";
export type { MeshComponentOptions, ObjectTransforms } from "./component";
export * from "./control-plane";
export { Crds, type CrdsArgs } from "./crds";
export * from "./enrolment";
export * from "./gateway";
export * from "./mesh-resources";
export * from "./service-mesh";
export { deployerRole } from "./deployer-role";
