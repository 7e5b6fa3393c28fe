import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { Command, Option } from "commander";
import type { Located } from "../../analysis";
import { checkObjects } from "../check-objects";
import { GRAPH_FORMATS, type GraphFormat, readTopology, renderGraph } from "../graph";
import { loadObjects } from "../input";
import { plural } from "../output/plural";
import { loadEngine } from "../stack/lazy";
import type { CommandContext } from "./context";

interface GraphOptions {
  readonly stack?: string;
  readonly file?: readonly string[];
  readonly format: GraphFormat;
  readonly out?: string;
  readonly debug?: true;
}

/** `meshwright graph`: the mesh as a picture. */
export function graphCommand(context: CommandContext): Command {
  return new Command("graph")
    .description("Show the mesh of a stack, or of plain YAML and JSON, as a picture.")
    .addOption(
      new Option("-s, --stack <name>", "the stack to run and show (default: the only one, or dev)").conflicts(
        "file",
      ),
    )
    .addOption(
      new Option(
        "-f, --file <path>",
        "show a file or folder instead, - for standard input; may be repeated",
      ).argParser((value: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), value]),
    )
    .addOption(new Option("--format <format>", "what to make").choices(GRAPH_FORMATS).default("html"))
    .option("-o, --out <file>", "where it goes (default: standard output)")
    .option("--debug", "print stack traces")
    .action((options: GraphOptions) => graph(options, context));
}

async function graph(options: GraphOptions, context: CommandContext): Promise<void> {
  const { io, terminal } = context;
  const { objects, title } = await (options.file === undefined
    ? fromStack(options, context)
    : fromFiles(options.file, context));
  terminal.progress(`Checking ${plural(objects.length, "object")}`);
  const { findings } = checkObjects(objects, {}, terminal);
  terminal.progress("Drawing");
  const topology = readTopology(
    objects.map(({ object }) => object),
    findings,
    title,
  );
  const text = await renderGraph(topology, options.format);
  if (options.out === undefined) {
    terminal.out(text);
    return;
  }
  const file = path.resolve(io.cwd, options.out);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  terminal.out(
    `${path.relative(io.cwd, file)}: ${topology.nodes.length} boxes, ${topology.edges.length} arrows`,
  );
}

interface Source {
  readonly objects: readonly Located[];
  readonly title: string;
}

async function fromStack(options: GraphOptions, context: CommandContext): Promise<Source> {
  const { stack } = options;
  const { objectsOf, withCompiledStack } = loadEngine();
  const which = {
    cwd: context.io.cwd,
    debug: options.debug === true,
    ...(stack === undefined ? {} : { stack }),
  };
  return withCompiledStack(which, context, (compiled) =>
    // A picture is passed around: it holds no secret.
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
