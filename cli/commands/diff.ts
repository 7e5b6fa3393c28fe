import { Command, Option } from "commander";
import { compareMeshes, isSame, readAgainst, renderDifference, renderDifferenceJson } from "../diff";
import { ExitCode } from "../exit-code";
import type { CommandContext } from "./context";
import { readSource, withSourceOptions, type SourceOptions } from "./read-source";

interface DiffOptions extends SourceOptions {
  readonly against?: string;
  readonly exitCode?: true;
  readonly format: "text" | "json";
}

/** `meshwright diff`: what changes for the callers of a mesh, and in its objects. */
export function diffCommand(context: CommandContext): Command {
  const command = new Command("diff").description(
    "Say what changes: calls that are newly allowed or denied, routes that lead elsewhere, objects.",
  );
  return withSourceOptions(command, "compare")
    .option(
      "--against <what>",
      "what it was before: a file or folder, another stack, or a git revision (default: what the last synth of the stack wrote)",
    )
    .option("--exit-code", "end with 1 where something differs")
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
    .option("--debug", "print stack traces")
    .action((options: DiffOptions) => diff(options, context));
}

async function diff(options: DiffOptions, context: CommandContext): Promise<void> {
  const { terminal, exit } = context;
  const before = await readAgainst(options.against, options, context);
  const { objects: after } = await readSource(options, context);
  terminal.progress("Comparing");
  const difference = compareMeshes(before, after);
  terminal.out(
    options.format === "json"
      ? renderDifferenceJson(difference)
      : renderDifference(difference, terminal.colors),
  );
  if (options.exitCode === true && !isSame(difference)) exit(ExitCode.findings);
}
