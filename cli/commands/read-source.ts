import * as path from "node:path";
import { Option, type Command } from "commander";
import type { Located } from "../../analysis";
import { loadObjects } from "../input";
import { loadEngine } from "../stack/lazy";
import type { CommandContext } from "./context";

/** Where a command takes its objects from: a stack that it runs, or files. */
export interface SourceOptions {
  readonly stack?: string;
  readonly file?: readonly string[];
  readonly debug?: true;
}

export interface Source {
  readonly objects: readonly Located[];
  /** For people. */
  readonly title: string;
}

/** Gives a command `--stack` and `--file`, which exclude each other. */
export function withSourceOptions(command: Command, verb: string): Command {
  return command
    .addOption(
      new Option(
        "-s, --stack <name>",
        `the stack to run and ${verb} (default: the only one, or dev)`,
      ).conflicts("file"),
    )
    .addOption(
      new Option(
        "-f, --file <path>",
        `${verb} a file or folder instead, - for standard input; may be repeated`,
      ).argParser((value: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), value]),
    );
}

/** The objects that the options name. What is told of them is passed around, so secret values stay unknown. */
export function readSource(options: SourceOptions, context: CommandContext): Promise<Source> {
  return options.file === undefined ? fromStack(options, context) : fromFiles(options.file, context);
}

async function fromStack({ stack, debug }: SourceOptions, context: CommandContext): Promise<Source> {
  const { objectsOf, withCompiledStack } = loadEngine();
  const which = {
    cwd: context.io.cwd,
    debug: debug === true,
    ...(stack === undefined ? {} : { stack }),
  };
  return withCompiledStack(which, context, (compiled) =>
    Promise.resolve({
      objects: objectsOf(compiled.deployment, { secrets: "unknown" }),
      title: `Stack ${path.basename(compiled.folder)}`,
    }),
  );
}

async function fromFiles(paths: readonly string[], { io, terminal }: CommandContext): Promise<Source> {
  const { objects, notes } = await loadObjects(paths, { cwd: io.cwd, stdin: io.stdin });
  for (const { place, message } of notes)
    terminal.note(place === undefined ? message : `${place}: ${message}`);
  return { objects, title: paths.join(", ") };
}
