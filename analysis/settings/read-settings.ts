import type * as Schemas from "ajv";
import type { ErrorObject, ValidateFunction } from "ajv";
import { MeshError, type InputProblem } from "../../components/intent/problem";
import { isDay } from "../exception";
import { levelOf, packNames, type PackName, type Setting } from "../pack";
import { optionsOf, type Rule } from "../rule";
import { allRules } from "../rules/catalogue";
import { isRuleId, ruleIds } from "../rules/rule-id";
import { nearest } from "../text";
import { optionProperties } from "./schema";
import type { CheckSettings, ExceptionSetting, RuleLevel } from "./settings";

/** Settings that are known to be sound, for every rule. */
export interface ReadSettings {
  readonly pack: PackName;
  /** By rule; every rule has one. */
  readonly levels: Readonly<Record<string, Setting>>;
  /** By rule, where any were given. */
  readonly options: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Rules whose edits a policy pack should make. */
  readonly remediating: ReadonlySet<string>;
  readonly exceptions: readonly ExceptionSetting[];
}

/**
 * Checks settings and completes them. The types refuse most mistakes already; this is for JavaScript, and for settings
 * that were read from a file.
 *
 * @param settings as the caller was given them, of any shape
 * @param subject what they are called in an error
 * @throws MeshError with every problem: `policies/unknown-pack`, `policies/unknown-rule`, `policies/unknown-level`,
 *   `policies/unknown-option`, `policies/invalid-option`, `policies/invalid-exception`, `policies/invalid-settings`
 */
export function readSettings(settings: CheckSettings, subject = "settings of the checks"): ReadSettings {
  const problems: InputProblem[] = [];
  const given = asFields(settings, "settings", problems);
  for (const field of Object.keys(given).filter((name) => !FIELDS.includes(name))) {
    problems.push({
      id: "policies/invalid-settings",
      path: field,
      message: "there is no such setting",
      got: JSON.stringify(field),
      expected: FIELDS.join(", "),
      fix: "Correct or remove it",
    });
  }
  const pack = readPack(given["pack"], problems);
  const all = given["all"];
  if (all !== undefined) problems.push(...checkLevel(all, "all", false));
  const read = readRules(asFields(given["rules"], "rules", problems), problems);
  const exceptions = readExceptions(given["exceptions"], problems);
  if (problems.length > 0) throw new MeshError(subject, problems);

  const levels: Record<string, Setting> = {};
  for (const rule of allRules) {
    const own = read.levels[rule.id];
    levels[rule.id] =
      own === "remediate" ? "mandatory" : (own ?? (all as Setting | undefined) ?? levelOf(rule, pack, {}));
  }
  const remediating = new Set(Object.keys(read.levels).filter((id) => read.levels[id] === "remediate"));
  return { pack, levels, options: read.options, remediating, exceptions };
}

const FIELDS: readonly string[] = ["pack", "all", "rules", "exceptions"];
const LEVELS: readonly Setting[] = ["mandatory", "advisory", "off"];

type Fields = Readonly<Record<string, unknown>>;

function asFields(value: unknown, path: string, problems: InputProblem[]): Fields {
  if (value === undefined || value === null) return {};
  if (typeof value === "object" && !Array.isArray(value)) return value as Fields;
  problems.push({
    id: "policies/invalid-settings",
    path,
    message: "this is not a mapping",
    got: JSON.stringify(value),
    expected: "names and their values",
    fix: "Write it as a mapping",
  });
  return {};
}

function readPack(value: unknown, problems: InputProblem[]): PackName {
  const pack = packNames.find((name) => name === (value ?? "baseline"));
  if (pack !== undefined) return pack;
  problems.push({
    id: "policies/unknown-pack",
    path: "pack",
    message: "there is no such pack",
    got: JSON.stringify(value),
    expected: packNames.join(", "),
    fix: "Use one of these packs",
  });
  return "baseline";
}

interface ReadRules {
  readonly levels: Readonly<Record<string, RuleLevel>>;
  readonly options: ReadSettings["options"];
}

function readRules(rules: Fields, problems: InputProblem[]): ReadRules {
  const levels: Record<string, RuleLevel> = {};
  const options: Record<string, Fields> = {};
  for (const [id, setting] of Object.entries(rules)) {
    if (setting === undefined) continue;
    const path = `rules[${JSON.stringify(id)}]`;
    const rule = allRules.find((each) => each.id === id);
    if (rule === undefined) {
      problems.push(unknownRule(path, id));
      continue;
    }
    const { level, ...own } =
      typeof setting === "string" ? { level: setting } : asFields(setting, path, problems);
    if (level !== undefined) {
      const wrong = checkLevel(level, `${path}.level`, rule.remediable === true);
      problems.push(...wrong);
      if (wrong.length === 0) levels[id] = level as RuleLevel;
    }
    problems.push(...checkOptions(rule, own, path));
    options[id] = own;
  }
  return { levels, options };
}

