import {
  allRules,
  analyse,
  readSettings,
  schemaValid,
  type AnalyseOptions,
  type Finding,
  type IgnoredKind,
  type Located,
  type ReadSettings,
} from "../analysis";
import { ExitCode } from "./exit-code";
import { lineText, type CheckReport } from "./output";
import { plural } from "./output/plural";
import { packageVersion } from "./package-version";
import type { Terminal } from "./terminal";

export interface CheckOptions {
  /** Istio's mesh configuration, where the objects do not hold it. */
  readonly meshConfig?: unknown;
  /** The file that the mesh configuration is from, as a reader knows it: it is then judged, too. */
  readonly meshConfigFile?: string;
  /** Which rules hold, how, and where not; pack `baseline` by default. */
  readonly settings?: ReadSettings;
}

/** Runs our rules. What is not a finding, but keeps a clean report from being the whole truth, is noted. */
export function checkObjects(
  objects: readonly Located[],
  { meshConfig, meshConfigFile, settings = readSettings({}) }: CheckOptions,
  terminal: Terminal,
): CheckReport {
  const { levels, options, exceptions } = settings;
  const analysis = analyse(objects, { meshConfig, levels, options, exceptions });
  const ofMeshConfig =
    meshConfigFile === undefined ? [] : judgeMeshConfig(meshConfig, meshConfigFile, { levels, exceptions });
  if (analysis.ignored.length > 0) terminal.note(describeIgnored(analysis.ignored));
  if (analysis.waiting.length > 0) {
    terminal.note(
      `${plural(analysis.waiting.length, "check")} waited for values that are known only after deployment: ` +
        list(
          analysis.waiting.map(
            ({ rule, object, path }) => `${rule} at ${object.kind} ${object.name} ${path}`,
          ),
        ),
    );
  }
  for (const { finding, reason, until } of analysis.excepted) {
    const { kind, name } = finding.object;
    terminal.note(`${finding.rule} is lifted from ${kind} ${name} until ${until}: ${reason}`);
  }
  for (const { rule, reason, until } of analysis.unused) {
    terminal.note(
      `the exception from ${rule} until ${until} (${reason}) lifted nothing: remove it, or correct what it names`,
    );
  }
  const { checked, rules } = analysis;
  // A file may be named both ways.
  const unsaid = ofMeshConfig.filter(
    ({ message }) => !analysis.findings.some((finding) => finding.message === message),
  );
  const findings = unsaid.length === 0 ? analysis.findings : [...unsaid, ...analysis.findings];
  return { findings, checked, rules, catalogue: allRules, version: packageVersion(), lineText };
}

/**
 * What istiod would refuse of a mesh configuration that is given in a file of its own: said of the ConfigMap that it will be.
 * The file only tells what holds, so no rule looks for what a whole mesh would need beside it.
 */
function judgeMeshConfig(
  meshConfig: unknown,
  file: string,
  options: Pick<AnalyseOptions, "levels" | "exceptions">,
): readonly Finding[] {
  const object = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "istio", namespace: "istio-system" },
    data: { mesh: JSON.stringify(meshConfig) },
  };
  return analyse([{ object, file }], { ...options, rules: [schemaValid] }).findings;
}

export function exitCodeOf(findings: readonly Finding[]): ExitCode {
  return findings.some(({ level }) => level === "mandatory") ? ExitCode.findings : ExitCode.clean;
}

function describeIgnored(ignored: readonly IgnoredKind[]): string {
  const total = ignored.reduce((sum, { count }) => sum + count, 0);
  const kinds = ignored.map(
    ({ apiVersion, kind, count }) => `${apiVersion} ${kind}${count === 1 ? "" : ` (${count})`}`,
  );
  return `${plural(total, "object")} of kinds that no rule knows, ignored: ${list(kinds)}`;
}

function list(items: readonly string[]): string {
  const shown = items.slice(0, 10).join(", ");
  return items.length <= 10 ? shown : `${shown} and ${items.length - 10} more`;
}
