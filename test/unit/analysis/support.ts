import { loadAll } from "js-yaml";
import {
  allRules,
  analyse,
  applyEdits,
  editsOf,
  sourceOf,
  UNKNOWN,
  type Analysis,
  type AnalyseOptions,
  type Edit,
  type Finding,
  type KubernetesObject,
  type Located,
} from "../../../analysis";

/** The objects of a YAML text; the word `UNKNOWN` stands for a value that is not known before deployment. */
export function objects(yaml: string, file?: string): Located[] {
  return loadAll(yaml)
    .filter((document) => document !== undefined && document !== null)
    .map((document) => ({
      object: withUnknowns(document) as KubernetesObject,
      ...(file === undefined ? {} : { file }),
    }));
}

function withUnknowns(value: unknown): unknown {
  if (value === "UNKNOWN") return UNKNOWN;
  if (Array.isArray(value)) return value.map(withUnknowns);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withUnknowns(field)]));
}

/** The day of all tests. */
export const NOW = new Date("2026-11-21T12:00:00Z");

/** Runs one rule over a YAML text. */
export function run(rule: string, yaml: string, options: AnalyseOptions = {}, file?: string): Analysis {
  const rules = allRules.filter(({ id }) => id === rule);
  const all = analyse(objects(yaml, file), { now: NOW, rules, ...options });
  const own = (each: { readonly rule: string }): boolean => each.rule === rule;
  return {
    ...all,
    findings: all.findings.filter(own),
    waiting: all.waiting.filter(own),
    excepted: all.excepted.filter(({ finding }) => own(finding)),
  };
}

/** `Kind namespace/name path: message`, the whole of what a reader sees of a finding. */
export function lines(findings: readonly Finding[]): string[] {
  return findings.map(({ object, path, message }) => {
    const name = object.namespace === undefined ? object.name : `${object.namespace}/${object.name}`;
    return `${object.kind} ${name} ${path}: ${message}`;
  });
}

export function findings(rule: string, yaml: string, options?: AnalyseOptions, file?: string): string[] {
  return lines(run(rule, yaml, options, file).findings);
}

/** The level and the codes of other tools, finding by finding, in the order of {@link findings}. */
export function codes(rule: string, yaml: string, file?: string): string[] {
  return run(rule, yaml, {}, file).findings.map(({ level, anchors }) => [level, ...anchors].join(" "));
}

/** The paths at which a rule waits. */
export function waits(rule: string, yaml: string): string[] {
  return run(rule, yaml).waiting.map(({ path }) => path);
}

/** The objects of a YAML text after the edits that a rule's findings carry. */
export function remediated(rule: string, yaml: string, options: AnalyseOptions = {}): KubernetesObject[] {
  const given = objects(yaml);
  const rules = allRules.filter(({ id }) => id === rule);
  const edits = new Map<KubernetesObject, Edit[]>();
  for (const finding of analyse(given, { now: NOW, rules, ...options }).findings) {
    const object = sourceOf(finding)?.object;
    if (object !== undefined) edits.set(object, [...(edits.get(object) ?? []), ...editsOf(finding)]);
  }
  return given.map(({ object }) => applyEdits(object, edits.get(object) ?? []));
}
