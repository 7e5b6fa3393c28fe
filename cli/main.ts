#!/usr/bin/env node
import { runCli } from "./program";

// A reader that has seen enough (`| head`) closes the pipe: that is no error of ours, and there is nobody to tell. The
// command goes on to its end, so that files are written and the exit code is the same as without the pipe.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

void runCli(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
}).then((code) => {
  // Not exit(): what a slow pipe has not taken yet would be lost.
  process.exitCode = code;
});
