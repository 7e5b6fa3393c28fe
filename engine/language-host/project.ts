import { existsSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { MeshError, type Problem } from "../../components/intent/problem";
import { isMapping, readYamlFile, type YamlMapping } from "./yaml-file";

/** One entry of `config:` in the project file: what a stack must or may set. */
export interface ConfigDeclaration {
  /** `namespace:key`. */
  readonly key: string;
  readonly type?: ConfigType;
  /** The type of the items of an `array`. */
  readonly items?: ConfigType;
  /** Used where the stack sets nothing. Structured values as they were parsed. */
  readonly fallback?: unknown;
  readonly secret: boolean;
}

export const CONFIG_TYPES = ["string", "boolean", "integer", "number", "array", "object"] as const;
export type ConfigType = (typeof CONFIG_TYPES)[number];

/** The options of the `nodejs` runtime. */
export interface NodeOptions {
  /** Run TypeScript directly. Default: true. */
  readonly typescript: boolean;
  /** The `tsconfig.json`, read from the program's working folder. */
  readonly tsconfig?: string;
  /** Extra arguments for `node`, as one command line. */
  readonly nodeargs?: string;
}

/** A Pulumi project: its `Pulumi.yaml`. */
export interface Project {
  readonly name: string;
  /** The project file. */
  readonly file: string;
  /** The folder of the project file. */
  readonly root: string;
  /** The program, relative to the root: a folder or a file. Default: the root. */
  readonly main?: string;
  readonly options: NodeOptions;
  readonly config: readonly ConfigDeclaration[];
  /** Where the stacks' files are. */
  readonly stackFolder: string;
}

const FILE_NAMES = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];
/** As Pulumi has it for projects and stacks. */
export const NAME = /^[A-Za-z0-9_.-]{1,100}$/;

/**
 * Reads the project that a folder belongs to: the nearest `Pulumi.yaml` there or above, as the Pulumi CLI looks for it.
 *
 * @throws MeshError with every problem of the file
 */
export function readProject(folder: string): Project {
  const file = findProjectFile(resolve(folder));
  if (file === undefined) {
    throw new MeshError(folder, [
      {
        id: "engine/project-missing",
        path: folder,
        message: "there is no Pulumi project here",
        got: "neither",
        expected: "a Pulumi.yaml in this folder or in one above it",
        fix: "Run the command in a Pulumi project; synth takes its folder with --cwd, the other commands files with -f",
      },
    ]);
  }
  const problems: Problem[] = [];
  const project = interpret(file, readYamlFile(file), problems);
  if (problems.length > 0 || project === undefined) throw new MeshError(file, problems);
  return project;
}

/** The stacks that have a file in the project, sorted. */
export function knownStacks(project: Project): string[] {
  const names = new Set<string>();
  if (!existsSync(project.stackFolder)) return [];
  for (const file of readdirSync(project.stackFolder)) {
    const name = /^Pulumi\.(.+)\.(?:yaml|yml|json)$/.exec(file)?.[1];
    if (name !== undefined) names.add(name);
  }
  return [...names].sort();
}

function findProjectFile(folder: string): string | undefined {
  for (let current = folder; ; current = dirname(current)) {
    const found = FILE_NAMES.map((name) => join(current, name)).find((file) => existsSync(file));
    if (found !== undefined) return found;
    if (dirname(current) === current) return undefined;
  }
}

