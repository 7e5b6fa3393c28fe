import Ajv from "ajv";
import {
  ConfigureAnalyzerRequest,
  EnforcementLevel,
  PolicyConfig,
  type AnalyzerInfo,
  type PolicyInfo,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { MeshError, type Problem } from "../../components/intent/problem";
import { isMapping } from "../language-host/yaml-file";
import { structOf, wireOf, type WireObject } from "../monitor/wire-value";

/** What a policy may do with a violation. */
export type PolicyLevel = "advisory" | "mandatory" | "remediate" | "disabled";

/** The settings of one policy: its level alone, or with its properties. */
export type PolicySettings =
  PolicyLevel | { readonly enforcementLevel?: PolicyLevel; readonly [property: string]: unknown };

/** The file that `pulumi preview --policy-pack-config` takes: settings by policy, `all` for those not named. */
export type PackConfig = Readonly<Record<string, PolicySettings>>;

export const LEVELS: Readonly<Record<EnforcementLevel, PolicyLevel>> = {
  [EnforcementLevel.ADVISORY]: "advisory",
  [EnforcementLevel.MANDATORY]: "mandatory",
  [EnforcementLevel.DISABLED]: "disabled",
  [EnforcementLevel.REMEDIATE]: "remediate",
};

/**
 * The configuration of every policy: what is asked for, over what the pack brings along, over the defaults of the
 * policy's schema.
 *
 * @throws MeshError `policy/config-invalid` with every problem
 */
export function configureRequest(info: AnalyzerInfo, asked: PackConfig): ConfigureAnalyzerRequest {
  const problems: Problem[] = [];
  const policies = new Map(info.getPoliciesList().map((policy) => [policy.getName(), policy]));
  for (const [name, settings] of Object.entries(asked)) {
    if (name !== "all" && !policies.has(name)) problems.push(unknownPolicy(name, [...policies.keys()]));
    problems.push(...levelProblems(name, settings));
  }
  const request = new ConfigureAnalyzerRequest();
  for (const [name, policy] of policies) {
    const initial = info.getInitialconfigMap().get(name);
    const { level, properties } = split(asked[name]);
    const all = split(asked.all);
    const merged = { ...defaultsOf(policy), ...wireOf(initial?.getProperties()), ...properties };
    problems.push(...schemaProblems(policy, merged));
    const config = new PolicyConfig()
      .setEnforcementlevel(
        levelNumber(level ?? all.level) ?? initial?.getEnforcementlevel() ?? policy.getEnforcementlevel(),
      )
      .setProperties(structOf(merged as WireObject));
    request.getPolicyconfigMap().set(name, config);
  }
  if (problems.length > 0) throw new MeshError(`configuration of policy pack "${info.getName()}"`, problems);
  return request;
}

function split(settings: PolicySettings | undefined): {
  level?: PolicyLevel;
  properties: Readonly<Record<string, unknown>>;
} {
  if (settings === undefined) return { properties: {} };
  if (typeof settings === "string") return { level: settings, properties: {} };
  const { enforcementLevel, ...properties } = settings;
  return { ...(enforcementLevel === undefined ? {} : { level: enforcementLevel }), properties };
}

function levelNumber(level: PolicyLevel | undefined): EnforcementLevel | undefined {
  const found = Object.entries(LEVELS).find(([, name]) => name === level);
  return found === undefined ? undefined : (Number(found[0]) as EnforcementLevel);
}

function schemaOf(policy: PolicyInfo): WireObject {
  return wireOf(policy.getConfigschema()?.getProperties());
}

function defaultsOf(policy: PolicyInfo): WireObject {
  const defaults = Object.entries(schemaOf(policy)).flatMap(([name, schema]) =>
    isMapping(schema) && schema.default !== undefined ? [[name, schema.default] as const] : [],
  );
  return Object.fromEntries(defaults) as WireObject;
}

function schemaProblems(policy: PolicyInfo, properties: object): Problem[] {
  const schema = policy.getConfigschema();
  if (schema === undefined) return [];
  // Pulumi's schemas are draft 7 without a name for it, and say things that strict mode would have said otherwise.
  const ajv = new Ajv({ allErrors: true, strict: false });
  const validate = ajv.compile({
    type: "object",
    properties: schemaOf(policy),
    required: schema.getRequiredList(),
    additionalProperties: false,
  });
  if (validate(properties)) return [];
  return (validate.errors ?? []).map((error) => ({
    id: "policy/config-invalid",
    path: `${policy.getName()}${error.instancePath.replaceAll("/", ".")}`,
    message: error.message ?? "this does not meet the policy's schema",
    got: JSON.stringify(error.params),
    expected: `properties ${Object.keys(schemaOf(policy)).join(", ")}, as the policy describes them`,
    fix: "Correct this property",
  }));
}

function levelProblems(name: string, settings: unknown): Problem[] {
  const levels = Object.values(LEVELS);
  const level = isMapping(settings) ? settings.enforcementLevel : settings;
  if ((isMapping(settings) && level === undefined) || levels.some((known) => known === level)) return [];
  return [
    {
      id: "policy/config-invalid",
      path: isMapping(settings) ? `${name}.enforcementLevel` : name,
      message: "there is no such level",
      got: JSON.stringify(level) ?? "nothing",
      expected: levels.join(", "),
      fix: "Use one of these levels, or a mapping with enforcementLevel and the policy's properties",
    },
  ];
}

function unknownPolicy(name: string, known: readonly string[]): Problem {
  return {
    id: "policy/config-invalid",
    path: name,
    message: "the pack has no such policy",
    expected: ["all", ...known].join(", "),
    fix: "Correct the name of the policy",
  };
}
