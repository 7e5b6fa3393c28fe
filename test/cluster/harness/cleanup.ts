/** What ends a run from outside: Ctrl-C, a job that is cancelled, a terminal that is closed. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const pending = new Set<() => void>();

/**
 * Registers what must be done before this process ends, whatever ends it but SIGKILL. It has to be synchronous: at that
 * point nothing can be awaited any more.
 *
 * @returns takes it back, for when it was done in the ordinary way
 */
export function beforeEnd(clean: () => void): () => void {
  if (pending.size === 0) listen();
  pending.add(clean);
  return () => {
    pending.delete(clean);
    if (pending.size === 0) unlisten();
  };
}

function listen(): void {
  process.on("exit", cleanAll);
  for (const signal of SIGNALS) process.on(signal, interrupted);
}

function unlisten(): void {
  process.off("exit", cleanAll);
  for (const signal of SIGNALS) process.off(signal, interrupted);
}

function interrupted(signal: NodeJS.Signals): void {
  cleanAll();
  // Without our handlers the signal ends this process as it would have done, with the exit code that shells know.
  process.kill(process.pid, signal);
}

/** Last first. One that fails says so and keeps none of the others from being done. */
function cleanAll(): void {
  for (const clean of [...pending].reverse()) {
    try {
      clean();
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
  pending.clear();
  unlisten();
}
