import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { Command, Option } from "commander";
import { MeshError } from "../../components/intent/problem";
import { checkObjects } from "../check-objects";
import { GRAPH_FORMATS, type GraphFormat, readTopology, renderGraph } from "../graph";
import { plural } from "../output/plural";
import type { CommandContext } from "./context";
import { readSource, withSourceOptions, type SourceOptions } from "./read-source";

interface GraphOptions extends SourceOptions {
  readonly format: GraphFormat;
  readonly out?: string;
}

/** `meshwright graph`: the mesh as a picture. */
export function graphCommand(context: CommandContext): Command {
  const command = new Command("graph").description(
    "Show the mesh of a stack, or of plain YAML and JSON, as a picture.",
  );
  return withSourceOptions(command, "show")
    .addOption(new Option("--format <format>", "what to make").choices(GRAPH_FORMATS).default("html"))
    .option("-o, --out <file>", "where it goes (default: standard output)")
    .option("--debug", "print stack traces")
    .action((options: GraphOptions) => graph(options, context));
}

async function graph(options: GraphOptions, context: CommandContext): Promise<void> {
  const { io, terminal } = context;
  const { objects, title } = await readSource(options, context);
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
  write(file, options.out, text);
  terminal.out(
    `${path.relative(io.cwd, file)}: ${plural(topology.nodes.length, "box", "boxes")}, ${plural(topology.edges.length, "arrow")}`,
  );
}

function write(file: string, asked: string, text: string): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    throw new MeshError("graph", [
      {
        id: "cli/unwritable",
        path: asked,
        message: "the picture cannot be written",
        got: String(error.code),
        expected: "a file, or the place for one, that can be written to",
        fix: "correct the permissions, or name another file",
      },
    ]);
  }
}
