import type { Located } from "../../analysis/kubernetes-object";
import { MeshError, type InputProblem } from "../../components/intent/problem";
import { plural } from "../output/plural";
import { findFiles } from "./files";
import type { Note } from "./note";
import { objectsIn } from "./objects";
import { Positions } from "./positions";
import { readStream, readText } from "./text";
import { parseYaml } from "./yaml";

/** Standard input, as `-f -` names it. */
export const STANDARD_INPUT = "-";

export interface LoadOptions {
  /** Relative paths start here, and findings name files relative to it. */
  readonly cwd: string;
  readonly stdin: AsyncIterable<Buffer | string>;
}

export interface LoadedObjects {
  readonly objects: readonly Located[];
  readonly notes: readonly Note[];
  /** How many files were read. */
  readonly files: number;
}

/**
 * Reads every Kubernetes object of the given files and directories; `-` is standard input. Objects keep the order of
 * the files, files the order of their names.
 *
 * @throws MeshError with every file that cannot be read and every text that is not YAML. Half an input is not checked:
 * a clean report must mean that everything was looked at.
 */
export async function loadObjects(paths: readonly string[], options: LoadOptions): Promise<LoadedObjects> {
  const problems: InputProblem[] = [];
  const notes: Note[] = [];
  const objects: Located[] = [];
  let files = 0;
  let foreign = 0;

  const take = (text: string, name: string, named: boolean): void => {
    files += 1;
    // Directories hold values files, chart templates and the like; without this word there is no object to miss.
    if (!named && !text.includes("apiVersion")) {
      foreign += 1;
      return;
    }
    const parsed = parseYaml(text, name);
    if ("problem" in parsed) {
      problems.push(parsed.problem);
      return;
    }
    const found = objectsIn(parsed.documents, name, new Positions(text, parsed.events));
    objects.push(...found.objects);
    notes.push(...found.notes);
    foreign += found.foreign;
  };

  const found = findFiles(
    paths.filter((path) => path !== STANDARD_INPUT),
    options.cwd,
  );
  problems.push(...found.problems);
  notes.push(...found.notes);
  for (const file of found.files) {
    const read = readText(file.path, file.name);
    if ("problem" in read) problems.push(read.problem);
    else take(read.text, file.name, file.named);
  }
  if (paths.includes(STANDARD_INPUT)) {
    const read = await readStream(options.stdin, "standard input");
    if ("problem" in read) problems.push(read.problem);
    else take(read.text, "standard input", true);
  }

  // An empty file, or the output of a chart that is switched off: a clean report of it would say that all is well.
  if (problems.length === 0 && objects.length === 0 && notes.length === 0) {
    problems.push(nothingToCheck(paths, foreign));
  }
  if (problems.length > 0) throw new MeshError("the input cannot be checked", problems);
  if (foreign > 0) {
    notes.push({
      id: "input/not-kubernetes",
      message: `${foreign === 1 ? "1 document is" : `${foreign} documents are`} no Kubernetes object: not checked`,
    });
  }
  return { objects, notes, files };
}

function nothingToCheck(paths: readonly string[], foreign: number): InputProblem {
  return {
    id: "input/no-objects",
    path: paths.map((path) => (path === STANDARD_INPUT ? "standard input" : path)).join(", "),
    message: "there is nothing to check",
    got:
      foreign === 0
        ? "no document"
        : `${plural(foreign, "document")} that ${foreign === 1 ? "is" : "are"} no Kubernetes object`,
    expected: "at least one Kubernetes object",
    fix: "name the files that hold manifests; if they come from a pipe, look at what its first command printed",
  };
}
