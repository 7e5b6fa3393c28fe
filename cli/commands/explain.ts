import { Command, InvalidArgumentError, Option } from "commander";
import { MeshModel } from "../../analysis";
import {
  callerNames,
  explainRequest,
  findCaller,
  type Caller,
  type RequestQuestion,
} from "../../analysis/requests";
import { nearest } from "../../analysis/text";
import { MeshError } from "../../components/intent/problem";
import { readMeshConfigFile } from "../input";
import { explanationJson, renderExplanation } from "../output/explanation";
import type { CommandContext } from "./context";
import { readSource, withSourceOptions, type SourceOptions } from "./read-source";

interface ExplainOptions extends SourceOptions {
  readonly from: string;
  readonly to: Target;
  readonly method: string;
  readonly path: string;
  readonly header: Readonly<Record<string, string>>;
  readonly port?: number;
  readonly meshConfig?: string;
  readonly format: "text" | "json";
}

interface Target {
  readonly host: string;
  readonly port?: number;
}

/** `meshwright explain`: what the mesh does with a request, and which object decides each part. */
export function explainCommand(context: CommandContext): Command {
  const command = new Command("explain").description(
    "Say what the mesh does with a request: where it goes, what it may, and which object decides.",
  );
  return withSourceOptions(command, "look into")
    .requiredOption(
      "--from <workload>",
      'who calls: a workload or Service by name or namespace/name, a Gateway, or "outside" (without a certificate of the mesh)',
    )
    .addOption(
      new Option("--to <host[:port]>", "what is called, as the caller writes it")
        .argParser(readTarget)
        .makeOptionMandatory(),
    )
    .option("--port <number>", "the port, where --to has none (default: the service's first)", readPort)
    .option("--method <method>", "the method of HTTP", readMethod, "GET")
    .option("--path <path>", "the path, with its query", readPath, "/")
    .option("--header <name: value>", "a header; may be repeated", readHeader, {})
    .option("--mesh-config <file>", "Istio's mesh configuration, where the objects do not hold it")
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
    .option("--debug", "print stack traces")
    .action((options: ExplainOptions) => explain(options, context));
}

async function explain(options: ExplainOptions, context: CommandContext): Promise<void> {
  const { io, terminal } = context;
  const meshConfig =
    options.meshConfig === undefined ? undefined : readMeshConfigFile(options.meshConfig, io.cwd);
  const { objects } = await readSource(options, context);
  const model = new MeshModel(objects, { meshConfig, today: "" });
  const { from, to, method, path, header: headers } = options;
  const port = to.port ?? options.port;
  const question: RequestQuestion = {
    from: callerNamed(model, from),
    host: to.host,
    method,
    path,
    headers,
    ...(port === undefined ? {} : { port }),
  };
  const explanation = explainRequest(model, question);
  terminal.out(
    options.format === "json"
      ? JSON.stringify(explanationJson(explanation), null, 2)
      : renderExplanation(explanation, terminal.colors),
  );
}

function callerNamed(model: MeshModel, name: string): Caller {
  const caller = findCaller(model, name);
  if (caller !== undefined) return caller;
  const names = callerNames(model);
  const near = nearest(name, names) ?? names.find((each) => each.endsWith(`/${name}`));
  throw new MeshError("explain", [
    {
      id: "cli/unknown-caller",
      path: "--from",
      message: "no workload, Service or Gateway has this name",
      got: name,
      expected: near === undefined ? `one of ${names.slice(0, 10).join(", ")}` : `for example ${near}`,
      fix: 'name one that the objects hold, or "outside"',
    },
  ]);
}

function readTarget(text: string): Target {
  const [, host = "", port] = /^(?:[a-z]+:\/\/)?(\[[^\]]*\]|[^:/]+)(?::(\d+))?\/?$/i.exec(text) ?? [];
  if (host === "") throw new InvalidArgumentError("Expected a host, or host:port.");
  return { host, ...(port === undefined ? {} : { port: readPort(port) }) };
}

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new InvalidArgumentError("Expected a number from 1 to 65535.");
  return port;
}

function readHeader(
  text: string,
  earlier: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const [, name, value = ""] = /^([^:=\s]+)\s*[:=]\s*(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('Expected a header like "x-user: anna".');
  return { ...earlier, [name.toLowerCase()]: value };
}

/** A token of HTTP. */
function readMethod(text: string): string {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text))
    throw new InvalidArgumentError("Expected a method like GET.");
  return text.toUpperCase();
}

function readPath(text: string): string {
  if (!/^\/\S*$/.test(text))
    throw new InvalidArgumentError('Expected a path that begins with "/", without blanks.');
  return text;
}
