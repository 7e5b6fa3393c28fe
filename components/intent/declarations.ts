import type { RuleIntent } from "./intent";
import type { MeshToken, SloDeclaration } from "./references";

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
  /** Of a further server: its gateway, by the order of declaration, and its name there. */
  readonly server?: { readonly of: number; readonly name: string };
}

/** Said of single calls: `allow`, `deny`, `audit` or `custom`. */
export interface RuleDeclaration {
  readonly action: RuleIntent["action"];
  readonly rule: unknown;
}

export interface RoleDeclaration {
  readonly name: unknown;
  readonly permissions: readonly unknown[];
}

export interface BindingDeclaration {
  readonly role: unknown;
  readonly binding: unknown;
}

export interface ExtAuthzDeclaration {
  readonly name: unknown;
  readonly spec: unknown;
}

export interface AuthenticationDeclaration {
  readonly authentication: unknown;
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
  readonly telemetry: unknown[];
  readonly proxyConfigs: unknown[];
  readonly sidecars: unknown[];
  readonly rules: RuleDeclaration[];
  readonly roles: RoleDeclaration[];
  readonly bindings: BindingDeclaration[];
  readonly extAuthz: ExtAuthzDeclaration[];
  readonly authentications: AuthenticationDeclaration[];
  readonly mtls: unknown[];
  readonly slos: SloDeclaration[];
}
