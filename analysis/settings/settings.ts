import type { PackName, Setting } from "../pack";
import type { OptionsOf } from "../rules/catalogue";
import type { RuleId } from "../rules/rule-id";

/** The rules that can tell from an object alone how to mend it. */
export const remediableRuleIds = [
  "install-namespace-dataplane",
  "mtls-client-not-disabled",
  "traffic-port-protocol",
  "gateway-tls-minimum",
] as const;

type RemediableRuleId = (typeof remediableRuleIds)[number];

/** A level, or `remediate` for a rule that can: it is mandatory then, and a policy pack mends the object first. */
export type RuleLevel<Id extends string = RemediableRuleId> =
  Setting | (Id extends RemediableRuleId ? "remediate" : never);

/** A level alone, or a level with options; without a level the pack's stays. */
export type RuleSetting<Id extends RuleId> =
  RuleLevel<Id> | ({ readonly level?: RuleLevel<Id> } & Partial<OptionsOf<Id>>);

/** Settings by rule, typed by the options that each rule has. */
export type RuleSettings = { readonly [Id in RuleId]?: RuleSetting<Id> };

/** An object that a rule does not hold for, why, and for how long: for who may not, or does not want to, annotate it. */
export interface ExceptionSetting {
  readonly rule: RuleId;
  /** `VirtualService`; any kind where it is left out. */
  readonly kind?: string;
  /** Any namespace, and objects without one, where it is left out. */
  readonly namespace?: string;
  /** Any name where it is left out. One of kind, namespace and name is given. */
  readonly name?: string;
  /** Shown wherever the exception is. */
  readonly reason: string;
  /** The last day on which it holds, `YYYY-MM-DD`; afterwards the rule holds again, and the exception is a finding. */
  readonly until: string;
}

/**
 * Which rules hold, how, and where not: the same words for a policy pack, `check --config` and a test.
 *
 * @example
 * const settings: CheckSettings = {
 *   pack: "strict",
 *   rules: { "gateway-no-plaintext": { allowedPorts: [15021] }, "traffic-route-reachable": "advisory" },
 *   exceptions: [
 *     { rule: "mtls-no-downgrade", namespace: "legacy", reason: "clients without a sidecar, OPS-712", until: "2027-01-31" },
 *   ],
 * };
 */
export interface CheckSettings {
  /** Where levels come from that `all` and `rules` do not give; `baseline` by default. */
  readonly pack?: PackName;
  /** One level for every rule that is not set in `rules`, for a trial run for example. */
  readonly all?: Setting;
  /** Levels and options of single rules. */
  readonly rules?: RuleSettings;
  readonly exceptions?: readonly ExceptionSetting[];
}
