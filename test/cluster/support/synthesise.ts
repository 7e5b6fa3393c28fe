import * as path from "node:path";
import { readProject, runProgram } from "../../../engine";
import { writeManifests } from "../../../engine/manifests";
import { FileStateStore } from "../../../engine/state";
import { during } from "../harness/progress";
import { manifestFiles } from "./objects";

/** The compiler checks these programs with all other code; once is enough. */
const UNCHECKED = { PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
const REPOSITORY = path.join(__dirname, "..", "..", "..");

export interface Program {
  readonly stack: string;
  /** Folder of the project, or what makes it once it is wanted. Default: this repository, whose stacks are the ones we ship. */
  readonly cwd?: string | (() => string);
  /** Configuration that goes before the stack's file. */
  readonly config?: Readonly<Record<string, string>>;
}

/**
 * Runs a stack's program with the offline engine and writes its manifests.
 *
 * @param out folder for the manifests
 * @param state folder for generated keys, so that a second run has the same; not the one of whoever works in this checkout
 * @returns the files in the order in which they are to be applied
 */
export function synthesise(program: Program, out: string, state: string): Promise<readonly string[]> {
  const { stack, config = {} } = program;
  return during(`running the program of stack ${stack}`, async () => {
    const { cwd: folder = REPOSITORY } = program;
    const cwd = typeof folder === "string" ? folder : folder();
    const store = new FileStateStore({ folder: state, project: readProject(cwd).name });
    const options = { cwd, stack, state: store, configOverrides: config, env: UNCHECKED };
    await writeManifests(await runProgram(options), out);
    return manifestFiles(out);
  });
}
