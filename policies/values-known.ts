import type { StackValidationPolicy } from "@pulumi/policy";
import { analyse, type Rule } from "../analysis";
import { objectsOf } from "./resource-object";
import { describeWaiting, type PolicyContext } from "./rule-policy";

/**
 * Says once, at the end of a preview, how much could not be checked yet. A rule that meets an unknown value waits
 * without a word of its own, and a reader must not take that silence for a pass.
 */
export function valuesKnownPolicy(rules: readonly Rule[], context: PolicyContext): StackValidationPolicy {
  return {
    name: "values-known",
    displayName: "Every check could be made",
    description: "Some checks wait for values that are known only after deployment.",
    severity: "low",
    tags: ["preview"],
    remediationSteps:
      "Give names, hosts, labels and modes as plain values, so that a preview can check them; the rest is checked in the update",
    enforcementLevel: "advisory",
    validateStack: (args, report) => {
      const { waiting } = analyse(objectsOf(args.resources), {
        rules,
        levels: context.levels,
        options: context.options,
        exceptions: context.exceptions,
        meshConfig: context.meshConfig,
        now: context.now(),
      });
      if (waiting.length > 0) report(describeWaiting(waiting));
    },
  };
}
