export type { Call, Destination, HttpRequest, MeshFacts } from "./call";
export { type Decision, evaluate, evaluateAtWaypoint, type WaypointCall } from "./evaluate";
export { policiesOf, type Policy, readPolicies, type Rule, type Target } from "./manifests";
