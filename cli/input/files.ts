import { lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import * as path from "node:path";
import type { InputProblem } from "../../components/intent/problem";
import type { Note } from "./note";
import { reasonOf, unreadable } from "./text";

/** A file to read. */
export interface InputFile {
  /** Absolute. */
  readonly path: string;
  /** As messages and findings call it: relative to the working directory where it lies inside. */
  readonly name: string;
  /** The user named this very file; otherwise a directory was searched and it may be something else entirely. */
  readonly named: boolean;
}

export interface FoundFiles {
  readonly files: readonly InputFile[];
  readonly problems: readonly InputProblem[];
  readonly notes: readonly Note[];
}

const EXTENSIONS = new Set([".yaml", ".yml", ".json"]);
/** Never Kubernetes manifests of the user's own, often enormous. */
const SKIPPED = new Set(["node_modules", ".git", ".terraform", ".pulumi"]);

/**
 * The files that the given files and directories stand for, each once, in a stable order. Directories are searched to
 * the bottom; symbolic links are followed, a link back to where the search came from is not.
 */
export function findFiles(paths: readonly string[], cwd: string): FoundFiles {
  const files = new Map<string, InputFile>();
  const problems: InputProblem[] = [];
  const notes: Note[] = [];
  const visited = new Set<string>();

  const displayName = (absolute: string): string => {
    const relative = path.relative(cwd, absolute);
    return relative === "" || relative.startsWith("..") || path.isAbsolute(relative) ? absolute : relative;
  };

  const add = (absolute: string, named: boolean): void => {
    const key = realpathSync(absolute);
    if (!files.has(key)) files.set(key, { path: absolute, name: displayName(absolute), named });
  };

  const walk = (directory: string): number => {
    const real = realpathSync(directory);
    if (visited.has(real)) return 0;
    visited.add(real);
    let count = 0;
    for (const entry of readdirSync(directory).sort()) {
      const child = path.join(directory, entry);
      const wanted = EXTENSIONS.has(path.extname(entry).toLowerCase());
      try {
        const stat = statSync(child);
        if (stat.isDirectory()) {
          if (!SKIPPED.has(entry)) count += walk(child);
        } else if (wanted && stat.isFile()) {
          add(child, false);
          count += 1;
        } else if (wanted) {
          notes.push({
            id: "input/not-a-file",
            place: displayName(child),
            message: "is neither a file nor a directory: not read",
          });
        }
      } catch (error) {
        // A broken link to something else is none of our business; one that is called *.yaml is missing input.
        if (wanted || !lstatSync(child).isSymbolicLink()) {
          problems.push(unreadable(displayName(child), linkReason(child, error)));
        }
      }
    }
    return count;
  };

  for (const given of paths) {
    const absolute = path.resolve(cwd, given);
    try {
      if (!statSync(absolute).isDirectory()) {
        add(absolute, true);
        continue;
      }
      // What another path has already led to counts as found.
      const searched = visited.has(realpathSync(absolute));
      const before = problems.length;
      if (walk(absolute) === 0 && !searched && problems.length === before) {
        problems.push(nothingIn(displayName(absolute)));
      }
    } catch (error) {
      problems.push(unreadable(given, linkReason(absolute, error)));
    }
  }
  return { files: [...files.values()], problems, notes };
}

function linkReason(absolute: string, error: unknown): string {
  const reason = reasonOf(error);
  try {
    return lstatSync(absolute).isSymbolicLink() && reason === "nothing is there"
      ? "a symbolic link that leads nowhere"
      : reason;
  } catch {
    return reason;
  }
}

function nothingIn(directory: string): InputProblem {
  return {
    id: "input/no-files",
    path: directory,
    message: "the directory holds no manifest",
    got: "no such file",
    expected: "at least one file that ends in .yaml, .yml or .json",
    fix: "name the directory that holds the manifests",
  };
}