function unknownRule(path: string, id: string): InputProblem {
  const near = nearest(id, ruleIds);
  return {
    id: "policies/unknown-rule",
    path,
    message: "there is no such rule",
    got: JSON.stringify(id),
    expected: near ?? 'one of those that "meshwright explain-rule" lists',
    fix: "Correct the name of the rule",
  };
}

function checkLevel(level: unknown, path: string, remediable: boolean): readonly InputProblem[] {
  const accepted: readonly string[] = remediable ? [...LEVELS, "remediate"] : LEVELS;
  if (typeof level === "string" && accepted.includes(level)) return [];
  const message =
    level === "remediate" ? "nobody can tell how to mend what this rule finds" : "there is no such level";
  return [
    {
      id: "policies/unknown-level",
      path,
      message,
      got: JSON.stringify(level),
      expected: accepted.join(", "),
      fix: "Use one of these levels",
    },
  ];
}

const validators = new Map<string, ValidateFunction>();

function checkOptions(rule: Rule, given: Fields, path: string): readonly InputProblem[] {
  const known = optionsOf(rule).map(([name]) => name);
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  const problems = unknown.map((name): InputProblem => {
    return {
      id: "policies/unknown-option",
      path: `${path}.${name}`,
      message: "the rule has no such option",
      got: JSON.stringify(name),
      expected: known.length === 0 ? "a level alone" : `level, ${known.join(", ")}`,
      fix: "Correct or remove the option",
    };
  });
  let validate = validators.get(rule.id);
  if (validate === undefined) {
    validate = compile({ type: "object", properties: optionProperties(rule) });
    validators.set(rule.id, validate);
  }
  if (validate(given)) return problems;
  return [...problems, ...(validate.errors ?? []).map((error) => invalidOption(rule, given, path, error))];
}

/** Few give a rule options of its own; whoever gives none does not wait until the library is loaded. */
function compile(schema: object): ValidateFunction {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() is asynchronous
  const { Ajv } = require("ajv") as typeof Schemas;
  return new Ajv({ allErrors: true, strict: false }).compile(schema);
}

function invalidOption(
  rule: Rule,
  given: Fields,
  path: string,
  { instancePath, message }: ErrorObject,
): InputProblem {
  const steps = instancePath.split("/").slice(1);
  const got = steps.reduce<unknown>((value, step) => (value as Fields | undefined)?.[step], given);
  const schema = optionProperties(rule)[steps[0] ?? ""];
  return {
    id: "policies/invalid-option",
    path: path + steps.map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`)).join(""),
    message: `the value ${message ?? "is not accepted"}`,
    got: JSON.stringify(got),
    expected: schema === undefined ? "what its schema says" : schema.description.replace(/\.$/, ""),
    fix: `Correct the option; "meshwright explain-rule ${rule.id}" says what it takes`,
  };
}

function readExceptions(value: unknown, problems: InputProblem[]): readonly ExceptionSetting[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    problems.push(invalidException("exceptions", "this is not a list", value));
    return [];
  }
  for (const [index, each] of (value as readonly unknown[]).entries()) {
    problems.push(...checkException(each, `exceptions[${index}]`));
  }
  return value as readonly ExceptionSetting[];
}

const SELECTORS = ["kind", "namespace", "name"] as const;

function checkException(value: unknown, path: string): readonly InputProblem[] {
  if (typeof value !== "object" || value === null) {
    return [invalidException(path, "this is not an exception", value)];
  }
  const { rule, reason, until, ...selectors } = value as Fields;
  const problems: InputProblem[] = [];
  if (typeof rule !== "string" || !isRuleId(rule)) problems.push(unknownRule(`${path}.rule`, String(rule)));
  if (typeof reason !== "string" || reason.trim() === "")
    problems.push(invalidException(`${path}.reason`, "no reason is given", reason));
  if (typeof until !== "string" || !isDay(until))
    problems.push(invalidException(`${path}.until`, "this is not a day of the form YYYY-MM-DD", until));
  for (const [name, selector] of Object.entries(selectors)) {
    if (!SELECTORS.some((known) => known === name))
      problems.push(invalidException(`${path}.${name}`, "an exception has no such field", selector));
    else if (selector !== undefined && (typeof selector !== "string" || selector === ""))
      problems.push(invalidException(`${path}.${name}`, "this is not a name", selector));
  }
  if (SELECTORS.every((name) => selectors[name] === undefined))
    problems.push(
      invalidException(path, "it names no object; to leave a rule out, set its level to off", value),
    );
  return problems;
}

function invalidException(path: string, message: string, got: unknown): InputProblem {
  return {
    id: "policies/invalid-exception",
    path,
    message,
    got: got === undefined ? "nothing" : JSON.stringify(got),
    expected: "rule, reason, until, and kind, namespace or name",
    fix: "Correct the exception",
  };
}
