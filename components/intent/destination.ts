import type { PortMap, Protocol } from "./port";

/**
 * The mesh that a reference belongs to. It exists in types alone; at run time a mesh knows its own references by
 * identity (see `references.ts`).
 */
declare const owner: unique symbol;

/** A thing that belongs to the mesh called `M`. */
export interface Owned<M extends string> {
  readonly [owner]: M;
}

/** Anything that a route may send traffic to. Never a string: only the catalogue makes one. */
export interface Destination<M extends string> extends Owned<M> {
  readonly kind: "service" | "subset" | "port" | "external";
}

/** Some of the workloads behind a service, told apart by labels; Istio's own word for it. */
export interface Subset<M extends string, Name extends string> extends Destination<M> {
  readonly kind: "subset";
  readonly service: string;
  readonly name: Name;
}

/** One port of a service, for services that open several. */
export interface ServicePort<
  M extends string,
  Name extends string,
  P extends Protocol,
> extends Destination<M> {
  readonly kind: "port";
  readonly service: string;
  readonly name: Name;
  readonly number: number;
  readonly protocol: P;
}

/** A host outside the mesh, declared in the catalogue. */
export interface External<M extends string> extends Destination<M> {
  readonly kind: "external";
  readonly name: string;
  readonly host: string;
}

/**
 * A service of the catalogue.
 *
 * @typeParam M the mesh
 * @typeParam Sub the names of its subsets
 * @typeParam Ports its ports' names and protocols; none by default, which every service can stand in for
 */
export interface Service<
  M extends string,
  Sub extends string = string,
  Ports extends PortMap = Readonly<Record<never, Protocol>>,
> extends Destination<M> {
  readonly kind: "service";
  readonly name: string;
  readonly namespace: string;
  readonly ports: { readonly [K in keyof Ports & string]: ServicePort<M, K, Ports[K]> };
  readonly subsets: { readonly [K in Sub]: Subset<M, K> };
}
