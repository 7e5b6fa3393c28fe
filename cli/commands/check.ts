import { Command, Option } from "commander";
import { packNames, type Located } from "../../analysis";
import { MeshError } from "../../components/intent/problem";
import type { Deployment } from "../../engine";
import type { ConfigValues } from "../../engine/monitor/context";
import { compareWithBaseline, readBaseline } from "../baseline";
import { checkObjects, exitCodeOf } from "../check-objects";
import type { KnownFinding } from "../finding-key";
import { loadObjects, readMeshConfigFile, readSettingsFile } from "../input";
import { readCluster } from "../live";
import { optimizeLate } from "../optimizing";
import { FORMATS, renderReport, type CheckReport, type Format } from "../output";
import { plural } from "../output/plural";
import { loadEngine } from "../stack/lazy";
import { loadTemplates } from "../templates/lazy";
import type { CommandContext } from "./context";

interface CheckOptions {
  readonly stack?: string;
  readonly file?: readonly string[];
  readonly live?: true;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly meshConfig?: string;
  readonly config?: string;
  readonly baseline?: string;
  readonly pack?: string;
  readonly templates?: string;
  readonly format: Format;
  readonly debug?: true;
}

/** `meshwright check`: judges the objects of a stack, of plain YAML and JSON, or of a cluster. */
export function checkCommand(context: CommandContext): Command {
  return new Command("check")
    .description("Check the mesh of a stack, of plain YAML and JSON, or of a cluster.")
    .addOption(
      new Option(
        "-s, --stack <name>",
        "the stack to run and check (default: the only one, or dev)",
      ).conflicts(["file", "live"]),
    )
    .addOption(
      new Option(
        "-f, --file <path>",
        "check a file or folder instead, - for standard input; may be repeated",
      ).argParser((value: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), value]),
    )
    .addOption(
      new Option(
        "--live",
        "check a cluster instead, through kubectl and your kubeconfig; reads, and changes nothing",
      ).conflicts(["file", "templates"]),
    )
    .option("--kubeconfig <file>", "the kubeconfig for --live (default: as kubectl finds it)")
    .option("--context <name>", "the context of the kubeconfig for --live (default: the current one)")
    .option("--mesh-config <file>", "Istio's mesh configuration, where the objects do not hold it")
    .option(
      "--pack <name>",
      `levels of our rules (${packNames.join(" or ")}), or the folder of a policy pack to run as well`,
    )
    .option("--config <file>", "settings: pack, levels and options of rules, exceptions")
    .option(
      "--baseline <file>",
      "report only what an earlier check (--format json, kept in this file) has not found",
    )
    .addOption(
      new Option(
        "--templates <path>",
        "compare injection templates with ours instead, in usual pods and in those of the stack or the files named",
      ).conflicts("pack"),
    )
    .addOption(new Option("--format <format>", "how to report").choices(FORMATS).default("text"))
    .option("--debug", "print stack traces")
    .action((options: CheckOptions) =>
      options.templates === undefined
        ? check(options, context)
        : compare(options.templates, options, context),
    );
}

async function check(options: CheckOptions, context: CommandContext): Promise<void> {
  const { io, terminal, exit } = context;
  // Small things first: who mistyped a path should not wait for a program to run.
  const meshConfig =
    options.meshConfig === undefined ? undefined : readMeshConfigFile(options.meshConfig, io.cwd);
  const levels = packNames.find((name) => name === options.pack);
  const packFolder = levels === undefined ? options.pack : undefined;
  const settings = readSettingsFile(options.config, io.cwd, levels === undefined ? {} : { pack: levels });
  const baseline = options.baseline === undefined ? undefined : readBaseline(options.baseline, io.cwd);

  const source = await readSource(options, packFolder !== undefined, context);
  optimizeLate();
  terminal.progress(`Checking ${plural(source.objects.length, "object")}`);
  const file = options.meshConfig === undefined ? {} : { meshConfigFile: options.meshConfig };
  let report = checkObjects(source.objects, { meshConfig, ...file, settings }, terminal);
  if (packFolder !== undefined && source.deployment !== undefined) {
    const { withPack } = loadEngine();
    const { objects, deployment, config } = source;
    const run = { folder: packFolder, objects, deployment, debug: options.debug === true };
    report = await withPack(report, { ...run, ...(config && { stackConfig: config }) }, context);
  }
  if (baseline !== undefined) report = withoutKnown(report, baseline, context);
  terminal.out(renderReport(report, options.format, terminal.colors));
  exit(exitCodeOf(report.findings));
}

