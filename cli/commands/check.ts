import { Command, Option } from "commander";
import { packNames, type Located } from "../../analysis";
import { checkObjects, exitCodeOf } from "../check-objects";
import { loadObjects, readMeshConfigFile } from "../input";
import { FORMATS, renderReport, type Format } from "../output";
import { loadEngine } from "../stack/lazy";
import type { CommandContext } from "./context";

interface CheckOptions {
  readonly stack?: string;
  readonly file?: readonly string[];
  readonly meshConfig?: string;
  readonly pack?: string;
  readonly format: Format;
  readonly debug?: true;
}

/** `meshwright check`: judges the objects of a stack, or of plain YAML and JSON. */
export function checkCommand(context: CommandContext): Command {
  return new Command("check")
    .description("Check the mesh of a stack, or of plain YAML and JSON.")
    .addOption(
      new Option(
        "-s, --stack <name>",
        "the stack to run and check (default: the only one, or dev)",
      ).conflicts("file"),
    )
    .addOption(
      new Option(
        "-f, --file <path>",
        "check a file or folder instead, - for standard input; may be repeated",
      ).argParser((value: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), value]),
    )
    .option("--mesh-config <file>", "Istio's mesh configuration, where the objects do not hold it")
    .option(
      "--pack <name>",
      `levels of our rules (${packNames.join(" or ")}), or the folder of a policy pack to run as well`,
    )
    .addOption(new Option("--format <format>", "how to report").choices(FORMATS).default("text"))
    .option("--debug", "print stack traces")
    .action((options: CheckOptions) => check(options, context));
}

async function check(options: CheckOptions, context: CommandContext): Promise<void> {
  const { io, terminal, exit } = context;
  // Small things first: who mistyped a path should not wait for a program to run.
  const meshConfig =
    options.meshConfig === undefined ? undefined : readMeshConfigFile(options.meshConfig, io.cwd);
  const source = await (options.file === undefined
    ? fromStack(options, context)
    : fromFiles(options.file, context));

  terminal.progress(`Checking ${source.objects.length} object${source.objects.length === 1 ? "" : "s"}`);
  const levels = packNames.find((name) => name === options.pack);
  const report = checkObjects(source.objects, { meshConfig, ...(levels && { pack: levels }) }, terminal);
  terminal.out(renderReport(report, options.format, terminal.colors));
  exit(exitCodeOf(report.findings));
}

interface Source {
  readonly objects: readonly Located[];
}

async function fromStack(options: CheckOptions, context: CommandContext): Promise<Source> {
  const { objectsOf, withCompiledStack } = loadEngine();
  const { stack, debug = false } = options;
  return withCompiledStack(
    { cwd: context.io.cwd, debug, ...(stack === undefined ? {} : { stack }) },
    context,
    (compiled) => Promise.resolve({ objects: objectsOf(compiled.deployment, { secrets: "unknown" }) }),
  );
}

async function fromFiles(paths: readonly string[], { io, terminal }: CommandContext): Promise<Source> {
  const { objects, notes } = await loadObjects(paths, { cwd: io.cwd, stdin: io.stdin });
  for (const { place, message } of notes) {
    terminal.note(place === undefined ? message : `${place}: ${message}`);
  }
  return { objects };
}
