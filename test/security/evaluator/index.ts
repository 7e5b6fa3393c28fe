export type { Call, Destination, HttpRequest, MeshFacts } from "./call";
export { type Decision, evaluate } from "./evaluate";
export { policiesOf, type Policy, readPolicies, type Rule } from "./manifests";
