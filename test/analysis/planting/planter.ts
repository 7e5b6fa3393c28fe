import type { KubernetesObject } from "../../../analysis";
import type { Draw } from "./draw";
import type { Mesh } from "./mesh";

/** A kind of fault that a person could make. */
export interface Planter {
  /** In a few words, for whoever reads which fault was missed. */
  readonly fault: string;
  /** Puts it into a sound mesh; @returns the object that a finding is due for, or several of which any may have it */
  readonly plant: (mesh: Mesh, draw: Draw) => KubernetesObject | readonly KubernetesObject[];
}
