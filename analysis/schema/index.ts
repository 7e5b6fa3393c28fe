export { validateObject } from "./validate";
export { knownKinds, carriedSchemas, SchemaCatalogue, type KnownKind } from "./catalogue";
export type { SchemaProblem, Validation } from "./problem";
