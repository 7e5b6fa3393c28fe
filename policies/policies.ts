import type { Policies } from "@pulumi/policy";
import {
  allRules,
  isRuleId,
  levelOf,
  ruleIds,
  type Level,
  type OptionsOf,
  type PackName,
  type Rule,
  type RuleId,
  type Setting,
} from "../analysis";
import { MeshError, type Problem } from "../components/intent/problem";
import { rulePolicy, type PolicyContext } from "./rule-policy";
import { valuesKnownPolicy } from "./values-known";

/** A level alone, or a level with options; without a level the pack's stays. */
export type RuleSetting<Id extends RuleId> =
  Setting | ({ readonly level?: Setting } & Partial<OptionsOf<Id>>);

/** Settings by rule, typed by the options that each rule has. */
export type RuleSettings = { readonly [Id in RuleId]?: RuleSetting<Id> };

/** Which rules to take into a pack, and how. */
export interface MeshwrightPolicyOptions {
  /** Where levels come from that `rules` does not give; `baseline` by default. */
  readonly pack?: PackName;
  /** One level for every rule that is not set in `rules`, for a trial run for example. */
  readonly all?: Setting;
  /** Levels and options of single rules. */
  readonly rules?: RuleSettings;
  /** Take only rules that pass every filter given; any word of a filter is enough for it. */
  readonly select?: {
    /** `mtls`, `authz`, `traffic`, `gateway`, `schema`, `exception`. */
    readonly groups?: readonly string[];
    readonly severities?: readonly Rule["severity"][];
    /** Codes of `istioctl analyze` and Kiali. */
    readonly anchors?: readonly string[];
  };
  /** Istio's mesh configuration, where the stack does not hold it in a ConfigMap: root namespace, `exportTo` defaults. */
  readonly meshConfig?: Readonly<Record<string, unknown>>;
  /** The moment that exceptions are judged at; the clock's by default. */
  readonly now?: () => Date;
}

/**
 * Our rules as Pulumi policies, for a pack of your own.
 *
 * @throws MeshError `policies/unknown-rule` or `policies/unknown-option` for settings that name what does not exist
 * @example
 * new PolicyPack("platform", {
 *   policies: [...meshwrightPolicies({ rules: { "gateway-no-plaintext": { allowedPorts: [15021] } } }), ...ourOwn],
 * });
 * @see https://www.pulumi.com/docs/insights/policy/
 */
export function meshwrightPolicies(options: MeshwrightPolicyOptions = {}): Policies {
  const rules = allRules.filter((rule) => isSelected(rule, options.select));
  const settings = readSettings(options.rules ?? {});
  const levels: Record<string, Setting> = {};
  for (const rule of rules) {
    levels[rule.id] =
      settings.levels[rule.id] ?? options.all ?? levelOf(rule, options.pack ?? "baseline", {});
  }
  const context: PolicyContext = {
    levels,
    options: settings.options,
    meshConfig: options.meshConfig,
    now: options.now ?? (() => new Date()),
  };
  return [...rules.map((rule) => rulePolicy(rule, context)), valuesKnownPolicy(rules, context)];
}

function isSelected(rule: Rule, select: MeshwrightPolicyOptions["select"] = {}): boolean {
  const { groups, severities, anchors } = select;
  return (
    (groups === undefined || groups.includes(rule.group)) &&
    (severities === undefined || severities.includes(rule.severity)) &&
    (anchors === undefined || anchors.some((anchor) => rule.anchors.includes(anchor)))
  );
}

interface Settings {
  readonly levels: Readonly<Record<string, Level | "off">>;
  readonly options: PolicyContext["options"];
}

/** The types refuse a wrong name already; this is for JavaScript, and for settings that were read from a file. */
function readSettings(rules: RuleSettings): Settings {
  const levels: Record<string, Setting> = {};
  const options: Record<string, Readonly<Record<string, unknown>>> = {};
  const problems: Problem[] = [];
  for (const [id, setting] of Object.entries(rules)) {
    const rule = allRules.find((each) => each.id === id);
    if (rule === undefined || !isRuleId(id)) {
      problems.push({
        id: "policies/unknown-rule",
        path: `rules[${JSON.stringify(id)}]`,
        message: "there is no such rule",
        expected: ruleIds.join(", "),
        fix: "Correct the name of the rule",
      });
      continue;
    }
    const { level, ...given } = typeof setting === "string" ? { level: setting } : setting;
    if (level !== undefined) levels[id] = level;
    problems.push(...checkLevel(id, level), ...checkOptions(rule, given));
    options[id] = given;
  }
  if (problems.length > 0) throw new MeshError("meshwright policies", problems);
  return { levels, options };
}

const levels: readonly Setting[] = ["mandatory", "advisory", "off"];

function checkLevel(id: string, level: Setting | undefined): readonly Problem[] {
  if (level === undefined || levels.includes(level)) return [];
  return [
    {
      id: "policies/unknown-level",
      path: `rules[${JSON.stringify(id)}].level`,
      message: "there is no such level",
      got: JSON.stringify(level),
      expected: levels.join(", "),
      fix: "Use one of these levels",
    },
  ];
}

function checkOptions(rule: Rule, given: object): readonly Problem[] {
  const known = Object.keys(rule.options ?? {});
  return Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      id: "policies/unknown-option",
      path: `rules[${JSON.stringify(rule.id)}].${name}`,
      message: "the rule has no such option",
      expected: known.length === 0 ? "a level alone" : `level, ${known.join(", ")}`,
      fix: "Correct or remove the option",
    }));
}
