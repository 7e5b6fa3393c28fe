import { EXCEPTION_PREFIX, isBroken, readExceptions } from "../exception";
import type { Rule } from "../rule";
import { nearest } from "../text";
import { isRuleId, ruleIds } from "./rule-id";

export const exceptionValid: Rule = {
  id: "exception-valid",
  group: "exception",
  title: "Exceptions are complete and current",
  description:
    "An annotation excepts an object from a rule without a reason or an end, names no rule, or has passed its last day, so the rule holds again.",
  severity: "medium",
  level: "mandatory",
  scope: "resource",
  anchors: [],
  fix: `Write ${EXCEPTION_PREFIX}<rule>: "until=YYYY-MM-DD; reason=…", renew the day, or remove the annotation`,
  docs: "https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/",
  *check(model) {
    for (const object of model.objects) {
      for (const exception of readExceptions(object)) {
        const { rule, path } = exception;
        if (!isRuleId(rule)) {
          const near = nearest(rule, ruleIds);
          const hint = near === undefined ? "" : `; did you mean "${near}"?`;
          yield object.report(path, `the exception is from "${rule}", which is no rule${hint}`);
        } else if (isBroken(exception)) {
          yield object.report(
            path,
            `the exception from "${rule}" is not complete and has no effect: ${exception.fault}`,
          );
        } else if (exception.until < model.today) {
          yield object.report(
            path,
            `the exception from "${rule}" ended on ${exception.until} (reason: ${exception.reason}), so the rule holds again`,
          );
        }
      }
    }
  },
};
