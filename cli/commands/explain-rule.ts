import { Command, InvalidArgumentError } from "commander";
import { allRules, isRuleId, nearestRuleId, settingsSchema } from "../../analysis";
import { MeshError } from "../../components/intent/problem";
import { ruleJson, renderRule, renderRules } from "../output/rule";
import type { CommandContext } from "./context";

interface ExplainRuleOptions {
  readonly format: "text" | "json";
  readonly settingsSchema?: true;
}

/** `meshwright explain-rule`: what a rule checks, why, how to mend it, and what can be set. */
export function explainRuleCommand({ terminal }: CommandContext): Command {
  return new Command("explain-rule")
    .description("Explain a rule, or list all of them.")
    .argument("[id]", "the rule, traffic-subset-exists for example, or a code of istioctl analyze or Kiali")
    .option("--format <format>", "how to print: text or json", readFormat, "text")
    .option("--settings-schema", "print the JSON schema of the file for check --config instead")
    .option("--debug", "print stack traces")
    .action((id: string | undefined, options: ExplainRuleOptions) => {
      if (options.settingsSchema === true) {
        terminal.out(JSON.stringify(settingsSchema(), null, 2));
        return;
      }
      const rules = id === undefined ? allRules : rulesNamed(id);
      if (options.format === "json") {
        const described = rules.map(ruleJson);
        terminal.out(JSON.stringify(id !== undefined && isRuleId(id) ? described[0] : described, null, 2));
      } else if (id !== undefined) {
        terminal.out(rules.map((rule) => renderRule(rule, terminal.colors)).join("\n"));
      } else terminal.out(renderRules(rules, terminal.colors));
    });
}

function readFormat(value: string): "text" | "json" {
  if (value === "text" || value === "json") return value;
  throw new InvalidArgumentError("Allowed choices are text, json.");
}

/** The rule of an id, or those that speak of what `istioctl analyze` or Kiali reports under a code. */
function rulesNamed(id: string): typeof allRules {
  const code = id.toUpperCase();
  const found = allRules.filter((rule) => rule.id === id || rule.anchors.includes(code));
  if (found.length > 0) return found;
  const near = nearestRuleId(id);
  throw new MeshError("explain-rule", [
    {
      id: "cli/unknown-rule",
      path: id,
      message: "there is no such rule",
      got: JSON.stringify(id),
      expected: near ?? "the id of a rule",
      fix: 'see "meshwright explain-rule" for all of them',
    },
  ]);
}
