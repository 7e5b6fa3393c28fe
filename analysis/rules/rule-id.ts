import { nearest } from "../text";

/** The ids of all rules, in the order of the catalogue. Rules can name each other by it without importing each other. */
export const ruleIds = [
  "install-gateway-api-version",
  "mtls-mesh-strict",
  "mtls-no-downgrade",
  "authz-default-deny",
  "authz-no-allow-all",
  "traffic-destination-exists",
  "traffic-subset-exists",
  "traffic-single-owner",
  "traffic-route-reachable",
  "traffic-weights-sane",
  "gateway-no-wildcard-host",
  "gateway-no-plaintext",
  "schema-valid",
  "exception-valid",
] as const;

export type RuleId = (typeof ruleIds)[number];

export function isRuleId(text: string): text is RuleId {
  return (ruleIds as readonly string[]).includes(text);
}

/** The rule that a writer most likely meant. */
export function nearestRuleId(text: string): string | undefined {
  return nearest(text, ruleIds);
}
