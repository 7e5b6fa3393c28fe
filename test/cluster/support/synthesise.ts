import { execFileSync } from "node:child_process";
import * as path from "node:path";

const REPOSITORY = path.join(__dirname, "..", "..", "..");

/** Writes a stack's manifests the way a user does, through the command line, and returns nothing but the files. */
export function synthesise(stack: string, out: string, cwd = REPOSITORY): void {
  execFileSync(
    process.execPath,
    [
      ...["-r", "ts-node/register/transpile-only", path.join(REPOSITORY, "cli", "main.ts")],
      ...["synth", "--stack", stack, "--cwd", cwd, "--out", out],
    ],
    { cwd: REPOSITORY, stdio: ["ignore", "ignore", "inherit"] },
  );
}
