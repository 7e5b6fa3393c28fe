import { runCli } from "./program";

/** Runs the command line of this process. */
export function runProcess(
  args: readonly string[] = process.argv.slice(2),
  commands?: Parameters<typeof runCli>[2],
): void {
  // A reader that has seen enough (`| head`) closes the pipe: that is no error of ours, and there is nobody to tell. The
  // command goes on to its end, so that files are written and the exit code is the same as without the pipe.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }

  const { env, stdin, stdout, stderr } = process;
  void runCli(args, { cwd: process.cwd(), env, stdin, stdout, stderr }, commands).then((code) => {
    // Not exit(): what a slow pipe has not taken yet would be lost.
    process.exitCode = code;
  });
}
