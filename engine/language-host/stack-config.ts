import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { MeshError, type Problem } from "../../components/intent/problem";
import type { ConfigValues } from "../monitor/context";
import { knownStacks, NAME, type ConfigDeclaration, type ConfigType, type Project } from "./project";
import { isSecure, SecretsManager } from "./secrets-manager";
import { isMapping, readYamlFile } from "./yaml-file";

/** The environment variable with plain values for configuration, a JSON mapping from `project:key` to text. */
export const CONFIG_VARIABLE = "MESHWRIGHT_CONFIG";

/** One setting before it is checked. */
interface Setting {
  readonly text: string;
  readonly secret: boolean;
  /** As parsed, for the check of its type; absent for text that was handed in from outside. */
  readonly parsed?: unknown;
}

/**
 * The configuration of a stack: its file, the defaults of the project, and the overrides, checked against the types that
 * the project declares.
 *
 * A project without any stack file has any stack, with an empty configuration. An encrypted value is decrypted where the
 * stack's secrets come from a passphrase (`PULUMI_CONFIG_PASSPHRASE`); otherwise it has to be overridden.
 *
 * @param overrides `project:key` (or `key` alone) to text
 * @throws MeshError with all problems at once
 */
export function readStackConfig(
  project: Project,
  stack: string,
  overrides: Readonly<Record<string, string>> = {},
  env: NodeJS.ProcessEnv = process.env,
): ConfigValues {
  const file = stackFile(project, stack);
  const problems: Problem[] = [];
  const settings = new Map<string, Setting>();
  const given = new Map<string, string>();
  for (const [key, value] of Object.entries({ ...fromEnvironment(env), ...overrides })) {
    given.set(qualify(project, key), value);
  }
  if (file !== undefined) readFile(project, file, given, env, settings, problems);
  for (const [key, text] of given) settings.set(key, { text, secret: settings.get(key)?.secret ?? false });
  for (const declaration of project.config) {
    applyDeclaration(project, stack, file, declaration, settings, problems);
  }
  if (problems.length > 0) throw new MeshError(file ?? `stack "${stack}"`, problems);
  const keys = [...settings.keys()].sort();
  return {
    values: Object.fromEntries(keys.map((key) => [key, settings.get(key)?.text ?? ""])),
    secretKeys: keys.filter((key) => settings.get(key)?.secret),
  };
}

/** @throws MeshError `engine/unknown-stack` with the stacks that there are */
function stackFile(project: Project, stack: string): string | undefined {
  const known = knownStacks(project);
  if (NAME.test(stack)) {
    for (const extension of ["yaml", "yml", "json"]) {
      const file = join(project.stackFolder, `Pulumi.${stack}.${extension}`);
      if (existsSync(file)) return file;
    }
    if (known.length === 0) return undefined;
  }
  throw new MeshError(`stack "${stack}"`, [
    {
      id: "engine/unknown-stack",
      path: project.stackFolder,
      message: "this project has no such stack",
      got: JSON.stringify(stack),
      expected:
        known.length === 0
          ? "letters, digits, underscores, hyphens and full stops"
          : `one of ${known.join(", ")}`,
      fix: known.length === 0 ? "Correct the name" : `Correct the name, or write Pulumi.${stack}.yaml`,
    },
  ]);
}

function fromEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const text = env[CONFIG_VARIABLE];
  if (text === undefined || text === "") return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  if (isMapping(parsed) && Object.values(parsed).every((value) => typeof value === "string")) {
    return parsed as Record<string, string>;
  }
  throw new MeshError(CONFIG_VARIABLE, [
    {
      id: "engine/config-override-invalid",
      path: `environment variable ${CONFIG_VARIABLE}`,
      message: "the value is not a JSON object of texts",
      got: "another text",
      expected: '{"project:key": "value"}',
      fix: "Correct the variable or unset it",
    },
  ]);
}

