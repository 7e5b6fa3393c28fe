import * as fs from "node:fs";

/** A process that runs, and the line it was started with. */
export interface RunningProcess {
  readonly pid: number;
  readonly command: string;
}

/**
 * Every process that was started with this variable set so: the CLI, and what it started in turn, of which it does not
 * tell the identifiers. Where the system does not show the environments of processes, none.
 */
export function processesWith(name: string, value: string): readonly RunningProcess[] {
  const wanted = `${name}=${value}`;
  return entries("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    if (!read(`/proc/${entry}/environ`).split("\0").includes(wanted)) return [];
    return [{ pid: Number(entry), command: read(`/proc/${entry}/cmdline`).split("\0").join(" ").trim() }];
  });
}

/** Ends them at once, and those that they start meanwhile. */
export function killProcessesWith(name: string, value: string): void {
  for (let round = 0; round < 10; round++) {
    const running = processesWith(name, value);
    if (running.length === 0) return;
    for (const { pid } of running) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended by itself.
      }
    }
  }
}

function entries(folder: string): readonly string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}

/** A process may be gone by now, or be another user's. */
function read(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
