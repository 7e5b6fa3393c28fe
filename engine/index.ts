export type { RunOptions } from "./run-program";
export { runProgram } from "./run-program";
export type { Deployment, LogEntry, RecordedResource } from "./recorded";
export type {
  CreateRequest,
  CreateResult,
  Properties,
  ReadRequest,
  ResourceProvider,
  ResourceState,
  StackIdentity,
  StackState,
  StateStore,
} from "./provider";
export { containsSecret, isPropertyObject, Secret, UNKNOWN } from "./value";
export type { AssetValue, PropertyValue, ResourceReference } from "./value";
export { randomProvider, tlsProvider } from "./providers";
export { knownStacks, readProject } from "./language-host/project";
export type { Project } from "./language-host/project";
