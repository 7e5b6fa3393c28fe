import { MeshError } from "../components/intent/problem";
import { Deadline } from "./language-host/deadline";
import { programCommand } from "./language-host/program-command";
import { ProgramError } from "./language-host/program-error";
import { ProgramProcess, type ProgramExit } from "./language-host/program-process";
import type { ProgramLocation } from "./language-host/program-location";
import type { Project } from "./language-host/project";
import type { ConfigValues, MonitorContext } from "./monitor/context";
import { EngineService } from "./monitor/engine-service";
import { ResourceMonitor } from "./monitor/resource-monitor";
import type { SecretMask } from "./monitor/secret-mask";
import { serve } from "./monitor/server";
import type { Properties, StackIdentity } from "./provider";
import type { LogEntry, RecordedResource } from "./recorded";

/** One program, ready to be started. */
export interface ProgramSetup {
  readonly project: Project;
  readonly identity: StackIdentity;
  readonly location: ProgramLocation;
  readonly config: ConfigValues;
  readonly context: Pick<MonitorContext, "registry" | "prior">;
  /** The outputs of another stack; the program's time does not run while it is waited for. */
  readonly stackOutputs: (name: string) => Promise<Properties>;
  readonly timeoutSeconds: number;
  /** Keep debug lines. */
  readonly debug: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal | undefined;
  readonly mask: SecretMask;
  /** Told of each line as it comes. */
  readonly onLog: (entry: LogEntry) => void;
}

/** What a program did that ran to its end. */
export interface ProgramResult {
  readonly resources: readonly RecordedResource[];
  readonly outputs: Properties;
  readonly logs: readonly LogEntry[];
}

/**
 * Starts a program once, serves it, and waits for its end. Everything that was opened is closed again, whatever happens.
 *
 * @param stacks capture stack traces, for errors that name a line
 * @throws MeshError when the program fails, a registration cannot be carried out, or the time is up
 */
export async function runOnce(setup: ProgramSetup, stacks: boolean): Promise<ProgramResult> {
  const logs: LogEntry[] = [];
  const errors: string[] = [];
  const stderr: string[] = [];
  let child: ProgramProcess | undefined;
  let failure: unknown;
  const fail = (error: unknown): void => {
    failure ??= error;
    child?.stop();
  };
  const log = (raw: LogEntry): void => {
    // What the SDK says about itself: several lines for each resource.
    if (raw.severity === "debug" && !setup.debug) return;
    const entry = { ...raw, message: setup.mask.apply(raw.message) };
    logs.push(entry);
    // Held back until it is known whether they are the reason of a failure, which then tells them.
    if (entry.severity === "error") errors.push(entry.message);
    else setup.onLog(entry);
  };
  const deadline = new Deadline(setup.timeoutSeconds * 1000, () => fail(timedOut(setup)));
  const monitor = new ResourceMonitor({
    ...setup.context,
    identity: setup.identity,
    mask: setup.mask,
    config: setup.config,
    log,
    stackOutputs: async (name) => {
      deadline.suspend();
      try {
        return await setup.stackOutputs(name);
      } finally {
        deadline.resume();
      }
    },
  });
  const onAbort = (): void => fail(interrupted(setup));
  setup.signal?.addEventListener("abort", onAbort, { once: true });
  const server = await serve(monitor, new EngineService(log), fail);
  let exit: ProgramExit;
  try {
    setup.signal?.throwIfAborted();
    child = new ProgramProcess(
      programCommand({ ...setup, address: server.address, stacks }),
      (stream, line) => {
        if (stream === "stderr") stderr.push(line);
        log({ severity: stream === "stderr" ? "warning" : "info", message: line });
      },
    );
    exit = await child.finished;
  } catch (error) {
    fail(setup.signal?.aborted ? interrupted(setup) : error);
    throw failure;
  } finally {
    deadline.end();
    setup.signal?.removeEventListener("abort", onAbort);
    server.close();
    monitor.close();
  }
  if (failure !== undefined) throw failure;
  if (exit.code !== 0 || !monitor.signalled) {
    const { root } = setup.project;
    const masked = (lines: readonly string[]): string[] => lines.map((line) => setup.mask.apply(line));
    throw new ProgramError({
      stack: setup.identity.stack,
      root,
      pwd: setup.location.pwd,
      errors: masked(errors),
      stderr: masked(stderr),
      exit,
    });
  }
  for (const entry of logs) if (entry.severity === "error") setup.onLog(entry);
  return { resources: monitor.resources(), outputs: monitor.stackOutputs(), logs };
}

function timedOut(setup: ProgramSetup): MeshError {
  return new MeshError(`program of stack "${setup.identity.stack}"`, [
    {
      id: "engine/program-timeout",
      path: setup.location.pwd,
      message: `the program did not end within ${setup.timeoutSeconds} seconds, and was stopped`,
      expected: "a program that ends when everything is registered",
      fix: "Close what keeps it alive (servers, timers, connections), or allow it more time",
    },
  ]);
}

function interrupted(setup: ProgramSetup): MeshError {
  return new MeshError(`program of stack "${setup.identity.stack}"`, [
    {
      id: "engine/interrupted",
      path: setup.location.pwd,
      message: "the run was stopped before the program had ended",
      fix: "Run it again",
    },
  ]);
}
