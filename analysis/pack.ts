import type { Level } from "./finding";
import type { RuleMetadata } from "./rule";
import type { RuleId } from "./rules/rule-id";

/**
 * A named choice of levels:
 *
 * - `baseline`: every rule at its own level
 * - `strict`: what a mesh that denies by default must meet; advisory rules that guard it become mandatory
 */
export type PackName = "baseline" | "strict";

export const packNames: readonly PackName[] = ["baseline", "strict"];

/** `off` leaves a rule out. */
export type Setting = Level | "off";

const strict: Partial<Record<RuleId, Setting>> = { "authz-default-deny": "mandatory" };

const packs: Readonly<Record<PackName, Readonly<Record<string, Setting>>>> = { baseline: {}, strict };

/** The level of a rule: what was asked for it, or else the pack's word, or else its own. */
export function levelOf(
  rule: RuleMetadata,
  pack: PackName,
  levels: Readonly<Record<string, Setting>>,
): Setting {
  return levels[rule.id] ?? packs[pack][rule.id] ?? rule.level;
}
