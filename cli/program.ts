import { Command, CommanderError } from "commander";
import { MeshError } from "../components/intent/problem";
import { withoutCallSite } from "../engine/call-site";
import { loadCommands, type MakeCommand } from "./commands/load";
import { ExitCode } from "./exit-code";
import type { Io } from "./io";
import { packageVersion } from "./package-version";
import { Terminal } from "./terminal";

/**
 * Runs one command line and says with which code the process should end. Never throws, and never prints a stack trace
 * without `--debug`.
 *
 * @param args without the program's name, as in `process.argv.slice(2)`
 * @param commands makes each command that there is; those of `meshwright` by default
 */
export async function runCli(
  args: readonly string[],
  io: Io,
  commands: readonly MakeCommand[] = loadCommands(args),
): Promise<ExitCode> {
  const terminal = new Terminal(io);
  let exitCode: ExitCode = ExitCode.clean;
  const context = { io, terminal, exit: (code: ExitCode) => (exitCode = code) };

  const program = new Command("meshwright")
    .description("Compiles a Pulumi program to manifests and checks its Istio mesh, without a cluster.")
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .addHelpText("after", "\nExit codes: 0 clean, 1 mandatory findings, 2 bad usage or bad input.");
  for (const command of commands) program.addCommand(command(context));
  for (const command of [program, ...program.commands]) {
    command
      .exitOverride()
      .allowExcessArguments(false)
      .showHelpAfterError(
        `Run "meshwright${command === program ? "" : ` ${command.name()}`} --help" for what is accepted.`,
      )
      .configureOutput({
        writeOut: (text) => terminal.out(text),
        writeErr: (text) => io.stderr.write(text),
        outputError: (text) => terminal.error(text.replace(/^error: /, "").trimEnd()),
      });
  }

  try {
    if (args.length === 0) {
      program.outputHelp({ error: true });
      return ExitCode.badInput;
    }
    await program.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.clean : ExitCode.badInput;
    report(error, terminal, args.includes("--debug"));
    return ExitCode.badInput;
  }
}

/** What went wrong in as few lines as it takes: its problems where it has them, one line otherwise. */
function report(error: unknown, terminal: Terminal, debug: boolean): void {
  if (error instanceof MeshError) {
    // The line that called us is of interest to who debugs us, not to who made the mistake.
    terminal.error(debug ? error.message : withoutCallSite(error.message));
  } else {
    const [message = ""] = String(error instanceof Error ? error.message : error).split("\n");
    terminal.error(
      `${message} [cli/unexpected]${debug ? "" : '\n    fix:      run the command again with "--debug" and report what it prints'}`,
    );
  }
  if (debug && error instanceof Error && error.stack !== undefined) terminal.error(error.stack);
}
