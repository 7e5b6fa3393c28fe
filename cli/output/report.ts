import type { Finding } from "../../analysis/finding";
import type { FrameworkReference } from "../../analysis/frameworks";
import type { RuleMetadata } from "../../analysis/rule";

/** What a check found, before any format gives it a shape. */
export interface CheckReport {
  readonly findings: readonly Finding[];
  /** How many objects the rules saw. */
  readonly checked: number;
  /** How many rules ran, those of a policy pack included. */
  readonly rules: number;
  /** What is known of our own rules. */
  readonly catalogue: readonly RuleMetadata[];
  /** Of this package. */
  readonly version: string;
  /** The line of a finding as it stands in its file, where it may be shown. */
  readonly lineText?: (finding: Finding) => string | undefined;
}

/** `file:line` of a finding, as far as it has one. */
export function placeOf(finding: Finding): string | undefined {
  if (finding.file === undefined) return undefined;
  return finding.line === undefined ? finding.file : `${finding.file}:${finding.line}`;
}

/** `VirtualService bookinfo/reviews`. */
export function objectOf(finding: Finding): string {
  const { kind, namespace, name } = finding.object;
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

/** How to mend what a rule finds, step by step. */
export function stepsOf({ steps, fix }: Pick<RuleMetadata, "steps" | "fix">): readonly string[] {
  return steps === undefined ? [fix] : steps.map((step, at) => `${at + 1}. ${step}`);
}

/** `PCI DSS: 4.2.1`. */
export function cite({ name, reference }: FrameworkReference): string {
  return `${name}: ${reference}`;
}
