import type { InputProblem } from "../intent/problem";
import type { AutoscaleArgs } from "./control-plane/args";
import { countProblems, printed } from "./problems";
import type { Scaling } from "./scaling";

/** What decides the number of replicas, in the arguments of whatever is scaled. */
interface ScalingArgs {
  readonly replicas?: number;
  readonly autoscale?: AutoscaleArgs;
}

const AUTOSCALE = { min: 1, max: 5, targetCpuPercent: 80 };

/** Problems of the scaling arguments. */
export function scalingProblems({ autoscale, replicas }: ScalingArgs): InputProblem[] {
  const problems = [
    ...countProblems("replicas", replicas, 1),
    ...countProblems("autoscale.min", autoscale?.min, 1),
    ...countProblems("autoscale.max", autoscale?.max, 1),
    ...countProblems("autoscale.targetCpuPercent", autoscale?.targetCpuPercent, 1),
  ];
  if (autoscale !== undefined && replicas !== undefined) {
    problems.push({
      id: "platform/two-scalings",
      path: "replicas",
      message: "is set beside `autoscale`, and only one of them can decide",
      got: printed(replicas),
      expected: "`replicas` or `autoscale`",
      fix: "Remove one of the two",
    });
  }
  const { min, max } = { ...AUTOSCALE, ...autoscale };
  if (min > max) {
    problems.push({
      id: "platform/scaling-range",
      path: "autoscale.min",
      message: "is above the most replicas that are allowed",
      got: printed(min),
      expected: `at most ${max}`,
      fix: "Raise `autoscale.max` or lower `autoscale.min`",
    });
  }
  return problems;
}

/** The scaling that the arguments ask for, or the profile's. */
export function scalingOf({ autoscale, replicas }: ScalingArgs, autoscaleByDefault: boolean): Scaling {
  if (autoscale !== undefined || (replicas === undefined && autoscaleByDefault)) {
    return { mode: "auto", ...AUTOSCALE, ...autoscale };
  }
  return { mode: "fixed", replicas: replicas ?? 1 };
}
