export type { RevisionTagArgs } from "./args";
export { RevisionTag } from "./revision-tag";
