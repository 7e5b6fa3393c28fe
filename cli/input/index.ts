export { loadObjects, STANDARD_INPUT, type LoadedObjects, type LoadOptions } from "./load";
export type { Note } from "./note";
export { readMeshConfigFile } from "./mesh-config";
export { readSettingsFile } from "./settings";
