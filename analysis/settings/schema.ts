import { packNames } from "../pack";
import { optionsOf, type OptionSchema, type Rule } from "../rule";
import { allRules } from "../rules/catalogue";
import { ruleIds } from "../rules/rule-id";

type JsonSchema = Readonly<Record<string, unknown>>;

const SETTINGS = ["mandatory", "advisory", "off"];

/** What stands beside `rule` in an exception. */
export const exceptionProperties = {
  kind: {
    type: "string",
    description: "The kind of the objects, VirtualService for example; any by default.",
  },
  namespace: { type: "string", description: "The namespace of the objects; any by default." },
  name: { type: "string", description: "The name of the objects; any by default." },
  reason: { type: "string", pattern: "\\S", description: "Why the rule does not hold for them." },
  until: {
    type: "string",
    pattern: "^\\d{4}-\\d{2}-\\d{2}$",
    description: "The last day on which the exception holds, YYYY-MM-DD.",
  },
} as const;

/**
 * The JSON schema of {@link CheckSettings}, for editors and for whoever reads settings from a file. Levels and options are
 * those of the rules that this version has.
 */
export function settingsSchema(): JsonSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Settings of meshwright check",
    type: "object",
    additionalProperties: false,
    properties: {
      pack: {
        enum: packNames,
        default: "baseline",
        description: "Where levels come from that `all` and `rules` do not give.",
      },
      all: { enum: SETTINGS, description: "One level for every rule that is not set in `rules`." },
      rules: {
        type: "object",
        additionalProperties: false,
        description: "Levels and options of single rules.",
        properties: Object.fromEntries(allRules.map((rule) => [rule.id, ruleSchema(rule)])),
      },
      exceptions: {
        type: "array",
        description: "Objects that a rule does not hold for.",
        items: {
          type: "object",
          additionalProperties: false,
          required: ["rule", "reason", "until"],
          anyOf: [{ required: ["kind"] }, { required: ["namespace"] }, { required: ["name"] }],
          properties: { rule: { enum: ruleIds }, ...exceptionProperties },
        },
      },
    },
  };
}

function ruleSchema(rule: Rule): JsonSchema {
  const levels = rule.remediable === true ? [...SETTINGS, "remediate"] : SETTINGS;
  return {
    description: rule.description,
    anyOf: [
      { enum: levels },
      {
        type: "object",
        additionalProperties: false,
        properties: { level: { enum: levels }, ...optionProperties(rule) },
      },
    ],
  };
}

/** The options of a rule as properties of a JSON schema. */
export function optionProperties(rule: Rule): Readonly<Record<string, OptionSchema>> {
  return Object.fromEntries(optionsOf(rule));
}
