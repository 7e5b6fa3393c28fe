import { isCelError } from "@bufbuild/cel";
import type { ValidationRule } from "../../../components/resources/crds";
import type { SchemaNode } from "../node";
import { compileExpression } from "./environment";
import { subjectOf, type Subject } from "./subject";
import type { Verdict } from "./verdict";

/** What a rule says of a value, asked of CEL. */
export function judge(source: ValidationRule, value: unknown, node: SchemaNode): Verdict {
  const subject = subjectOf(value, node);
  if (subject === undefined) return { holds: "unknown" };
  const result = compileExpression(source.rule)({ self: subject.self });
  if (result === true) return { holds: true };
  if (result === false) return { holds: false, message: explain(source, subject) };
  if (isCelError(result) && subject.readUnknown()) return { holds: "unknown" };
  const reason = isCelError(result) ? result.message : "its result is not a boolean";
  return { holds: false, message: `${stated(source)} (the rule cannot be evaluated: ${reason})` };
}

/** The words of a broken rule: those that it computes, else those that it states, else the rule itself. */
function explain(source: ValidationRule, subject: Subject): string {
  if (source.messageExpression !== undefined) {
    const computed = compileExpression(source.messageExpression)({ self: subject.self });
    if (typeof computed === "string" && computed.trim() !== "" && !computed.includes("\n"))
      return computed.trim();
  }
  return stated(source);
}

function stated({ rule, message }: ValidationRule): string {
  return message?.trim() || `failed rule: ${rule.trim()}`;
}
