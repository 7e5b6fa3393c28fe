import type { Edit } from "./edit";
import type { Finding, Level } from "./finding";
import type { Located } from "./kubernetes-object";
import type { MeshModel } from "./model";
import type { PackName, Setting } from "./pack";

/** What a rule says of itself, for packs, documentation and `explain-rule`. */
export interface RuleMetadata {
  /** `<group>-<what>`, stable. */
  readonly id: string;
  readonly group: string;
  readonly title: string;
  /** What a violation is and what it breaks. */
  readonly description: string;
  readonly severity: "low" | "medium" | "high" | "critical";
  /** The level of a finding unless `levels`, or a configuration, says otherwise. */
  readonly level: Level;
  /** The level in single packs, where it differs; in pack `audit` every rule is advisory without this. */
  readonly levels?: Readonly<Partial<Record<PackName, Setting>>>;
  /** `resource` rules judge one object alone, `stack` rules need all. */
  readonly scope: "resource" | "stack";
  /** Codes of `istioctl analyze` (IST…) and Kiali (KIA…) that speak of the same thing. */
  readonly anchors: readonly string[];
  /** Words to choose rules by, beside the group and the anchors: `zero-trust`, `ambient`, `upgrade`. */
  readonly tags?: readonly string[];
  /** How to mend it, in one sentence. */
  readonly fix: string;
  /** How to mend it step by step, where one sentence does not do. */
  readonly steps?: readonly string[];
  /** A link to the documentation of the field or practice. */
  readonly docs: string;
  /** Its reports carry edits that mend the object, where the right value can be told from the object alone. */
  readonly remediable?: boolean;
}

/** What a rule reports; the engine adds identity, level, file and line. */
export interface Report {
  readonly located: Located;
  readonly path: string;
  readonly message: string;
  readonly fix?: string;
  /** A subset of the rule's anchors when only some of them speak of this case. */
  readonly anchors?: readonly string[];
  /** What to change in the object so that the rule passes; only rules that are `remediable` say so. */
  readonly edits?: readonly Edit[];
  /**
   * Caps the level. What the set alone cannot settle, because the thing that is missing may live elsewhere, advises at
   * most, whatever the level of the rule.
   */
  readonly level?: "advisory";
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

/** The type of a single value in an option, with its limits, in the words of JSON schema. */
export interface ScalarSchema {
  readonly type: "boolean" | "string" | "number" | "integer";
  readonly enum?: readonly (string | number)[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** A regular expression in JavaScript's dialect. */
  readonly pattern?: string;
}

/** One property of a rule's options, in the JSON schema that Pulumi shows and checks for a policy's configuration. */
export interface OptionSchema<Type = unknown> extends Omit<ScalarSchema, "type"> {
  readonly type: ScalarSchema["type"] | "array" | "object";
  readonly description: string;
  /** Of a list. */
  readonly items?: ScalarSchema;
  /** Of an object whose keys are names: the values. */
  readonly additionalProperties?: ScalarSchema;
  readonly default: Type;
}

/**
 * One rule: metadata and a pure function over the model. A rule is indexed, not nested: it asks the model for what
 * belongs together and never compares all objects with all objects. It reads no clock, no file and no environment.
 */
export interface Rule<Options extends object = object> extends RuleMetadata {
  /** What a user may set, with the default of each; absent for a rule without options. */
  readonly options?: { readonly [Name in keyof Options & string]-?: OptionSchema<Options[Name]> } & Readonly<
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
