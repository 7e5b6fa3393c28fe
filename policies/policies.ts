import type { Policies } from "@pulumi/policy";
import { allRules, frameworksOf, readSettings, type CheckSettings, type Rule } from "../analysis";
import { hintsPolicy } from "./hints";
import { rulePolicy, type PolicyContext } from "./rule-policy";
import { valuesKnownPolicy } from "./values-known";

/** Which rules to take into a pack, and how. */
export interface MeshwrightPolicyOptions extends CheckSettings {
  /** Take only rules that pass every filter given; any word of a filter is enough for it. */
  readonly select?: {
    /** The first word of a rule's id: `mtls`, `authz`, `traffic` … */
    readonly groups?: readonly string[];
    readonly severities?: readonly Rule["severity"][];
    /** Codes of `istioctl analyze` and Kiali. */
    readonly anchors?: readonly string[];
    readonly tags?: readonly string[];
    /** Names of standards: `NIST SP 800-204A`, `PCI DSS`, `CIS Kubernetes Benchmark`. */
    readonly frameworks?: readonly string[];
  };
  /** Istio's mesh configuration, where the stack does not hold it in a ConfigMap: root namespace, `exportTo` defaults. */
  readonly meshConfig?: Readonly<Record<string, unknown>>;
  /** The moment that exceptions are judged at; the clock's by default. */
  readonly now?: () => Date;
}

/**
 * Our rules as Pulumi policies, for a pack of your own.
 *
 * @throws MeshError `policies/unknown-rule` and others with every setting that names what does not exist or is no sound value
 * @example
 * new PolicyPack("platform", {
 *   policies: [...meshwrightPolicies({ rules: { "gateway-no-plaintext": { allowedPorts: [15021] } } }), ...ourOwn],
 * });
 * @see https://www.pulumi.com/docs/insights/policy/
 */
export function meshwrightPolicies(options: MeshwrightPolicyOptions = {}): Policies {
  const { select, meshConfig, now, ...settings } = options;
  const { levels, options: given, remediating, exceptions } = readSettings(settings, "meshwright policies");
  const rules = allRules.filter((rule) => isSelected(rule, select));
  const context: PolicyContext = {
    levels,
    options: given,
    remediating,
    exceptions,
    meshConfig,
    now: now ?? (() => new Date()),
  };
  return [
    ...rules.map((rule) => rulePolicy(rule, context)),
    hintsPolicy(rules, context),
    valuesKnownPolicy(rules, context),
  ];
}

function isSelected(rule: Rule, select: MeshwrightPolicyOptions["select"] = {}): boolean {
  const { groups, severities, anchors, tags, frameworks } = select;
  return (
    (groups === undefined || groups.includes(rule.group)) &&
    (severities === undefined || severities.includes(rule.severity)) &&
    (anchors === undefined || anchors.some((anchor) => rule.anchors.includes(anchor))) &&
    (tags === undefined || tags.some((tag) => rule.tags?.includes(tag))) &&
    (frameworks === undefined || frameworksOf(rule).some(({ name }) => frameworks.includes(name)))
  );
}
