import type { Finding, Level } from "./finding";
import type { MeshModel } from "./model";
import type { Located } from "./kubernetes-object";

/** What a rule says of itself, for packs, documentation and `explain-rule`. */
export interface RuleMetadata {
  /** `<group>-<what>`, stable. */
  readonly id: string;
  readonly group: string;
  readonly title: string;
  /** What a violation is and what it breaks. */
  readonly description: string;
  readonly severity: "low" | "medium" | "high" | "critical";
  /** The level of a finding unless a pack or a configuration says otherwise. */
  readonly level: Level;
  /** `resource` rules judge one object alone, `stack` rules need all. */
  readonly scope: "resource" | "stack";
  readonly anchors: readonly string[];
  readonly fix: string;
  readonly docs: string;
}

/** What a rule reports; the engine adds identity, level, file and line. */
export interface Report {
  readonly located: Located;
  readonly path: string;
  readonly message: string;
  readonly fix?: string;
  /** A subset of the rule's anchors when only some of them speak of this case. */
  readonly anchors?: readonly string[];
}

/** A check that could not be made because the value at `path` is not known before deployment. */
export interface Wait {
  readonly located: Located;
  readonly path: string;
  readonly waiting: true;
}

/** What a rule may say about a place. */
export type Verdict = Report | Wait;

export function isWait(verdict: Verdict): verdict is Wait {
  return "waiting" in verdict;
}

/** One property of a rule's options, in the JSON schema that Pulumi shows and checks for a policy's configuration. */
export interface OptionSchema {
  readonly type: "boolean" | "array" | "string" | "number";
  readonly description: string;
  readonly items?: { readonly type: "string" | "number" };
  readonly default: unknown;
}

/**
 * One rule: metadata and a pure function over the model. A rule is indexed, not nested: it asks the model for what
 * belongs together and never compares all objects with all objects. It reads no clock, no file and no environment.
 */
export interface Rule<Options extends object = object> extends RuleMetadata {
  /** What a user may set, with the default of each; absent for a rule without options. */
  readonly options?: { readonly [Name in keyof Options & string]-?: OptionSchema } & Readonly<
    Record<string, OptionSchema>
  >;
  /** Options arrive complete: defaults are filled in by the caller. */
  check(model: MeshModel, options: Options): Iterable<Verdict>;
}

/** The options of a rule with their schemas; empty for a rule without. */
export function optionsOf(rule: Rule): readonly (readonly [name: string, schema: OptionSchema])[] {
  return Object.entries(rule.options ?? {});
}

export type { Finding };
