import * as path from "node:path";
import { Command } from "commander";
import { renderSynthesis } from "../output/synthesis";
import { loadEngine } from "../stack/lazy";
import type { CommandContext } from "./context";

interface SynthOptions {
  readonly stack?: string;
  readonly cwd?: string;
  readonly out?: string;
  readonly debug?: true;
}

/** `meshwright synth`: runs a program and writes its manifests. */
export function synthCommand(context: CommandContext): Command {
  return new Command("synth")
    .description("Run a Pulumi program without a cluster and write its manifests.")
    .option("-s, --stack <name>", "the stack to run (default: the only one, or dev)")
    .option("-C, --cwd <folder>", "the folder of the project (default: the current one)")
    .option("-o, --out <folder>", "where manifests go (default: .mesh/<stack>/manifests in the project)")
    .option("--debug", "print stack traces")
    .action((options: SynthOptions) => synth(options, context));
}

async function synth(options: SynthOptions, context: CommandContext): Promise<void> {
  const { io, terminal } = context;
  const { stack, debug = false } = options;
  const cwd = path.resolve(io.cwd, options.cwd ?? "");
  const out = options.out === undefined ? undefined : path.resolve(io.cwd, options.out);
  const { withCompiledStack, writeStack } = loadEngine();
  await withCompiledStack(
    { cwd, debug, ...(stack === undefined ? {} : { stack }) },
    context,
    async (compiled) => {
      const synthesis = await writeStack(compiled, out, context);
      terminal.out(renderSynthesis(synthesis, terminal.colors));
    },
  );
}
