export { compileMesh } from "./compile-mesh";
export type { Source } from "./compiled";
export type { Manifest, ObjectMeta } from "./manifest";
export { identify, type MeshManifest } from "./mesh-manifest";
export { principal, serviceHost } from "./names";
export type { CompileOptions } from "./options";
export { extensionProviders } from "./telemetry";
export type { Transform, Transforms } from "./transform";
export type * from "./types";
