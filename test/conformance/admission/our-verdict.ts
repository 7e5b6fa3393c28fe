import { analyse, type KubernetesObject } from "../../../analysis";
import { admissionProblems, meshConfigProblems } from "../../../analysis/admission";
import { MeshObject } from "../../../analysis/model/mesh-object";
import { Value } from "../../../analysis/reader";
import { validateObject } from "../../../analysis/schema";

/** What we say of one object. */
export interface Verdict {
  /** What its definition refuses; the API server asks that first. */
  readonly bySchema: readonly string[];
  /** What istiod refuses besides. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

export function ourVerdict(object: KubernetesObject): Verdict {
  const problems =
    object.kind === "MeshConfig"
      ? [...meshConfigProblems(new Value(object["spec"], ""))]
      : [...admissionProblems(new MeshObject({ object }))];
  const texts = (isWarning: boolean): readonly string[] =>
    problems
      .filter((problem) => (problem.isWarning === true) === isWarning)
      .map(({ path, message }) => `${path}: ${message}`);
  return {
    bySchema: (validateObject(object)?.problems ?? []).map(({ path, message }) => `${path}: ${message}`),
    errors: texts(false),
    warnings: texts(true),
  };
}

/** Whether a rule of ours says of the object what istiod only warns of. */
export function hasFinding(object: KubernetesObject): boolean {
  const { findings } = analyse([{ object }], { now: new Date("2026-11-21T12:00:00Z") });
  return findings.some(({ anchors }) =>
    anchors.some((anchor) => anchor === "IST0133" || /^IST013[01]$/.test(anchor)),
  );
}
