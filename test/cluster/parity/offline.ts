import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { dump } from "js-yaml";
import { admissionProblems } from "../../../analysis/admission";
import type { Finding } from "../../../analysis/finding";
import { MeshObject } from "../../../analysis/model/mesh-object";
import { TemporaryFolder } from "../support/temporary-folder";
import type { Case } from "./corpus";

const REPOSITORY = path.join(__dirname, "..", "..", "..");
/** What the command ends with when all was checked, with and without findings. */
const CHECKED = [0, 1];

/** What the command line says of one object. */
export interface OfflineVerdict {
  /** Of the rule `schema-valid`, without what istiod would refuse: no istiod stands behind these servers. */
  readonly findings: readonly Finding[];
  /** What is said beside the findings and names the object's file. */
  readonly notes: readonly string[];
}

/** What the command line says of each object, by the case's id, in one run over files of YAML. */
export function checkOffline(cases: readonly Case[]): ReadonlyMap<string, OfflineVerdict> {
  const folder = new TemporaryFolder();
  try {
    for (const { id, object } of cases) fs.writeFileSync(folder.path(`${id}.yaml`), dump(object));
    const run = spawnSync(
      process.execPath,
      [
        ...["-r", "ts-node/register/transpile-only", path.join(REPOSITORY, "cli", "main.ts")],
        ...["check", "-f", folder.path("."), "--format", "json"],
      ],
      { cwd: REPOSITORY, encoding: "utf8", maxBuffer: 1 << 29 },
    );
    if (!CHECKED.includes(run.status ?? -1)) throw new Error(`meshwright check failed: ${run.stderr}`);
    const { findings } = JSON.parse(run.stdout) as { readonly findings: readonly Finding[] };
    const said = new Map(cases.map(({ id }) => [id, { findings: [] as Finding[], notes: [] as string[] }]));
    const istiods = new Map(cases.map(({ id, object }) => [id, ofIstiod(object)]));
    for (const finding of findings.filter(({ rule }) => rule === "schema-valid")) {
      const { path: place, message } = finding;
      if (verdictOn(istiods, finding.file).has(problemKey(place, message))) continue;
      verdictOn(said, finding.file).findings.push(finding);
    }
    for (const line of run.stderr.split("\n")) {
      const file = /\S+\.yaml/.exec(line)?.[0];
      if (file !== undefined) verdictOn(said, file).notes.push(line);
    }
    return said;
  } finally {
    folder.remove();
  }
}

/** What istiod's admission webhook would say of the object. */
function ofIstiod(object: Case["object"]): ReadonlySet<string> {
  const problems = [...admissionProblems(new MeshObject({ object }))];
  return new Set(problems.map(({ path, message }) => problemKey(path, message)));
}

const problemKey = (path: string, message: string): string => JSON.stringify([path, message]);

function verdictOn<T>(said: ReadonlyMap<string, T>, file = ""): T {
  const found = said.get(path.basename(file, ".yaml"));
  if (found === undefined) throw new Error(`the check speaks of a file that it was not given: ${file}`);
  return found;
}
