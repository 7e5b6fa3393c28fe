import type { Protocol } from "./port";
import type { TelemetryProviderKind } from "./telemetry-provider";

/** What one of a mesh's own objects stands for. */
export type Reference =
  | { readonly kind: "service"; readonly service: string }
  | { readonly kind: "subset"; readonly service: string; readonly subset: string; readonly port?: string }
  | { readonly kind: "port"; readonly service: string; readonly port: string; readonly protocol: Protocol }
  | { readonly kind: "external"; readonly external: string }
  | { readonly kind: "gateway"; readonly gateway: number }
  | { readonly kind: "delegate"; readonly delegate: number }
  | { readonly kind: "provider"; readonly provider: string; readonly of: TelemetryProviderKind }
  | { readonly kind: "role"; readonly role: number }
  | { readonly kind: "ext-authz"; readonly name: string };

/** The identity of one `defineMesh` call. Two meshes of one name are still two. */
export interface MeshToken {
  readonly name: string;
  /** Its nouns as they were written, unchecked. */
  readonly catalogue: unknown;
  /** What its services promise, so far, unchecked. */
  readonly slos: readonly SloDeclaration[];
}

/** What was promised of one service, unchecked. */
export interface SloDeclaration {
  readonly service: unknown;
  readonly spec: unknown;
}

/** An object of a mesh. */
export interface Entry {
  readonly mesh: MeshToken;
  readonly reference: Reference;
}

/**
 * Which object stands for what. Kept beside the objects, not in them, so that they stay plain data that prints,
 * serialises and has no cycle; and by identity, so that no look-alike passes for one.
 */
const entries = new WeakMap<object, Entry>();

/** Makes `object` the mesh's own name for `reference`. */
export function remember<T extends object>(object: T, mesh: MeshToken, reference: Reference): T {
  entries.set(object, { mesh, reference });
  return object;
}

/** What `value` stands for, and in which mesh; `undefined` for everything that no mesh made. */
export function lookUp(value: unknown): Entry | undefined {
  return typeof value === "object" && value !== null ? entries.get(value) : undefined;
}
