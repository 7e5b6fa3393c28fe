import { validateObject } from "../../../analysis/schema";
import { steps } from "../../support/paths";
import type { Case } from "./corpus";
import type { Answer } from "./server";

/**
 * The CEL rules that a server said no by, as `Kind rule`. It does not name a rule, so one counts when it is the one that
 * we find broken at a place, and the server's words are its words at that place.
 */
export function rulesBroken(cases: readonly Case[], answers: readonly Answer[]): ReadonlySet<string> {
  const broken = new Set<string>();
  for (const [index, { object }] of cases.entries()) {
    const causes = answers[index]?.causes ?? [];
    for (const { path, message, rule } of validateObject(object)?.problems ?? []) {
      const said = causes.some(
        (cause) => steps(cause.field ?? "") === steps(path) && cause.message.endsWith(`: ${message}`),
      );
      if (rule !== undefined && said) broken.add(`${object.kind} ${rule}`);
    }
  }
  return broken;
}
