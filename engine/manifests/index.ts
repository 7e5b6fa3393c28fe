export { objectsOf, type ObjectsOfOptions, type StackObject } from "./objects-of";
export type { ManifestNote } from "./notes";
export { renderManifests, type ManifestFile, type ManifestObject, type RenderedManifests } from "./render";
export { writeManifests, type WrittenFile, type WrittenManifests } from "./write";
