import type {
  PolicyConfigSchema,
  ReportViolation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import {
  analyse,
  applyEdits,
  editsOf,
  exceptionProperties,
  frameworksOf,
  optionsOf,
  sourceOf,
  type Analysis,
  type ExceptionSetting,
  type Finding,
  type Located,
  type Rule,
  type RuleId,
  type Setting,
} from "../analysis";
import { unproxied } from "./read-properties";
import { objectsOf, resourceObject } from "./resource-object";

/** What holds for every policy of a pack. */
export interface PolicyContext {
  /** By rule. */
  readonly levels: Readonly<Record<string, Setting>>;
  /** Options by rule, where the pack's author gave any. */
  readonly options: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Rules that mend what they find. */
  readonly remediating: ReadonlySet<string>;
  readonly exceptions: readonly ExceptionSetting[];
  readonly meshConfig: unknown;
  readonly now: () => Date;
}

type Metadata = Pick<
  ResourceValidationPolicy,
  | "name"
  | "displayName"
  | "description"
  | "severity"
  | "framework"
  | "tags"
  | "remediationSteps"
  | "url"
  | "enforcementLevel"
  | "configSchema"
>;

/** A rule as a Pulumi policy: over each resource as it is registered, or over the whole stack at its end. */
export function rulePolicy(
  rule: Rule,
  context: PolicyContext,
): ResourceValidationPolicy | StackValidationPolicy {
  const metadata = metadataOf(rule, context);
  if (rule.scope === "resource") {
    return {
      ...metadata,
      ...(rule.remediable === true
        ? { remediateResource: (args: ResourceValidationArgs) => remediate(rule, args, context) }
        : {}),
      validateResource: (args, report) => {
        const located = resourceObject(args);
        if (located === undefined) return;
        const analysis = run(rule, [located], args.getConfig<object>(), context);
        reportAll(analysis, isEnforced(rule, context), report, args.notApplicable);
      },
    };
  }
  return {
    ...metadata,
    validateStack: (args, report) => {
      const located = objectsOf(args.resources);
      const analysis = run(rule, located, args.getConfig<object>(), context);
      reportAll(analysis, isEnforced(rule, context), report, args.notApplicable);
    },
  };
}

/**
 * A policy has one level for all that it reports, so what only advises cannot be told by one that stops a deployment:
 * another policy tells it.
 */
export function isEnforced(rule: Rule, context: PolicyContext): boolean {
  return context.remediating.has(rule.id) || (context.levels[rule.id] ?? rule.level) === "mandatory";
}

function metadataOf(rule: Rule, context: PolicyContext): Metadata {
  const { id, title, description, severity, group, anchors, tags = [], fix, steps, docs } = rule;
  const level = context.levels[id] ?? rule.level;
  // Pulumi shows one; the others are among the tags, where a search finds them too.
  const [framework, ...others] = frameworksOf(rule);
  return {
    name: id,
    displayName: title,
    description,
    severity,
    ...(framework === undefined ? {} : { framework }),
    tags: [group, ...tags, ...anchors, ...others.map(({ name, reference }) => `${name} ${reference}`)],
    remediationSteps: steps === undefined ? fix : steps.map((step, at) => `${at + 1}. ${step}`).join("\n"),
    url: docs,
    enforcementLevel: context.remediating.has(id) ? "remediate" : level === "off" ? "disabled" : level,
    configSchema: configSchema(rule, context.options[id]),
  };
}

/** Pulumi shows and checks the options; what the pack's author gave is their default. */
function configSchema(rule: Rule, given: Readonly<Record<string, unknown>> = {}): PolicyConfigSchema {
  const options = optionsOf(rule).map(
    ([name, schema]) => [name, mutable({ ...schema, default: given[name] ?? schema.default })] as const,
  );
  return {
    properties: {
      ...Object.fromEntries(options),
      [EXCEPTIONS]: mutable({
        type: "array",
        description: "Objects that the rule does not hold for, beside those of the pack itself.",
        items: {
          type: "object",
          additionalProperties: false,
          required: ["reason", "until"],
          properties: exceptionProperties,
        },
        default: [],
      }),
    },
  };
}

/** The one property of every rule's configuration that is no option of its own. */
const EXCEPTIONS = "exceptions";

/** A schema is JSON; Pulumi's type for it does not accept what is read-only. */
function mutable(schema: object): PolicyConfigSchema["properties"][string] {
  return JSON.parse(JSON.stringify(schema)) as PolicyConfigSchema["properties"][string];
}

function run(rule: Rule, located: readonly Located[], configured: object, context: PolicyContext): Analysis {
  const { [EXCEPTIONS]: more = [], ...options } = configured as {
    readonly [EXCEPTIONS]?: readonly Omit<ExceptionSetting, "rule">[];
  };
  const exceptions = more.map((each): ExceptionSetting => ({ ...each, rule: rule.id as RuleId }));
  return analyse(located, {
    rules: [rule],
    // Pulumi itself decides whether and how a policy is enforced; here it only runs.
    levels: {
      [rule.id]: context.levels[rule.id] === "off" ? rule.level : (context.levels[rule.id] ?? rule.level),
    },
    options: { [rule.id]: { ...context.options[rule.id], ...options } },
    exceptions: [...context.exceptions.filter((each) => each.rule === rule.id), ...exceptions],
    meshConfig: context.meshConfig,
    now: context.now(),
  });
}

/**
 * The resource with the edits that the rule's findings carry; nothing where there is nothing to mend. What is not edited
 * is handed back as it came: values that are not known yet, and secrets, must pass through untouched.
 */
function remediate(
  rule: Rule,
  args: ResourceValidationArgs,
  context: PolicyContext,
): Record<string, unknown> | undefined {
  const located = resourceObject(args);
  if (located === undefined) return undefined;
  const { findings } = run(rule, [located], args.getConfig<object>(), context);
  const edits = findings.flatMap(editsOf);
  return edits.length === 0 ? undefined : applyEdits(unproxied(args.props), edits);
}

function reportAll(
  analysis: Analysis,
  enforced: boolean,
  report: ReportViolation,
  notApplicable: (reason?: string) => never,
): void {
  for (const finding of analysis.findings.filter(({ level }) => !enforced || level === "mandatory"))
    report(messageOf(finding), sourceOf(finding)?.urn);
  // Said last: it ends the policy, and what was reported stays.
  if (analysis.waiting.length > 0) notApplicable(describeWaiting(analysis.waiting));
}

/** The text of a violation. The policy's own description stands before it, and its remediation steps after it. */
export function messageOf({ path, message, fix }: Finding): string {
  return `${path}: ${message}. ${fix}.`;
}

/** One sentence for any number of checks that wait. */
export function describeWaiting(waiting: Analysis["waiting"]): string {
  const [first] = waiting;
  const count = waiting.length === 1 ? "1 check waits" : `${waiting.length} checks wait`;
  const place = first === undefined ? "" : `: ${first.path} of ${first.object.kind} "${first.object.name}"`;
  return `${count} for values that are known only after deployment${place}${waiting.length > 1 ? " and others" : ""}`;
}
