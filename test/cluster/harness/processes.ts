import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

/** The last lines of a log are enough to see why a program ended; all of it would bury the reason. */
const TAIL = 4000;
/**
 * None of them lives for more than minutes: with memory taken back less often, the Go programs among them do the same with an
 * eighth less of the processor.
 */
const SHORT_LIVED = { GOGC: "400" };
const SETPRIV = "/usr/bin/setpriv";

/** How a program ended that was run to its end. */
export interface Ended {
  /** Exit code; 1 for one that a signal ended or that could not be started. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** The whole environment. Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** For its standard input. Default: nothing. */
  readonly input?: string;
  /** What it prints appears on this process's standard error, too. Default: false. */
  readonly show?: boolean;
}

/**
 * The programs of one run. They end with this process even when it is killed, on Linux, where the system can do that;
 * elsewhere whatever ends this process in an orderly way, signals included, ends them.
 */
export class Processes {
  readonly #services = new Map<string, ChildProcess>();
  readonly #running = new Set<ChildProcess>();

  /** @param logs folder for the logs of services */
  constructor(private readonly logs: string) {}

  /** Ids of what runs now. */
  get ids(): readonly number[] {
    return [...this.#running].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  /** Starts a program that runs until it is ended, with a log file. */
  start(name: string, file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): void {
    const log = fs.openSync(this.#logFile(name), "w", 0o600);
    const child = this.#spawn(file, args, {
      stdio: ["ignore", log, log],
      env: { ...SHORT_LIVED, ...process.env, ...env },
    });
    fs.closeSync(log);
    this.#services.set(name, child);
  }

  /** Runs a program to its end. */
  run(file: string, args: readonly string[], { cwd, env, input, show }: RunOptions = {}): Promise<Ended> {
    const child = this.#spawn(file, args, {
      stdio: ["pipe", "pipe", "pipe"],
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...SHORT_LIVED, ...(env ?? process.env) },
    });
    const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    for (const name of ["stdout", "stderr"] as const) {
      child[name]?.on("data", (chunk: Buffer) => {
        output[name].push(chunk);
        if (show === true) process.stderr.write(chunk);
      });
    }
    // A program that ends without reading its input closes the pipe; its exit code tells what matters.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input ?? "");
    return new Promise((resolve) => {
      const text = (name: "stdout" | "stderr") => Buffer.concat(output[name]).toString("utf8");
      child.once("error", (error) => resolve({ code: 1, stdout: text("stdout"), stderr: error.message }));
      child.once("close", (code) =>
        resolve({ code: code ?? 1, stdout: text("stdout"), stderr: text("stderr") }),
      );
    });
  }

  /** Why a service is no longer running, with the end of its log; undefined while all run. */
  failure(): string | undefined {
    for (const [name, child] of this.#services) {
      if (child.exitCode !== null || child.signalCode !== null) {
        const log = fs.readFileSync(this.#logFile(name), "utf8").slice(-TAIL);
        return `${name} ended with ${child.exitCode ?? child.signalCode}:\n${log}`;
      }
    }
    return undefined;
  }

  /** Ends everything and waits until it is gone. What it worked on is thrown away: nothing needs an orderly end. */
  async stop(): Promise<void> {
    const gone = [...this.#running].map(
      (child) =>
        new Promise<void>((resolve) => {
          child.once("exit", () => resolve());
          child.once("error", () => resolve());
        }),
    );
    this.kill();
    await Promise.all(gone);
    this.#services.clear();
  }

  /** The same without waiting, for the very end of this process. */
  kill(): void {
    for (const { pid } of this.#running) {
      if (pid === undefined) continue;
      try {
        process.kill(-pid, "SIGKILL");
      } catch (error) {
        // It ended by itself, and this process has not been told yet.
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    }
  }

  #spawn(file: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    const endsWithParent = process.platform === "linux" && fs.existsSync(SETPRIV);
    // Each in a process group of its own, to be ended with what it started itself: a build starts compilers.
    const all = { ...options, detached: true };
    const child = endsWithParent
      ? spawn(SETPRIV, ["--pdeathsig", "KILL", file, ...args], all)
      : spawn(file, [...args], all);
    child.on("error", () => this.#running.delete(child));
    child.on("exit", () => this.#running.delete(child));
    this.#running.add(child);
    return child;
  }

  #logFile(name: string): string {
    return path.join(this.logs, `${name}.log`);
  }
}
