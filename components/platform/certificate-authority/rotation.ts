import type { InputProblem } from "../../intent/problem";
import { countProblems, choiceProblems, printed } from "../problems";

/** One step of the rotation of a root. */
export const RotationStep = { Steady: "steady", Trust: "trust", Issue: "issue" } as const;
export type RotationStep = (typeof RotationStep)[keyof typeof RotationStep];

/** Where the rotation of a mesh's root stands. */
export interface RotationState {
  /** Which root it is about, counted from 1. */
  generation: number;
  /**
   * `steady`: the root of this generation signs, and it alone is trusted. `trust`: it is trusted beside the one before,
   * which still signs. `issue`: it signs, and the one before is still trusted.
   */
  step: RotationStep;
}

const FIRST: RotationState = { generation: 1, step: RotationStep.Steady };

/** Everything that is wrong with a state by itself. */
export function rotationProblems(path: string, { generation, step }: RotationState): InputProblem[] {
  const problems = [
    ...countProblems(`${path}.generation`, generation, 1),
    ...choiceProblems(`${path}.step`, step, Object.values(RotationStep)),
  ];
  if (generation === 1 && step !== RotationStep.Steady) {
    problems.push({
      id: "platform/rotation-order",
      path: `${path}.step`,
      message: "is a step from the root before, and the first has none before it",
      got: show({ generation, step }),
      expected: show(FIRST),
      fix: "Rotate to generation 2",
    });
  }
  return problems;
}

/**
 * What may come after a state without any workload refusing another: the step itself again, the next one, and the one
 * back. A step that is left out would have certificates in use that nobody trusts yet, or nobody trusts any more.
 */
export function nextRotationStates({ generation, step }: RotationState): readonly RotationState[] {
  const at = (of: number, next: RotationStep): RotationState => ({ generation: of, step: next });
  switch (step) {
    case RotationStep.Steady:
      return [at(generation, step), at(generation + 1, RotationStep.Trust)];
    case RotationStep.Trust:
      return [
        at(generation, step),
        at(generation, RotationStep.Issue),
        at(generation - 1, RotationStep.Steady),
      ];
    case RotationStep.Issue:
      return [at(generation, step), at(generation, RotationStep.Steady), at(generation, RotationStep.Trust)];
  }
}

/** A problem where a step does not follow from the one before. @param previous absent on the first deployment */
export function rotationOrderProblems(
  path: string,
  wanted: RotationState,
  previous: RotationState | undefined,
): InputProblem[] {
  const allowed = previous === undefined ? [FIRST] : nextRotationStates(previous);
  if (allowed.some(({ generation, step }) => generation === wanted.generation && step === wanted.step))
    return [];
  return [
    {
      id: "platform/rotation-order",
      path: `${path}.step`,
      message:
        previous === undefined
          ? "is not where a mesh begins"
          : `does not follow ${show(previous)}: some workloads would refuse the certificates of others`,
      got: show(wanted),
      expected: allowed.map(show).join(", or "),
      fix: "Take the steps one by one, and let every workload renew its certificate between two of them",
    },
  ];
}

function show({ generation, step }: RotationState): string {
  return `step ${printed(step)} of generation ${generation}`;
}
