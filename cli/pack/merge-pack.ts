import { sourceOf, type Finding, type Located, type ObjectRef, type RuleMetadata } from "../../analysis";
import { push } from "../../analysis/model/workloads";
import type { Deployment, RecordedResource } from "../../engine";
import type { PolicyPackResult, Violation } from "../../engine/policy";
import { HINTS } from "../../policies/names";
import type { CheckReport } from "../output";

/**
 * Adds what a policy pack reported. A pack may hold our own rules, with levels and options of its author's choice: for
 * those its word counts, and ours, which know path and line, are kept where both say the same.
 */
export function mergePack(
  report: CheckReport,
  result: PolicyPackResult,
  objects: readonly Located[],
  deployment: Deployment,
): CheckReport {
  const { policies } = result.pack;
  const inPack = new Set(policies.map(({ name }) => name));
  const ours = new Map<string, Finding[]>();
  for (const finding of report.findings.filter(({ rule }) => inPack.has(rule))) {
    const urn = sourceOf(finding)?.urn;
    push(ours, keyOf(finding.rule, urn), finding);
    // What one policy may not say as advice, another says for it.
    push(ours, keyOf(HINTS, urn), finding);
  }
  const byUrn = new Map(objects.map((located) => [located.urn, located]));
  const resources = new Map(deployment.resources.map((resource) => [resource.urn, resource]));
  const added = policies
    .filter(({ name }) => !report.catalogue.some(({ id }) => id === name))
    .map(metadataOf);
  const catalogue = [...report.catalogue, ...added];

  const reported = result.violations.map((violation): Finding => {
    const same = ours
      .get(keyOf(violation.policy, violation.urn))
      ?.find(
        ({ rule, path, message }) =>
          violation.message.includes(`${path}: ${message}`) &&
          (violation.policy !== HINTS || violation.message.includes(`${rule}: `)),
      );
    if (same !== undefined) return { ...same, level: violation.level };
    const located = violation.urn === undefined ? undefined : byUrn.get(violation.urn);
    const policy = catalogue.find(({ id }) => id === violation.policy);
    const line = located?.lineOf?.("");
    return {
      rule: violation.policy,
      level: violation.level,
      anchors: policy?.anchors ?? [],
      object: identityOf(violation, located, resources, deployment),
      path: "",
      ...(located?.file === undefined ? {} : { file: located.file }),
      ...(line === undefined ? {} : { line }),
      message: violation.message,
      fix: policy?.fix ?? "",
      docs: policy?.docs ?? "",
    };
  });
  return {
    ...report,
    findings: [...report.findings.filter(({ rule }) => !inPack.has(rule)), ...reported],
    rules:
      report.rules +
      added.filter(({ id }) => policies.some((p) => p.name === id && p.level !== "disabled")).length,
    catalogue,
  };
}

function keyOf(rule: string, urn: string | undefined): string {
  return `${rule}\n${urn ?? ""}`;
}

function identityOf(
  violation: Violation,
  located: Located | undefined,
  resources: ReadonlyMap<string, RecordedResource>,
  deployment: Deployment,
): ObjectRef {
  if (located !== undefined) {
    const { apiVersion, kind, metadata } = located.object;
    const { name, namespace } = metadata;
    return { apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name };
  }
  // Not a Kubernetes object: Pulumi's own words for it.
  const resource = violation.urn === undefined ? undefined : resources.get(violation.urn);
  if (resource === undefined) return { apiVersion: "pulumi", kind: "Stack", name: deployment.stack };
  const at = resource.type.lastIndexOf(":");
  return { apiVersion: resource.type.slice(0, at), kind: resource.type.slice(at + 1), name: resource.name };
}

/** A policy of the pack, described as our rules are. */
function metadataOf(policy: PolicyPackResult["pack"]["policies"][number]): RuleMetadata {
  return {
    id: policy.name,
    group: "policy-pack",
    title: policy.displayName ?? policy.name,
    description: policy.description,
    severity: policy.severity ?? "medium",
    level: policy.level === "mandatory" ? "mandatory" : "advisory",
    scope: policy.scope,
    anchors: policy.tags.filter((tag) => /^(IST|KIA)\d{4}$/.test(tag)),
    fix: policy.remediationSteps ?? "See the policy's description",
    docs: policy.url ?? "",
  };
}
