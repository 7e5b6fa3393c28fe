import type { Owned } from "../destination";

/** Who may call by an identity of the mesh: a service by its service account, or a gateway by its own. */
export interface Caller<M extends string> extends Owned<M> {
  readonly kind: "service" | "gateway";
}

/** A workload that the catalogue does not have: of another team, another mesh, or the platform itself. */
export interface Outsider {
  readonly kind: "outsider";
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly trustDomain?: string;
}

/** Every workload of a namespace, whatever its service account. */
export interface NamespaceCallers {
  readonly kind: "namespace";
  readonly namespace: string;
}

/** Anyone whose identity a certificate proves. */
export type AnyCaller<M extends string> = Caller<M> | Outsider | NamespaceCallers;

/**
 * Names a workload outside the catalogue by what its certificate says. It is the one place where an identity is
 * written by hand, so that a reader finds them all.
 *
 * @example shop.allow({ from: outsider({ namespace: "monitoring", serviceAccount: "prometheus" }), to: reviews })
 */
export function outsider(identity: {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** @default - the trust domain of this mesh, and its aliases */
  readonly trustDomain?: string;
}): Outsider {
  return Object.freeze({ kind: "outsider", ...identity });
}

/**
 * Every workload of a namespace. Wider than a service: whoever may create a service account there, may call.
 *
 * @example shop.deny({ from: everyoneIn("sandbox"), to: ratings })
 */
export function everyoneIn(namespace: string): NamespaceCallers {
  return Object.freeze({ kind: "namespace", namespace });
}
