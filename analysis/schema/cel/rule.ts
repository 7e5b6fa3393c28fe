import type { ValidationRule } from "../../../components/resources/crds";
import type { SchemaNode } from "../node";
import { isFields, isOpaque } from "../value";
import { evidenceFor } from "./evidence";
import { loadCel } from "./lazy";
import type { Verdict } from "./verdict";

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

const HOLDS: Verdict = { holds: true };

/** How many answers are kept for one rule: more than the timeouts and hosts that a team tends to write. */
const REMEMBERED = 1000;

/** A rule says the same of what is equal in all that it reads, and large meshes repeat themselves by the thousand. */
function remembering(source: ValidationRule): CompiledRule["judge"] {
  const answers = new Map<unknown, Verdict>();
  const readsNamesOnly = isAboutNames(source);
  const isEvident = evidenceFor(source.rule);
  return (value, node) => {
    if (isEvident?.(value) === true) return HOLDS;
    const key = typeof value !== "object" ? value : readsNamesOnly ? namesOf(value) : undefined;
    if (key === undefined) return loadCel().judge(source, value, node);
    let answer = answers.get(key);
    if (answer === undefined) {
      answer = loadCel().judge(source, value, node);
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
