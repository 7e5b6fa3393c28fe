import type { MeshToken } from "./references";

/*
 * Everything that was said to a mesh, as it was said. Nothing is checked when it is said: a program is read to its end
 * and all that is wrong is reported at once.
 */

export interface RouteDeclaration {
  readonly service: unknown;
  readonly routes: unknown;
  readonly options: unknown;
}

export interface TrafficPolicyDeclaration {
  readonly target: unknown;
  readonly policy: unknown;
  readonly options: unknown;
}

export interface ExposureDeclaration {
  readonly host: unknown;
  readonly to: unknown;
  readonly options?: unknown;
}

export interface VersionsDeclaration {
  readonly service: unknown;
  readonly spec: unknown;
}

export interface DelegateDeclaration {
  readonly name: unknown;
  readonly spec: unknown;
  /** `undefined` for routes that someone else declares. */
  readonly routes: unknown;
}

export interface GatewayDeclaration {
  readonly name: unknown;
  readonly spec: unknown;
  readonly exposures: ExposureDeclaration[];
}

export interface Declarations {
  readonly mesh: MeshToken;
  readonly name: unknown;
  readonly catalogue: unknown;
  readonly routes: RouteDeclaration[];
  readonly delegates: DelegateDeclaration[];
  readonly progressions: VersionsDeclaration[];
  readonly blueGreens: VersionsDeclaration[];
  readonly rateLimits: VersionsDeclaration[];
  readonly trafficPolicies: TrafficPolicyDeclaration[];
  readonly gateways: GatewayDeclaration[];
  readonly edges: unknown[];
  readonly telemetry: unknown[];
}