function withoutKnown(
  report: CheckReport,
  baseline: readonly KnownFinding[],
  { terminal }: CommandContext,
): CheckReport {
  const { fresh, known, gone } = compareWithBaseline(report.findings, baseline);
  const mended = gone === 0 ? "" : `; ${gone} of the baseline ${gone === 1 ? "is" : "are"} gone: renew it`;
  terminal.note(`${plural(known, "finding")} of the baseline not shown${mended}`);
  return { ...report, findings: fresh };
}

/** What is to be checked: a cluster, files, or a stack. */
async function readSource(options: CheckOptions, forPack: boolean, context: CommandContext): Promise<Source> {
  if (options.live === true) {
    const { kubeconfig, context: name } = options;
    const which = {
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      ...(name === undefined ? {} : { context: name }),
    };
    const objects = await readCluster(which, context);
    return forPack ? loadEngine().fileDeployment(objects) : { objects };
  }
  if (options.kubeconfig !== undefined || options.context !== undefined) throw withoutLive(options);
  return options.file === undefined ? fromStack(options, context) : fromFiles(options.file, forPack, context);
}

/** Who names a cluster means it, and would take a clean report of a stack for one of that cluster. */
function withoutLive({ kubeconfig }: CheckOptions): MeshError {
  return new MeshError("command line", [
    {
      id: "cli/needs-live",
      path: kubeconfig === undefined ? "--context" : "--kubeconfig",
      message: "this says which cluster to check, and no cluster is checked",
      got: "the option by itself",
      expected: "--live beside it",
      fix: "add --live, or remove this option",
    },
  ]);
}

/** `--templates`: only what is named is read, because the usual pods need no program to be run. */
async function compare(from: string, options: CheckOptions, context: CommandContext): Promise<void> {
  const { checkTemplates, comparisonFormat } = loadTemplates();
  const format = comparisonFormat(options.format);
  const { file, stack, meshConfig } = options;
  const mesh = meshConfig === undefined ? undefined : readMeshConfigFile(meshConfig, context.io.cwd);
  const objects =
    file !== undefined
      ? (await fromFiles(file, false, context)).objects
      : stack !== undefined
        ? (await fromStack(options, context)).objects
        : [];
  checkTemplates({ from, objects, meshConfig: mesh, format }, context);
}

/** What is checked, and the deployment that a policy pack would be shown. */
interface Source {
  readonly objects: readonly Located[];
  readonly deployment?: Deployment;
  readonly config?: ConfigValues;
}

async function fromStack(options: CheckOptions, context: CommandContext): Promise<Source> {
  const { objectsOf, withCompiledStack } = loadEngine();
  const { stack, debug = false } = options;
  const which = { cwd: context.io.cwd, debug, ...(stack === undefined ? {} : { stack }) };
  return withCompiledStack(which, context, ({ deployment, config }) =>
    Promise.resolve({ objects: objectsOf(deployment), deployment, config }),
  );
}

async function fromFiles(
  paths: readonly string[],
  forPack: boolean,
  { io, terminal }: CommandContext,
): Promise<Source> {
  const { objects, notes } = await loadObjects(paths, { cwd: io.cwd, stdin: io.stdin });
  for (const { place, message } of notes) {
    terminal.note(place === undefined ? message : `${place}: ${message}`);
  }
  return forPack ? loadEngine().fileDeployment(objects) : { objects };
}
