import { isCelError } from "@bufbuild/cel";
import type { ValidationRule } from "../../../components/resources/crds";
import { compileExpression } from "./environment";
import type { Subject } from "./subject";

/** What a rule says of a value. */
export type Verdict =
  | { readonly holds: true }
  | { readonly holds: false; readonly message: string }
  /** It reads something that is known only after deployment. */
  | { readonly holds: "unknown" };

/** One rule of a schema, compiled when it is first asked. */
export interface CompiledRule {
  readonly source: ValidationRule;
  /** It compares with the former object, so it says nothing of a new one. */
  readonly isTransition: boolean;
  readonly judge: (subject: Subject) => Verdict;
}

export function compileRules(rules: readonly ValidationRule[]): CompiledRule[] {
  return rules.map((source) => ({
    source,
    isTransition: /\boldSelf\b/.test(source.rule),
    judge: (subject) => judge(source, subject),
  }));
}

function judge(source: ValidationRule, subject: Subject): Verdict {
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
