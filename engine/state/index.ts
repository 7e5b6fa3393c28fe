export { writeFileAtomically } from "./atomic-file";
export { FileStateStore, type FileStateStoreOptions } from "./file-state-store";
export { ensureStackFolder, stackFolder } from "./stack-folder";
export { withStackLock, type StackLockOptions } from "./stack-lock";
