import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** How a program ended. */
export interface ProgramExit {
  /** Absent where a signal ended it. */
  readonly code?: number;
  readonly signal?: NodeJS.Signals;
}

/** What to start, and where. */
export interface ProgramCommand {
  /** For `node`: its own options, the script and the script's arguments. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A group that is asked to end gets no second chance: nothing is deployed that could be left half done. */
const KILL = "SIGKILL";
/** How long the pipes of a program that has ended may stay open in the hands of a process that it left behind. */
const DRAIN_MILLISECONDS = 1000;
const ENDING_SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** All that run now: one listener for each signal is enough, however many stacks are under way. */
const running = new Set<ProgramProcess>();

function stopAll(): void {
  for (const program of running) program.stop();
}

function onSignal(signal: NodeJS.Signals): void {
  stopAll();
  // Our listener has taken away what the signal does by default; where nobody else listens, do it now.
  if (process.listenerCount(signal) > 1) return;
  process.removeListener(signal, onSignal);
  process.kill(process.pid, signal);
}

function watch(program: ProgramProcess): void {
  if (running.size === 0) {
    process.once("exit", stopAll);
    for (const signal of ENDING_SIGNALS) process.on(signal, onSignal);
  }
  running.add(program);
}

function unwatch(program: ProgramProcess): void {
  running.delete(program);
  if (running.size > 0) return;
  process.removeListener("exit", stopAll);
  for (const signal of ENDING_SIGNALS) process.removeListener(signal, onSignal);
}

/**
 * A program as a process of its own, with everything that it starts in its turn: all of it ends when the program ends,
 * when it is stopped, and when this process ends.
 */
export class ProgramProcess {
  /** Settles when the program and its output have come to their end. */
  readonly finished: Promise<ProgramExit>;
  readonly #child: ChildProcess;

  /** @param onLine told of each line that the program prints */
  constructor(command: ProgramCommand, onLine: (stream: "stdout" | "stderr", line: string) => void) {
    const child = spawn(process.execPath, command.args, {
      cwd: command.cwd,
      env: command.env,
      stdio: ["ignore", "pipe", "pipe"],
      // A process group of its own, so that its descendants can be ended with it.
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    this.#child = child;
    const drained = Promise.all([
      lines(child.stdout, (line) => onLine("stdout", line)),
      lines(child.stderr, (line) => onLine("stderr", line)),
    ]);
    watch(this);
    this.finished = new Promise<ProgramExit>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) => {
        resolve({ ...(code === null ? {} : { code }), ...(signal === null ? {} : { signal }) });
      });
    })
      .then(async (exit) => {
        this.stop();
        await Promise.race([drained, sleep(DRAIN_MILLISECONDS)]);
        return exit;
      })
      .finally(() => unwatch(this));
  }

  /** Ends the program and its descendants. Harmless when they have ended already. */
  stop(): void {
    const pid = this.#child.pid;
    if (pid === undefined) return;
    if (process.platform === "win32") {
      spawnSync("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore", windowsHide: true });
      return;
    }
    try {
      process.kill(-pid, KILL);
    } catch {
      // The group is gone.
    }
  }
}

function lines(stream: Readable | null, onLine: (line: string) => void): Promise<void> {
  if (stream === null) return Promise.resolve();
  return new Promise((resolve) => {
    createInterface({ input: stream, crlfDelay: Infinity }).on("line", onLine).once("close", resolve);
  });
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
