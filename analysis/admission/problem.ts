import type { MeshObject } from "../model/mesh-object";

/** What istiod's admission webhook says of an object, beyond what its schema can say. */
export interface AdmissionProblem {
  readonly path: string;
  readonly message: string;
  /** The webhook takes the object and warns. */
  readonly isWarning?: true;
}

/** The webhook's checks for one kind. Values that are not known before deployment are passed over. */
export type AdmissionCheck = (object: MeshObject) => Iterable<AdmissionProblem>;

export function refuse(path: string, message: string): AdmissionProblem {
  return { path, message };
}

export function warn(path: string, message: string): AdmissionProblem {
  return { path, message, isWarning: true };
}
