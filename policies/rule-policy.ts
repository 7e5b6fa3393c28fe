import type {
  PolicyConfigSchema,
  ReportViolation,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import {
  analyse,
  optionsOf,
  sourceOf,
  type Analysis,
  type Finding,
  type Located,
  type OptionSchema,
  type Rule,
  type Setting,
} from "../analysis";
import { resourceObject, type PolicySubject } from "./resource-object";

/** What holds for every policy of a pack. */
export interface PolicyContext {
  /** By rule. */
  readonly levels: Readonly<Record<string, Setting>>;
  /** Options by rule, where the pack's author gave any. */
  readonly options: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly meshConfig: unknown;
  readonly now: () => Date;
}

type Metadata = Pick<
  ResourceValidationPolicy,
  | "name"
  | "displayName"
  | "description"
  | "severity"
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
      validateResource: (args, report) => {
        const located = resourceObject(args);
        if (located === undefined) return;
        const analysis = run(rule, [located], args.getConfig<object>(), context);
        reportAll(analysis, report, args.notApplicable);
      },
    };
  }
  return {
    ...metadata,
    validateStack: (args, report) => {
      const located = objectsOf(args.resources);
      const analysis = run(rule, located, args.getConfig<object>(), context);
      reportAll(analysis, report, args.notApplicable);
    },
  };
}

export function objectsOf(resources: readonly PolicySubject[]): readonly Located[] {
  return resources.flatMap((resource) => resourceObject(resource) ?? []);
}

function metadataOf(rule: Rule, context: PolicyContext): Metadata {
  const { id, title, description, severity, group, anchors, fix, docs } = rule;
  const level = context.levels[id] ?? rule.level;
  const schema = configSchema(rule, context.options[id]);
  return {
    name: id,
    displayName: title,
    description,
    severity,
    tags: [group, ...anchors],
    remediationSteps: fix,
    url: docs,
    enforcementLevel: level === "off" ? "disabled" : level,
    ...(schema === undefined ? {} : { configSchema: schema }),
  };
}

/** Pulumi shows and checks the options; what the pack's author gave is their default. */
function configSchema(
  rule: Rule,
  given: Readonly<Record<string, unknown>> = {},
): PolicyConfigSchema | undefined {
  const options = optionsOf(rule);
  if (options.length === 0) return undefined;
  return {
    properties: Object.fromEntries(
      options.map(([name, schema]) => [name, mutable({ ...schema, default: given[name] ?? schema.default })]),
    ),
  };
}

/** A schema is JSON; Pulumi's type for it does not accept what is read-only. */
function mutable(schema: OptionSchema): PolicyConfigSchema["properties"][string] {
  return JSON.parse(JSON.stringify(schema)) as PolicyConfigSchema["properties"][string];
}

function run(rule: Rule, located: readonly Located[], configured: object, context: PolicyContext): Analysis {
  return analyse(located, {
    rules: [rule],
    // Pulumi itself decides whether and how a policy is enforced; here it only runs.
    levels: { [rule.id]: rule.level },
    options: { [rule.id]: { ...context.options[rule.id], ...configured } },
    meshConfig: context.meshConfig,
    now: context.now(),
  });
}

function reportAll(
  analysis: Analysis,
  report: ReportViolation,
  notApplicable: (reason?: string) => never,
): void {
  for (const finding of analysis.findings) report(messageOf(finding), sourceOf(finding)?.urn);
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
