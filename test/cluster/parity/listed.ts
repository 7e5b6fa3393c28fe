import { NOT_SERVED } from "./corpus";

/** A disagreement that stays: a server refuses such an object, and the check has no finding. */
export interface Listed {
  /** What the object is, as its case says. */
  readonly what: string;
  readonly reason: string;
  /** Whether the command line says beside its findings that it did not check the object, or that a server refuses it. */
  readonly noted: boolean;
}

const WITHOUT_NAME = "findings name their object, and this one cannot be named; it is noted as not checked";

/** Everything in which the check and a server differ. A row that no longer does fails the test. */
export const listed: readonly Listed[] = [
  ...["no name at all", "an empty name", "a name that is a number", "a text for metadata"].map((what) => ({
    what: `with ${what}`,
    reason: WITHOUT_NAME,
    noted: true,
  })),
  {
    what: "with a namespace that is a number",
    reason:
      "rules look objects up by namespace, so it is read as absent, and noted as what a cluster refuses",
    noted: true,
  },
  {
    what: NOT_SERVED,
    reason:
      "the standard channel does not serve it and the experimental one does, from the same definitions; which of them a cluster has is not in its manifests",
    noted: false,
  },
];
