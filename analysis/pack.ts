import type { Level } from "./finding";
import type { RuleMetadata } from "./rule";

/**
 * A named choice of levels:
 *
 * - `baseline`: every rule at its own level
 * - `strict`: what a mesh that denies by default must meet; advisory rules that guard it become mandatory
 * - `audit`: every rule, and none of them stops a deployment
 */
export type PackName = "baseline" | "strict" | "audit";

export const packNames: readonly PackName[] = ["baseline", "strict", "audit"];

/** `off` leaves a rule out. */
export type Setting = Level | "off";

/** The level of a rule: what was asked for it, or else the pack's word, or else its own. */
export function levelOf(
  rule: Pick<RuleMetadata, "id" | "level" | "levels">,
  pack: PackName,
  levels: Readonly<Record<string, Setting>>,
): Setting {
  return levels[rule.id] ?? rule.levels?.[pack] ?? (pack === "audit" ? "advisory" : rule.level);
}
