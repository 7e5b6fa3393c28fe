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

/**
 * One rule: metadata and a pure function over the model. A rule is indexed, not nested: it asks the model for what
 * belongs together and never compares all objects with all objects.
 */
export interface Rule extends RuleMetadata {
  readonly check: (model: MeshModel) => Iterable<Report>;
}

export type { Finding };
