import type pc from "picocolors";
import {
  EXCEPTION_PREFIX,
  frameworksOf,
  levelOf,
  optionsOf,
  packNames,
  type PackName,
  type Rule,
} from "../../analysis";
import { cite, stepsOf } from "./report";

type Colors = ReturnType<typeof pc.createColors>;

/** All that is known of a rule, for people. */
export function renderRule(rule: Rule, colors: Colors): string {
  const field = (name: string, value: string): string => `  ${name.padEnd(10)}${value}`;
  const list = (values: readonly string[]): string => (values.length === 0 ? "none" : values.join(", "));
  const lines = [
    `${colors.bold(rule.id)}: ${rule.title}`,
    "",
    `  ${rule.description}`,
    "",
    field("severity", rule.severity),
    field("level", packNames.map((pack) => `${levelIn(rule, pack)} in ${pack}`).join(", ")),
    field("sees", rule.scope === "resource" ? "one object, as it is registered" : "the whole set"),
    field("codes", list(rule.anchors)),
    ...(rule.tags === undefined ? [] : [field("tags", list(rule.tags))]),
    ...(frameworksOf(rule).length === 0 ? [] : [field("serves", list(frameworksOf(rule).map(cite)))]),
    field("docs", rule.docs),
    "",
    "  How to mend it",
    ...stepsOf(rule).map((step) => `    ${step}`),
    ...(rule.remediable === true ? ["    A policy pack can mend it: set its level to remediate"] : []),
    ...renderOptions(rule),
    "",
    "  Except an object from it, on the object",
    `    ${EXCEPTION_PREFIX}${rule.id}: "until=YYYY-MM-DD; reason=…"`,
  ];
  return `${lines.join("\n")}\n`;
}

function renderOptions(rule: Rule): readonly string[] {
  const options = optionsOf(rule);
  if (options.length === 0) return [];
  return [
    "",
    "  What can be set",
    ...options.flatMap(([name, schema]) => [
      `    ${name} (${typeOf(schema)}, default ${JSON.stringify(schema.default)})`,
      `      ${schema.description}`,
    ]),
  ];
}

function typeOf({ type, items, enum: allowed }: ReturnType<typeof optionsOf>[number][1]): string {
  if (allowed !== undefined) return allowed.map((value) => JSON.stringify(value)).join(" | ");
  return type === "array" && items !== undefined ? `list of ${items.type}` : type;
}

/** One line per rule. */
export function renderRules(rules: readonly Rule[], colors: Colors): string {
  const width = Math.max(...rules.map(({ id }) => id.length));
  const lines = rules.map(
    (rule) => `${colors.bold(rule.id.padEnd(width))}  ${levelIn(rule, "baseline").padEnd(9)}  ${rule.title}`,
  );
  return `${lines.join("\n")}\n`;
}

function levelIn(rule: Rule, pack: PackName): string {
  return levelOf(rule, pack, {});
}

/** The same for programs. */
export function ruleJson(rule: Rule): object {
  const {
    id,
    group,
    title,
    description,
    severity,
    scope,
    anchors,
    tags = [],
    fix,
    docs,
    remediable = false,
  } = rule;
  return {
    id,
    group,
    title,
    description,
    severity,
    levels: Object.fromEntries(packNames.map((pack) => [pack, levelIn(rule, pack)])),
    scope,
    anchors,
    tags,
    frameworks: frameworksOf(rule),
    fix,
    steps: stepsOf(rule),
    remediable,
    options: Object.fromEntries(optionsOf(rule)),
    docs,
  };
}
