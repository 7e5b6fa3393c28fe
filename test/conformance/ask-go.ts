import { spawnSync, type SpawnSyncReturns } from "node:child_process";

// Nothing is downloaded: whoever runs the suite decides.
export const OFFLINE_GO: NodeJS.ProcessEnv = { ...process.env, GOPROXY: "off", GOFLAGS: "-mod=readonly" };

const LARGEST_ANSWER = 1 << 29;

/** Builds the Go program of a folder; nothing where there is no Go. */
export function buildGo(folder: string, binary: string): SpawnSyncReturns<string> | undefined {
  const build = spawnSync("go", ["build", "-o", binary, "."], {
    cwd: folder,
    encoding: "utf8",
    env: OFFLINE_GO,
  });
  return build.error === undefined ? build : undefined;
}

/** What tests say where there is no Go. */
export const NO_GO = "Go is not installed";

/**
 * Asks a program that reads questions and writes answers, each a line of JSON.
 *
 * @param what names it in the error where it fails
 */
export function askProgram<A>(
  what: string,
  binary: string,
  questions: readonly unknown[],
  args: readonly string[] = [],
): A[] {
  const input = questions.map((question) => `${JSON.stringify(question)}\n`).join("");
  const run = spawnSync(binary, args, { input, encoding: "utf8", maxBuffer: LARGEST_ANSWER });
  if (run.status !== 0) throw new Error(`${what} failed: ${run.stderr}`);
  return run.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as A);
}
