import { UNKNOWN } from "../kubernetes-object";
import { actionOf, opennessOf } from "../model/authorization";
import { kinds } from "../model/kinds";
import type { Rule } from "../rule";

export const authzNoAllowAll: Rule = {
  id: "authz-no-allow-all",
  group: "authz",
  title: "No policy allows everyone",
  description:
    "An ALLOW policy has a rule without limits, or names every principal, namespace or address, so it permits callers that nobody thought of.",
  severity: "high",
  level: "mandatory",
  scope: "resource",
  anchors: [],
  fix: "Name the callers in spec.rules[].from[].source; to deny everything, leave spec.rules out altogether",
  docs: "https://istio.io/latest/docs/concepts/security/#allow-nothing-deny-all-and-allow-all-policy",
  *check(model) {
    for (const policy of model.ofKind(kinds.authorizationPolicy)) {
      const action = actionOf(policy);
      const { openings, waits } = opennessOf(policy);
      if (action === UNKNOWN && (openings.length > 0 || waits.length > 0)) yield policy.wait("spec.action");
      if (action !== "ALLOW") continue;
      for (const path of waits) yield policy.wait(path);
      for (const { path, why } of openings)
        yield policy.report(path, `the ALLOW policy "${policy.key}" lets everyone in: ${path} ${why}`);
    }
  },
};
