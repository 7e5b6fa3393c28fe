import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { MeshError } from "../../components/intent/problem";
import type { Project } from "./project";

/** Where a program runs and what is run there. */
export interface ProgramLocation {
  /** The program's working folder: `main`, or the folder of `main` where that is a file. */
  readonly pwd: string;
  /** What the SDK is asked to load from there; `.` leaves it to the folder's package.json. */
  readonly entryPoint: string;
  /** The SDK's own starter, from the copy that the program resolves. */
  readonly runner: string;
}

/**
 * Finds the program of a project as the Pulumi CLI does.
 *
 * @throws MeshError `engine/program-missing` or `engine/sdk-missing`
 */
export function locateProgram(project: Project): ProgramLocation {
  const place = placeOfMain(project);
  try {
    const runner = createRequire(join(place.pwd, "package.json")).resolve("@pulumi/pulumi/cmd/run");
    return { ...place, runner };
  } catch {
    throw new MeshError(`program of project "${project.name}"`, [
      {
        id: "engine/sdk-missing",
        path: place.pwd,
        message: "the Pulumi SDK is not installed where this program can find it",
        got: "none of them",
        expected: "@pulumi/pulumi in a node_modules of this folder or of one above it",
        fix: "Install the program's dependencies: npm install",
      },
    ]);
  }
}

function placeOfMain(project: Project): { pwd: string; entryPoint: string } {
  const { root, main } = project;
  if (main === undefined) return { pwd: root, entryPoint: "." };
  const path = resolve(root, main);
  const inside = relative(root, path);
  if (isAbsolute(main) || inside.startsWith("..") || isAbsolute(inside)) {
    throw missing(project, main, "`main` leads out of the project's folder");
  }
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw missing(project, main, "there is no such file or folder");
  return stats.isDirectory()
    ? { pwd: path, entryPoint: "." }
    : { pwd: dirname(path), entryPoint: basename(path) };
}

function missing(project: Project, main: string, message: string): MeshError {
  return new MeshError(`program of project "${project.name}"`, [
    {
      id: "engine/program-missing",
      path: `${project.file}: main`,
      message,
      got: JSON.stringify(main),
      expected: "a file or folder below the project's folder",
      fix: "Correct `main`",
    },
  ]);
}
