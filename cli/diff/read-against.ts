import { existsSync } from "node:fs";
import * as path from "node:path";
import type { Located } from "../../analysis";
import { MeshError } from "../../components/intent/problem";
import { findProject } from "./project";
import type { CommandContext } from "../commands/context";
import { readSource, type SourceOptions } from "../commands/read-source";
import { checkOut, commitOf, copyState } from "./git-version";

/** The manifests that the last `synth` of a stack wrote. */
const LAST = ".mesh";

/**
 * The objects to compare with: a file or folder, another stack of the project, or the same stack or files in a version
 * that git knows; without a name what the last `synth` of the stack wrote.
 *
 * @throws MeshError `cli/nothing-to-compare` when it is none of these
 */
export async function readAgainst(
  against: string | undefined,
  options: SourceOptions,
  context: CommandContext,
): Promise<readonly Located[]> {
  const { io } = context;
  const project = findProject(io.cwd, options.stack);
  if (against === undefined) {
    const last =
      options.file === undefined && project !== undefined
        ? path.join(project.root, LAST, project.stack, "manifests")
        : undefined;
    if (last !== undefined && existsSync(last)) return read({ file: [last] }, context);
    throw nothing("--against", undefined, "name what to compare with, or run synth before");
  }
  if (existsSync(path.resolve(io.cwd, against))) return read({ file: [against] }, context);
  if (project?.stacks.includes(against) === true) return read({ stack: against }, context);
  const commit = commitOf(io.cwd, against);
  if (commit === undefined) throw nothing("--against", against, "name one that exists");
  const version = checkOut(io.cwd, commit);
  try {
    if (options.file === undefined && project !== undefined) {
      const state = (root: string): string => path.join(root, LAST, project.stack, "state.json");
      copyState(state(project.root), state(path.join(version.cwd, path.relative(io.cwd, project.root))));
    }
    return await read(options, { ...context, io: { ...io, cwd: version.cwd } });
  } finally {
    version.remove();
  }
}

async function read(options: SourceOptions, context: CommandContext): Promise<readonly Located[]> {
  return (await readSource(options, context)).objects;
}

function nothing(place: string, got: string | undefined, fix: string): MeshError {
  return new MeshError("diff", [
    {
      id: "cli/nothing-to-compare",
      path: place,
      message:
        got === undefined ? "there is nothing to compare with" : "this is no path, no stack and no revision",
      got: got ?? "nothing",
      expected: "a path, a stack, a branch, a tag or a commit",
      fix,
    },
  ]);
}
