export { objectsOf, type ObjectsOfOptions, type StackObject } from "./objects-of";
export {
  renderManifests,
  type ManifestFile,
  type ManifestNote,
  type ManifestObject,
  type RenderedManifests,
} from "./render";
export { writeManifests, type WrittenFile, type WrittenManifests } from "./write";
