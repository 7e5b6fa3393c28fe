import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { runProgram, type Deployment } from "../../../engine";
import { runPolicyPack, type Violation } from "../../../engine/policy";
import { killProcessesWith, processesWith, type RunningProcess } from "./descendants";
import { pulumiHome } from "./requirements";

const REPOSITORY = path.join(__dirname, "..", "..", "..");
/** What the program and the policy pack are made of. The CLI writes into the stacks' files, so it gets copies. */
const PROJECT = [
  "Pulumi.yaml",
  "package.json",
  "tsconfig.json",
  "stacks",
  "components",
  "analysis",
  "policies",
];
const STACK_FILE = /^Pulumi\.[^.]+\.yaml$/;

/** Marks the processes that a sandbox starts, and those that they start. */
const MARK = "MESHWRIGHT_PROGRAM_SANDBOX";
/** Type checking costs every run of a program its seconds on top, and finds nothing new the second time. */
const WITHOUT_TYPE_CHECK = { PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
const END_WITHIN_SECONDS = 10;

export interface RunOptions {
  /** The cluster's. A stack that has none finds no cluster, whatever this machine is set up for. */
  readonly kubeconfig?: string;
  /** Check the program's types, as the CLI does for users. Default: false. */
  readonly typeCheck?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A copy of this project in a folder of its own, with a Pulumi backend, a home and temporary files of its own beside it:
 * nothing that the CLI does is seen outside, and two sandboxes do not see each other. It is gone at the latest when this
 * process ends.
 */
export class Sandbox {
  /** The project. */
  readonly folder: string;
  readonly #root: string;
  readonly #id = randomBytes(8).toString("hex");
  readonly #passphrase = randomBytes(16).toString("hex");
  readonly #clean = (): void => {
    killProcessesWith(MARK, this.#id);
    fs.rmSync(this.#root, { recursive: true, force: true });
  };
  readonly #interrupted = (signal: NodeJS.Signals): void => {
    this.#clean();
    process.off("exit", this.#clean);
    process.kill(process.pid, signal);
  };

  constructor() {
    this.#root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "meshwright-program-")));
    process.once("exit", this.#clean);
    process.once("SIGINT", this.#interrupted);
    process.once("SIGTERM", this.#interrupted);
    this.folder = path.join(this.#root, "project");
    for (const folder of ["project", "backend", "home", "tmp"]) fs.mkdirSync(path.join(this.#root, folder));
    copyProject(this.folder);
    const plugins = path.join(pulumiHome(), "plugins");
    if (fs.existsSync(plugins)) fs.symlinkSync(plugins, path.join(this.#root, "home", "plugins"), "dir");
  }

  /** The folder of the copied project's policy pack. */
  get policyPack(): string {
    return path.join(this.folder, "policies");
  }

  /** Adds a project beside the copied one, inside its folder; returns its folder. */
  addProject(name: string, files: Readonly<Record<string, string>>): string {
    const folder = path.join(this.folder, name);
    fs.mkdirSync(folder);
    for (const [file, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, file), text);
    return folder;
  }

  /** The stack under the CLI, made where it is not there yet. */
  stack(name: string, options: RunOptions = {}, folder = this.folder): Promise<Stack> {
    return LocalWorkspace.createOrSelectStack(
      { stackName: name, workDir: folder },
      { envVars: this.#env(options) },
    );
  }

  /** The same stack under the offline engine, twice, each time with newly generated values. */
  async record(
    stack: string,
    options: RunOptions = {},
    folder = this.folder,
  ): Promise<readonly [Deployment, Deployment]> {
    const run = (): Promise<Deployment> => runProgram({ cwd: folder, stack, env: this.#env(options) });
    return [await run(), await run()];
  }

  /** What the policy pack says of a recording, run by the offline engine. */
  async judge(deployment: Deployment, options: RunOptions = {}): Promise<readonly Violation[]> {
    const { violations } = await runPolicyPack({
      directory: this.policyPack,
      deployment,
      env: this.#env(options),
    });
    return violations;
  }

  /** A command of the CLI that the Automation API does not have. */
  pulumi(args: readonly string[], options: RunOptions = {}, folder = this.folder): Promise<CommandResult> {
    return new Promise((resolve) => {
      execFile(
        "pulumi",
        [...args, "--non-interactive", "--color", "never"],
        { cwd: folder, env: { ...process.env, ...this.#env(options) }, maxBuffer: 256 * 1024 * 1024 },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
          resolve({ code, stdout, stderr });
        },
      );
    });
  }

  /** What still runs of all that was started here. */
  running(): readonly RunningProcess[] {
    return processesWith(MARK, this.#id);
  }

  /** Ends and removes everything; plugins get a moment to end by themselves. */
  async dispose(): Promise<void> {
    const deadline = Date.now() + END_WITHIN_SECONDS * 1000;
    while (this.running().length > 0 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    this.#clean();
    process.off("exit", this.#clean);
    process.off("SIGINT", this.#interrupted);
    process.off("SIGTERM", this.#interrupted);
  }

  #env({ kubeconfig, typeCheck = false, env }: RunOptions): Record<string, string> {
    return {
      PULUMI_BACKEND_URL: pathToFileURL(path.join(this.#root, "backend")).href,
      PULUMI_HOME: path.join(this.#root, "home"),
      PULUMI_CONFIG_PASSPHRASE: this.#passphrase,
      // Nothing is looked up or fetched: what is missing is an error.
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      TMPDIR: path.join(this.#root, "tmp"),
      KUBECONFIG: kubeconfig ?? path.join(this.#root, "no-cluster"),
      [MARK]: this.#id,
      ...(typeCheck ? {} : WITHOUT_TYPE_CHECK),
      ...env,
    };
  }
}

/** The packages are linked, not copied: their real place is where they find each other. */
function copyProject(folder: string): void {
  const files = [...PROJECT, ...fs.readdirSync(REPOSITORY).filter((name) => STACK_FILE.test(name))];
  for (const name of files) {
    fs.cpSync(path.join(REPOSITORY, name), path.join(folder, name), { recursive: true });
  }
  fs.symlinkSync(path.join(REPOSITORY, "node_modules"), path.join(folder, "node_modules"), "dir");
}
