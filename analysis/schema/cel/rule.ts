import { isCelError } from "@bufbuild/cel";
import type { ValidationRule } from "../../../components/resources/crds";
import { compileExpression } from "./environment";
import { subjectOf, type Subject } from "./subject";
import type { SchemaNode } from "../node";
import { isFields, isOpaque } from "../value";

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
  readonly judge: (value: unknown, node: SchemaNode) => Verdict;
}

export function compileRules(rules: readonly ValidationRule[]): CompiledRule[] {
  return rules.map((source) => ({
    source,
    isTransition: /\boldSelf\b/.test(source.rule),
    judge: remembering(source),
  }));
}

/** How many answers are kept for one rule: more than the timeouts and hosts that a team tends to write. */
const REMEMBERED = 1000;

/** A rule says the same of what is equal in all that it reads, and large meshes repeat themselves by the thousand. */
function remembering(source: ValidationRule): CompiledRule["judge"] {
  const answers = new Map<unknown, Verdict>();
  const readsNamesOnly = isAboutNames(source);
  return (value, node) => {
    const key = typeof value !== "object" ? value : readsNamesOnly ? namesOf(value) : undefined;
    if (key === undefined) return judge(source, subjectOf(value, node));
    let answer = answers.get(key);
    if (answer === undefined) {
      answer = judge(source, subjectOf(value, node));
      if (answers.size < REMEMBERED) answers.set(key, answer);
    }
    return answer;
  };
}

/** It asks which fields or keys are there (`has(self.selector)`, `self.all(key, …)`), and never what they hold. */
function isAboutNames({ rule, messageExpression }: ValidationRule): boolean {
  const rest = rule.replace(/\bhas\(self\.\w+\)|\bself\.(?:all|exists)\(key,/g, "");
  return messageExpression === undefined && !/\bself\b/.test(rest);
}

/** The names of an object's fields on one line; undefined where a value keeps a field from simply being there. */
function namesOf(value: unknown): string | undefined {
  if (!isFields(value)) return undefined;
  let names = "";
  for (const name of Object.keys(value)) {
    const field = value[name];
    if (field === undefined || field === null || isOpaque(field)) return undefined;
    names += `${name}\n`;
  }
  return names;
}

function judge(source: ValidationRule, subject: Subject | undefined): Verdict {
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
