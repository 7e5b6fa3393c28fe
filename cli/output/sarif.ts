import type { Finding } from "../../analysis/finding";
import { frameworksOf } from "../../analysis/frameworks";
import type { RuleMetadata } from "../../analysis/rule";
import { identityOf, placedKey } from "../finding-key";
import { cite, objectOf, stepsOf, type CheckReport } from "./report";

/**
 * SARIF 2.1.0, which code hosts show beside the changed lines.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function renderSarif(report: CheckReport): string {
  const indexes = new Map(report.catalogue.map((rule, index) => [rule.id, index]));
  const log = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: { name: "meshwright", version: report.version, rules: report.catalogue.map(descriptor) },
        },
        columnKind: "utf16CodeUnits",
        results: report.findings.map((finding) => result(finding, indexes.get(finding.rule))),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** Hosts rank by a number between 0 and 10, as for vulnerabilities. */
const SECURITY_SEVERITY = { low: "3.0", medium: "5.5", high: "8.0", critical: "9.5" } as const;

function descriptor(rule: RuleMetadata): object {
  return {
    id: rule.id,
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.description },
    help: { text: stepsOf(rule).join("\n") },
    ...(rule.docs === "" ? {} : { helpUri: rule.docs }),
    defaultConfiguration: { level: levelOf(rule) },
    properties: {
      tags: [rule.group, ...(rule.tags ?? []), ...rule.anchors, ...frameworksOf(rule).map(cite)],
      "security-severity": SECURITY_SEVERITY[rule.severity],
    },
  };
}

function result(finding: Finding, ruleIndex: number | undefined): object {
  return {
    ruleId: finding.rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: levelOf(finding),
    message: { text: `${objectOf(finding)}: ${finding.message}. Fix: ${finding.fix}` },
    locations: [
      {
        ...(finding.file === undefined
          ? {}
          : { physicalLocation: physicalLocation(finding.file, finding.line) }),
        logicalLocations: [
          {
            name: finding.object.name,
            fullyQualifiedName: [identityOf(finding), finding.path].filter((part) => part !== "").join("#"),
            kind: "resource",
          },
        ],
      },
    ],
    // Not the line: a finding stays the same one when lines above it move.
    partialFingerprints: { "meshwright/v1": fingerprint(finding) },
    properties: { anchors: finding.anchors, docs: finding.docs },
  };
}

function levelOf({ level }: { readonly level: Finding["level"] }): "error" | "warning" {
  return level === "mandatory" ? "error" : "warning";
}

function physicalLocation(file: string, line: number | undefined): object {
  const uri = file.split(/[\\/]/).map(encodeURIComponent).join("/");
  return {
    artifactLocation: file.startsWith("/") ? { uri: `file://${uri}` } : { uri },
    ...(line === undefined ? {} : { region: { startLine: line } }),
  };
}

function fingerprint(finding: Finding): string {
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash("sha256").update(placedKey(finding)).digest("hex").slice(0, 32);
}
