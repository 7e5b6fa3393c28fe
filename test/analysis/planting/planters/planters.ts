import type { RuleId } from "../../../../analysis";
import type { Certificates } from "../certificates";
import type { Planter } from "../planter";
import { edge } from "./edge";
import { identity } from "./identity";
import { install } from "./install";
import { traffic } from "./traffic";

/** At least one kind of fault for each rule. */
export function planters(
  certificates: Certificates,
): Readonly<Record<RuleId, readonly [Planter, ...Planter[]]>> {
  return { ...install, ...identity, ...traffic, ...edge(certificates) };
}