function interpret(file: string, yaml: YamlMapping, problems: Problem[]): Project | undefined {
  const refuse = (key: string, message: string, got: unknown, expected: string): undefined => {
    problems.push({
      id: "engine/project-invalid",
      path: `${file}: ${key}`,
      message,
      got: JSON.stringify(got) ?? "nothing",
      expected,
      fix: `Correct \`${key}\` in this file`,
    });
    return undefined;
  };
  const root = dirname(file);
  const { name, main, stackConfigDir } = yaml;
  if (typeof name !== "string" || !NAME.test(name)) {
    refuse(
      "name",
      "a project needs a name",
      name,
      "1 to 100 letters, digits, underscores, hyphens and full stops",
    );
  }
  if (main !== undefined && typeof main !== "string") {
    refuse("main", "this is not a path", main, "a path relative to this file");
  }
  if (stackConfigDir !== undefined && typeof stackConfigDir !== "string") {
    refuse("stackConfigDir", "this is not a path", stackConfigDir, "a path relative to this file");
  }
  const options = runtimeOptions(yaml.runtime, refuse);
  const config = declarations(typeof name === "string" ? name : "", yaml.config, refuse);
  // Before `stackConfigDir` there was `config: <folder>` for the same thing.
  const folder = typeof yaml.config === "string" ? yaml.config : stackConfigDir;
  if (problems.length > 0 || typeof name !== "string" || options === undefined) return undefined;
  return {
    name,
    file,
    root,
    ...(typeof main === "string" && main !== "" ? { main } : {}),
    options,
    config,
    stackFolder: typeof folder === "string" ? resolve(root, folder) : root,
  };
}

type Refuse = (key: string, message: string, got: unknown, expected: string) => undefined;

function runtimeOptions(runtime: unknown, refuse: Refuse): NodeOptions | undefined {
  const name = isMapping(runtime) ? runtime.name : runtime;
  if (name !== "nodejs") {
    return refuse(
      "runtime",
      "the offline engine runs Node.js programs only",
      name,
      "`nodejs`, or a mapping with `name: nodejs`",
    );
  }
  const options = isMapping(runtime) ? (runtime.options ?? {}) : {};
  if (!isMapping(options))
    return refuse("runtime.options", "this is not a mapping", options, "`key: value` lines");
  const { typescript, tsconfig, nodeargs } = options;
  if (typescript !== undefined && typeof typescript !== "boolean") {
    return refuse("runtime.options.typescript", "this is not a boolean", typescript, "true or false");
  }
  if (tsconfig !== undefined && typeof tsconfig !== "string") {
    return refuse(
      "runtime.options.tsconfig",
      "this is not a path",
      tsconfig,
      "a path relative to the program",
    );
  }
  if (nodeargs !== undefined && typeof nodeargs !== "string") {
    return refuse("runtime.options.nodeargs", "this is not a text", nodeargs, "arguments for node");
  }
  return {
    typescript: typescript ?? true,
    ...(tsconfig ? { tsconfig } : {}),
    ...(nodeargs ? { nodeargs } : {}),
  };
}

function declarations(project: string, config: unknown, refuse: Refuse): ConfigDeclaration[] {
  if (config === undefined || config === null || typeof config === "string") return [];
  if (!isMapping(config)) {
    refuse("config", "this is not a mapping", config, "`key: value` lines");
    return [];
  }
  return Object.entries(config).map(([name, entry]) => declaration(project, name, entry, refuse));
}

function declaration(project: string, name: string, entry: unknown, refuse: Refuse): ConfigDeclaration {
  const key = name.includes(":") ? name : `${project}:${name}`;
  // `region: eu-west-1` is short for a declaration with that default.
  if (!isMapping(entry)) return { key, secret: false, ...(entry === null ? {} : { fallback: entry }) };
  const type = configType(entry.type, `config.${name}.type`, refuse);
  const items = isMapping(entry.items)
    ? configType(entry.items.type, `config.${name}.items.type`, refuse)
    : undefined;
  const fallback = entry.value ?? entry.default;
  return {
    key,
    secret: entry.secret === true,
    ...(type === undefined ? {} : { type }),
    ...(items === undefined ? {} : { items }),
    ...(fallback === undefined ? {} : { fallback }),
  };
}

function configType(type: unknown, key: string, refuse: Refuse): ConfigType | undefined {
  if (type === undefined) return undefined;
  const known = CONFIG_TYPES.find((candidate) => candidate === type);
  return known ?? refuse(key, "this is not a configuration type", type, `one of ${CONFIG_TYPES.join(", ")}`);
}
