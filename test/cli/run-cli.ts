import { Readable } from "node:stream";
import { runCli } from "../../cli/program";

/** What a command line answered. */
export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Both streams pretend to be a terminal. */
  readonly terminal?: boolean;
}

/** Runs a command line in this process, with streams of its own. */
export async function run(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const written = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof written) => ({
    isTTY: options.terminal === true,
    write: (text: string) => (written[name] += text),
  });
  const code = await runCli(args, {
    cwd: options.cwd ?? process.cwd(),
    env: options.env ?? { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined },
    stdin: Readable.from(options.stdin === undefined ? [] : [options.stdin]),
    stdout: stream("stdout"),
    stderr: stream("stderr"),
  });
  return { code, ...written };
}
