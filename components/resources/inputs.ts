import type { Input } from "@pulumi/pulumi";
import type { Manifest } from "../compile/manifest";

/**
 * A plain type whose leaves may be Outputs. Lists and objects stay plain, so that a preview always shows how many
 * objects there are and what they are called.
 */
export type Inputs<T> = [T] extends [string | number | boolean | null | undefined]
  ? // In brackets, so that a union stays one leaf: an Output<boolean> is no Output<true> and no Output<false>.
    Input<T>
  : T extends readonly (infer Item)[]
    ? readonly Inputs<Item>[]
    : T extends object
      ? { readonly [K in keyof T]: Inputs<T[K]> }
      : Input<T>;

/** What a resource of a kind takes: its manifest without what the class itself knows. */
export type ResourceArgs<M extends Manifest> = {
  readonly metadata: Inputs<M["metadata"]>;
  readonly spec: Inputs<M["spec"]>;
  /** May be left out; a whole manifest can be passed as it is. */
  readonly apiVersion?: M["apiVersion"];
  /** May be left out; a whole manifest can be passed as it is. */
  readonly kind?: M["kind"];
};
