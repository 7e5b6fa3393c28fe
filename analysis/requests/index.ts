export { routesOfService } from "./attached-routes";
export { authorize, type Authorization, type Call } from "./authorize";
export type { ChosenRoute, RouteChoice } from "./choose-route";
export type { Connection } from "./connect";
export {
  explainRequest,
  followsRoutes,
  type DestinationOutcome,
  type Explanation,
  type RequestQuestion,
  type Verdict,
  type WorkloadOutcome,
} from "./explain-request";
export { callerNames, callerOf, findCaller, OUTSIDE, principalOf } from "./find-caller";
export type { Caller, MeshRequest } from "./request";
