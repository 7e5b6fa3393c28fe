import type { StackValidationPolicy } from "@pulumi/policy";
import { analyse, sourceOf, type Rule } from "../analysis";
import { HINTS } from "./names";
import { objectsOf } from "./resource-object";
import { isEnforced, messageOf, type PolicyContext } from "./rule-policy";

/**
 * Says what rules that stop a deployment see but cannot be sure of: what is missing from the stack may live elsewhere. A
 * policy has one level for all that it reports, so these findings have a policy of their own, which only advises.
 */
export function hintsPolicy(rules: readonly Rule[], context: PolicyContext): StackValidationPolicy {
  const enforced = rules.filter((rule) => isEnforced(rule, context));
  return {
    name: HINTS,
    displayName: "What the stack alone cannot settle",
    description:
      "Rules that stop a deployment see something that the stack alone cannot settle, because what is missing may live elsewhere.",
    severity: "low",
    tags: ["advice"],
    remediationSteps:
      "Look whether what the finding misses lives outside this stack; mend it where it does not",
    enforcementLevel: "advisory",
    validateStack: (args, report) => {
      const { findings } = analyse(objectsOf(args.resources), {
        rules: enforced,
        levels: context.levels,
        options: context.options,
        exceptions: context.exceptions,
        meshConfig: context.meshConfig,
        now: context.now(),
      });
      for (const finding of findings)
        if (finding.level === "advisory")
          report(`${finding.rule}: ${messageOf(finding)}`, sourceOf(finding)?.urn);
    },
  };
}
