import * as fs from "node:fs";
import * as path from "node:path";
import { allRules, frameworksOf, levelOf, optionsOf, packNames, type Rule } from "../analysis";

/** Where every rule is listed for people who choose among them. */
export const RULES_FILE = path.join(__dirname, "..", "docs", "rules.md");

/** `a|b` inside a cell would be two cells. */
function cell(text: string): string {
  return text.replace(/\|/g, "\\|");
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(cell).join(" | ")} |`;
}

/** Every rule in one line, grouped by what it is about. */
function overview(rules: readonly Rule[]): readonly string[] {
  return [
    row(["rule", "group", ...packNames, "severity", "codes", "what must hold"]),
    row(["---", "---", ...packNames.map(() => "---"), "---", "---", "---"]),
    ...rules.map((rule) =>
      row([
        `[${rule.id}](#${rule.id})`,
        rule.group,
        ...packNames.map((pack) => levelOf(rule, pack, {})),
        rule.severity,
        rule.anchors.join(" "),
        rule.title,
      ]),
    ),
  ];
}

function section(rule: Rule): readonly string[] {
  const standards = frameworksOf(rule).map(
    ({ name, reference, specification }) => `[${name}: ${reference}](${specification})`,
  );
  const options = optionsOf(rule).map(
    ([name, { description, default: value }]) =>
      `- Option \`${name}\` (default \`${JSON.stringify(value)}\`): ${description}`,
  );
  const facts = [
    `- Fix: ${rule.fix}.`,
    ...(rule.steps ?? []).map((step, at) => `  ${at + 1}. ${step}.`),
    `- Documentation: <${rule.docs}>`,
    ...(standards.length === 0 ? [] : [`- Serves: ${standards.join(", ")}`]),
    ...(rule.tags === undefined || rule.tags.length === 0 ? [] : [`- Tags: ${rule.tags.join(", ")}`]),
    ...(rule.remediable === true ? ["- A policy pack can mend it: level `remediate`."] : []),
    ...options,
  ];
  // A finding describes what is wrong; what it is called when all is right is the title.
  return [`## ${rule.id}`, "", `${rule.title}. ${rule.description}`, "", ...facts, ""];
}

/** The text of that file. */
export function rulesPage(): string {
  return [
    "# Rules",
    "",
    `The ${allRules.length} rules of \`meshwright check\` and of the policy packs, with their level in each pack and the codes under which`,
    "`istioctl analyze` (IST…) and Kiali (KIA…) report the same thing. `npm run generate` writes this page from the rules;",
    "`meshwright explain-rule ID` prints the same on a terminal. [Checks](checks.md) says how levels, options and exceptions are set.",
    "",
    ...overview(allRules),
    "",
    ...allRules.flatMap(section),
  ].join("\n");
}

if (require.main === module) fs.writeFileSync(RULES_FILE, rulesPage());
