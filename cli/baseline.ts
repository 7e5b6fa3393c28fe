import * as path from "node:path";
import type { Finding } from "../analysis";
import { MeshError } from "../components/intent/problem";
import { readText } from "./input/text";
import { placelessKey, placedKey, type KnownFinding } from "./finding-key";
import { isFields } from "../analysis/schema/value";

/** Findings parted by whether a baseline has them. */
export interface AgainstBaseline {
  readonly fresh: readonly Finding[];
  /** How many the baseline has. */
  readonly known: number;
  /** How many the baseline has that are not found any more. */
  readonly gone: number;
}

/**
 * Reads what an earlier `check --format json` printed.
 *
 * @throws MeshError `input/baseline` when the file is something else
 */
export function readBaseline(file: string, cwd: string): readonly KnownFinding[] {
  const read = readText(path.resolve(cwd, file), file);
  if ("problem" in read) throw new MeshError(`baseline ${file}`, [read.problem]);
  const findings = findingsOf(read.text);
  if (findings !== undefined) return findings;
  throw new MeshError(`baseline ${file}`, [
    {
      id: "input/baseline",
      path: file,
      message: "this is no report of an earlier check",
      got: "something else",
      expected: 'one JSON object with "findings", as "meshwright check --format json" prints it',
      fix: "make it anew: meshwright check … --format json > FILE",
    },
  ]);
}

function findingsOf(text: string): readonly KnownFinding[] | undefined {
  let report: unknown;
  try {
    report = JSON.parse(text);
  } catch {
    return undefined;
  }
  const findings = isFields(report) ? report["findings"] : undefined;
  return Array.isArray(findings) && findings.every(isKnownFinding) ? findings : undefined;
}

function isKnownFinding(value: unknown): value is KnownFinding {
  if (!isFields(value)) return false;
  const { rule, path: inside, message, object } = value;
  const texts = [rule, inside, message];
  return (
    texts.every((text) => typeof text === "string") && isFields(object) && typeof object["kind"] === "string"
  );
}

/**
 * Takes away the findings that a baseline has, each as often as it has them. A finding stays the same one when lines or
 * routes above it move: first those are matched that stand where they stood, then those that say the same elsewhere in
 * the same object.
 */
export function compareWithBaseline(
  findings: readonly Finding[],
  baseline: readonly KnownFinding[],
): AgainstBaseline {
  let fresh = findings;
  let left = baseline;
  for (const keyOf of [placedKey, placelessKey]) {
    const known = new Map<string, KnownFinding[]>();
    for (const each of left) known.set(keyOf(each), [...(known.get(keyOf(each)) ?? []), each]);
    fresh = fresh.filter((finding) => known.get(keyOf(finding))?.pop() === undefined);
    left = [...known.values()].flat();
  }
  return { fresh, known: findings.length - fresh.length, gone: left.length };
}