function readFile(
  project: Project,
  file: string,
  given: ReadonlyMap<string, string>,
  env: NodeJS.ProcessEnv,
  settings: Map<string, Setting>,
  problems: Problem[],
): void {
  const yaml = readYamlFile(file);
  const config = yaml.config ?? {};
  if (!isMapping(config)) {
    problems.push({
      id: "engine/config-invalid",
      path: `${file}: config`,
      message: "this is not a mapping",
      got: Array.isArray(config) ? "a list" : `a ${typeof config}`,
      expected: "`project:key: value` lines",
      fix: "Correct `config` in this file",
    });
    return;
  }
  const secrets = new SecretsManager(yaml.encryptionsalt, env);
  for (const [name, value] of Object.entries(config)) {
    const key = qualify(project, name);
    if (given.has(key)) {
      settings.set(key, { text: "", secret: hasEncrypted(value) });
      continue;
    }
    if (!hasEncrypted(value)) {
      settings.set(key, { text: asText(value), secret: false, parsed: value });
      continue;
    }
    const decrypted = secrets.decrypt(value);
    if (decrypted === undefined) problems.push(encrypted(file, name, key, secrets.reason));
    else settings.set(key, { text: asText(decrypted), secret: true, parsed: decrypted });
  }
}

function encrypted(file: string, name: string, key: string, reason: string): Problem {
  return {
    id: "engine/encrypted-config",
    path: `${file}: config.${name}`,
    message: `the value is encrypted and cannot be read offline: ${reason}`,
    got: "a value under `secure`",
    expected: "a value that can be read offline",
    fix: `Give a value for this run: ${CONFIG_VARIABLE}='${JSON.stringify({ [key]: "…" })}'`,
  };
}

/** `secure:` at the top or anywhere inside. */
function hasEncrypted(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasEncrypted);
  if (!isMapping(value)) return false;
  return isSecure(value) || Object.values(value).some(hasEncrypted);
}

/** Without a namespace a key belongs to the project; `ns:config:key` is the form of long ago. */
function qualify(project: Project, key: string): string {
  if (!key.includes(":")) return `${project.name}:${key}`;
  return key.replace(/^([^:]+):config:/, "$1:");
}

/** Programs get text: structured values as JSON, the rest as it is printed. */
function asText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function applyDeclaration(
  project: Project,
  stack: string,
  file: string | undefined,
  declaration: ConfigDeclaration,
  settings: Map<string, Setting>,
  problems: Problem[],
): void {
  const { key, type } = declaration;
  const setting = settings.get(key);
  const where = file ?? `stack "${stack}"`;
  if (setting === undefined) {
    if (declaration.fallback !== undefined) {
      settings.set(key, { text: asText(declaration.fallback), secret: declaration.secret });
    } else if (type !== undefined) {
      problems.push({
        id: "engine/config-missing",
        path: `${where}: config.${key}`,
        message: `stack "${stack}" has no value for this key, and ${basename(project.file)} gives no default`,
        got: "nothing",
        expected: `a value of type ${type}`,
        fix: `Set it: pulumi config set ${key} …`,
      });
    }
    return;
  }
  if (declaration.secret && !setting.secret) settings.set(key, { ...setting, secret: true });
  const value = setting.parsed ?? parseText(setting.text, type);
  if (type !== undefined && !conforms(value, type, declaration.items)) {
    problems.push({
      id: "engine/config-invalid",
      path: `${where}: config.${key}`,
      message: `the value is not of the type that ${basename(project.file)} declares`,
      got: setting.secret || declaration.secret ? "a secret" : (JSON.stringify(value) ?? "nothing"),
      expected: declaration.items === undefined ? type : `${type} of ${declaration.items}`,
      fix: "Correct the value",
    });
  }
}

/** Text that was handed in from outside carries no type of its own. */
function parseText(text: string, type: ConfigType | undefined): unknown {
  if (type === undefined || type === "string") return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function conforms(value: unknown, type: ConfigType, items?: ConfigType): boolean {
  switch (type) {
    case "string":
      // Unquoted numbers and booleans are what people write for texts in YAML; Pulumi takes them too.
      return ["string", "number", "boolean"].includes(typeof value);
    case "boolean":
      return typeof value === "boolean" || value === "true" || value === "false";
    case "integer":
      return typeof value === "string" ? /^[+-]?\d+$/.test(value) : Number.isInteger(value);
    case "number":
      return typeof value === "string"
        ? value.trim() !== "" && Number.isFinite(Number(value))
        : typeof value === "number";
    case "array":
      return Array.isArray(value) && (items === undefined || value.every((item) => conforms(item, items)));
    case "object":
      return isMapping(value);
  }
}
