import * as path from "node:path";
import { runProgram, type Deployment, type Project } from "../../engine";
import type { ConfigValues } from "../../engine/monitor/context";
import { readStackConfig } from "../../engine/language-host/stack-config";
import { FileStateStore, stackFolder, withStackLock } from "../../engine/state";
import type { CommandContext } from "../commands/context";
import { showLog } from "../show-log";
import { selectStack } from "./select-stack";

/** Where everything goes that is generated: git ignores it. */
const OUTPUT_FOLDER = ".mesh";

export interface CompileOptions {
  /** The project's folder or one inside it. */
  readonly cwd: string;
  readonly stack?: string;
  readonly debug?: boolean;
}

/** A program that ran to its end, and where what belongs to it is kept. */
export interface CompiledStack {
  readonly project: Project;
  readonly stack: string;
  readonly config: ConfigValues;
  readonly deployment: Deployment;
  /** `.mesh/<stack>` of the project. */
  readonly folder: string;
}

/**
 * Runs the program of a stack and hands over what it registered. No other run of the stack starts until `use` is done,
 * so that files which belong together are written together. The program's log appears on standard error as it comes.
 */
export async function withCompiledStack<Result>(
  { cwd, stack: named, debug = false }: CompileOptions,
  { io, terminal }: CommandContext,
  use: (compiled: CompiledStack) => Promise<Result>,
): Promise<Result> {
  const { project, stack } = selectStack(cwd, named);
  // Before anything is created: a stack that does not exist leaves no trace.
  const config = readStackConfig(project, stack);
  const base = path.join(project.root, OUTPUT_FOLDER);
  return withStackLock(base, stack, async () => {
    terminal.progress(`Running the program of stack ${stack} (${project.name})`);
    const deployment = await runProgram({
      cwd: project.root,
      stack,
      debug,
      state: new FileStateStore({ folder: base, project: project.name }),
      env: io.env,
      onLog: (entry) => showLog(entry, terminal, debug),
    });
    return use({ project, stack, config, deployment, folder: stackFolder(base, stack) });
  });
}
