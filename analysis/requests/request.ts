import type { MeshObject } from "../model/mesh-object";
import type { Workload } from "../model/workloads";

/** Whoever sends a request: a workload of the set, the pods of a gateway, or somebody outside the mesh. */
export interface Caller {
  /** For people: `Deployment "shop/web"`. */
  readonly name: string;
  readonly namespace: string;
  readonly workload?: Workload;
  /** The gateway whose routes it follows, `namespace/name`; sidecars follow those of the mesh. */
  readonly gateway?: string;
  /** The Gateway of the Gateway API whose routes it follows. */
  readonly kubernetesGateway?: MeshObject;
  /** `cluster.local/ns/shop/sa/web`; absent for whoever has no certificate of the mesh. */
  readonly principal?: string;
}

/** One request, as far as routes and policies look at it. */
export interface MeshRequest {
  readonly from: Caller;
  /** The complete name that is asked for. */
  readonly host: string;
  readonly port: number;
  readonly method: string;
  /** With its query, where it has one. */
  readonly path: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** True, false, or undefined where a value that decides is known only after deployment. */
export type Answer = boolean | undefined;

/** Holds when all do; one that does not settles it. */
export function every<T>(items: Iterable<T>, test: (item: T) => Answer): Answer {
  let answer: Answer = true;
  for (const item of items) {
    const each = test(item);
    if (each === false) return false;
    if (each === undefined) answer = undefined;
  }
  return answer;
}

/** Holds when one does. */
export function some<T>(items: Iterable<T>, test: (item: T) => Answer): Answer {
  let answer: Answer = false;
  for (const item of items) {
    const each = test(item);
    if (each === true) return true;
    if (each === undefined) answer = undefined;
  }
  return answer;
}

export function not(answer: Answer): Answer {
  return answer === undefined ? undefined : !answer;
}
