import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

/** The last lines of a log are enough to see why a program ended; all of it would bury the reason. */
const TAIL = 4000;
const SETPRIV = "/usr/bin/setpriv";

/** The programs of one cluster: started with a log file each, and all of them ended together. */
export class Processes {
  readonly #running = new Map<string, ChildProcess>();
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Starts a program. It ends with this process even when this process is killed, where the system can do that. */
  start(name: string, file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): void {
    const log = fs.openSync(this.logFile(name), "w");
    const dieWithParent = process.platform === "linux" && fs.existsSync(SETPRIV);
    const [command, all] = dieWithParent
      ? [SETPRIV, ["--pdeathsig", "KILL", file, ...args]]
      : [file, [...args]];
    const child = spawn(command, all, { stdio: ["ignore", log, log], env: { ...process.env, ...env } });
    fs.closeSync(log);
    child.on("error", () => undefined); // `failure` tells it: the child has an exit code by then
    this.#running.set(name, child);
  }

  /** Why a program is no longer running, with the end of its log; undefined while all run. */
  failure(): string | undefined {
    for (const [name, child] of this.#running) {
      if (child.exitCode !== null || child.signalCode !== null) {
        return `${name} ended with ${child.exitCode ?? child.signalCode}:\n${this.tail(name)}`;
      }
    }
    return undefined;
  }

  tail(name: string): string {
    return fs.readFileSync(this.logFile(name), "utf8").slice(-TAIL);
  }

  logFile(name: string): string {
    return path.join(this.#folder, `${name}.log`);
  }

  /** Ends what was started, last first, and waits until it is gone. */
  async stop(): Promise<void> {
    for (const child of [...this.#running.values()].reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
      child.kill("SIGTERM");
      const force = setTimeout(() => child.kill("SIGKILL"), 5_000);
      await gone;
      clearTimeout(force);
    }
    this.#running.clear();
  }

  /** The same at the very end of this process, when nothing can be awaited any more. */
  kill(): void {
    for (const child of this.#running.values()) child.kill("SIGKILL");
  }
}
