import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const NODE_MODULES = path.join(__dirname, "..", "..", "..", "node_modules");
/** Those whose resources the stacks are made of. */
const PLUGINS = ["kubernetes", "tls", "random"];
const EXTENSIONS = process.platform === "win32" ? [".exe", ".cmd"] : [""];

/** Where the Pulumi CLI keeps its plugins. */
export function pulumiHome(env: NodeJS.ProcessEnv = process.env): string {
  return env["PULUMI_HOME"] ?? path.join(os.homedir(), ".pulumi");
}

/**
 * Why the stacks cannot be run here: each program or plugin that is missing, with where it was looked for. Nothing is
 * started and nothing is fetched to find out.
 */
export function missingRequirements(env: NodeJS.ProcessEnv = process.env): readonly string[] {
  if (env["MESHWRIGHT_CLUSTER"] === "skip") return ["MESHWRIGHT_CLUSTER is skip, so there is no API server"];
  const missing: string[] = [];
  const cli = onPath("pulumi", env);
  if (cli === undefined) missing.push("the program pulumi is not on PATH");
  for (const name of PLUGINS) {
    const program = `pulumi-resource-${name}`;
    const version = sdkVersion(name);
    const cached = path.join(pulumiHome(env), "plugins", `resource-${name}-v${version}`);
    const beside = cli === undefined ? [] : [path.dirname(fs.realpathSync(cli))];
    const found = executable(cached, program) ?? executableIn(beside, program) ?? onPath(program, env);
    if (found === undefined) {
      missing.push(`the plugin ${name} ${version} is neither in ${cached} nor is ${program} on PATH`);
    }
  }
  return missing;
}

/** The plugin that an SDK asks the engine for has the SDK's own version. */
function sdkVersion(name: string): string {
  const file = path.join(NODE_MODULES, "@pulumi", name, "package.json");
  return (JSON.parse(fs.readFileSync(file, "utf8")) as { readonly version: string }).version;
}

function onPath(program: string, env: NodeJS.ProcessEnv): string | undefined {
  return executableIn((env["PATH"] ?? "").split(path.delimiter), program);
}

function executableIn(folders: readonly string[], program: string): string | undefined {
  return folders
    .filter((folder) => folder !== "")
    .map((folder) => executable(folder, program))
    .find((file) => file !== undefined);
}

function executable(folder: string, program: string): string | undefined {
  return EXTENSIONS.map((extension) => path.join(folder, `${program}${extension}`)).find((file) => {
    try {
      fs.accessSync(file, fs.constants.X_OK);
      return fs.statSync(file).isFile();
    } catch {
      return false;
    }
  });
}
