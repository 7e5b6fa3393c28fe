import type { MeshManifest } from "./mesh-manifest";

/** What in the intent an object was compiled from, for hooks that treat some of a kind differently. */
export type Source =
  | { readonly kind: "mesh" }
  | { readonly kind: "namespace"; readonly namespace: string }
  | { readonly kind: "service"; readonly service: string }
  | { readonly kind: "external"; readonly external: string }
  | { readonly kind: "delegate"; readonly delegate: string }
  | { readonly kind: "gateway"; readonly gateway: string }
  | { readonly kind: "exposure"; readonly gateway: string; readonly host: string };

/** An object and where it came from. */
export interface Compiled<T extends MeshManifest = MeshManifest> {
  readonly manifest: T;
  readonly source: Source;
}
