import type { MeshObject } from "../model/mesh-object";

/** What istiod's admission webhook says of an object, beyond what its schema can say. */
export interface AdmissionProblem {
  readonly path: string;
  readonly message: string;
  /** The webhook takes the object and warns. */
  readonly isWarning?: true;
}

/** What the checks of an object find, in their order. */
export class Problems {
  readonly all: AdmissionProblem[] = [];

  refuse(path: string, message: string): void {
    this.all.push({ path, message });
  }

  warn(path: string, message: string): void {
    this.all.push({ path, message, isWarning: true });
  }
}

/** The webhook's checks for one kind. Values that are not known before deployment are passed over. */
export type AdmissionCheck = (problems: Problems, object: MeshObject) => void;
