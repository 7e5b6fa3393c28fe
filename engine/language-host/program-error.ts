import { readFileSync } from "node:fs";
import { isAbsolute, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { MeshError, type Problem } from "../../components/intent/problem";
import { withoutCallSite } from "../call-site";
import type { ProgramExit } from "./program-process";

/** What is known of a program that failed. */
export interface FailedProgram {
  readonly stack: string;
  /** The project's folder; places inside are told relative to it. */
  readonly root: string;
  /** The program's working folder, from which compilers tell places. */
  readonly pwd: string;
  /** The messages that it logged as errors. */
  readonly errors: readonly string[];
  /** What it printed to standard error. */
  readonly stderr: readonly string[];
  readonly exit: ProgramExit;
}

const UNHANDLED = /^Running program '.*' failed with an unhandled exception:\n/;
const FIX = "Correct the program at this line";
/** Enough to show what a program printed before it died, without filling a screen. */
const LAST_LINES = 10;

/** An error of the user's program, in the program's own words and with its own line. */
export class ProgramError extends MeshError {
  /** Whether a run with stack traces could say more. */
  readonly placeless: boolean;

  constructor(program: FailedProgram) {
    const problems = problemsOf(program);
    super(`program of stack "${program.stack}"`, problems);
    this.message = withoutCallSite(this.message);
    this.placeless =
      program.exit.signal === undefined && problems.some((problem) => problem.path === UNKNOWN_PLACE);
  }
}

const UNKNOWN_PLACE = "program";

function problemsOf(program: FailedProgram): Problem[] {
  const problems = program.errors.flatMap((error) =>
    problemsOfMessage(program, stripVTControlCharacters(error)),
  );
  return problems.length > 0 ? problems : [exitProblem(program)];
}

function problemsOfMessage(program: FailedProgram, message: string): Problem[] {
  const body = message.replace(UNHANDLED, "");
  const diagnostics = compilerDiagnostics(program, body);
  if (diagnostics.length > 0) return diagnostics;
  const place = placeIn(program, body) ?? UNKNOWN_PLACE;
  return [{ id: "engine/program-failed", path: place, message: withoutStack(body), fix: FIX }];
}

/** `file(3,7): error TS2322: …` or `file:3:7 - error TS2322: …`, as ts-node prints them. */
function compilerDiagnostics(program: FailedProgram, body: string): Problem[] {
  const problems: Problem[] = [];
  for (const match of body.matchAll(/^(\S.*?)[(:](\d+)[,:](\d+)\)?(?::| -) error (TS\d+: .*)$/gm)) {
    const [, file = "", line, column, text = ""] = match;
    problems.push({
      id: "engine/program-does-not-compile",
      path: `${shorten(program, resolve(program.pwd, file))}:${line}:${column}`,
      message: text,
      fix: FIX,
    });
  }
  return problems;
}

/** The first line of the stack, or of what else is there, that is the user's own. */
function placeIn(program: FailedProgram, text: string): string | undefined {
  for (const line of text.split("\n")) {
    const frame = /(?:^\s*at |\(|^)((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])[^()]*?):(\d+)(?::(\d+))?\)?$/.exec(
      line,
    );
    if (frame === null) continue;
    const [, where = "", row, column] = frame;
    const file = where.startsWith("file:") ? fileURLToPath(where) : where;
    if (/[\\/]node_modules[\\/]/.test(file)) continue;
    return [shorten(program, file), row, column].filter((part) => part !== undefined).join(":");
  }
  return undefined;
}

function shorten(program: FailedProgram, file: string): string {
  const inside = relative(program.root, file);
  return inside.startsWith("..") || isAbsolute(inside) ? file : inside;
}

/** The message without the stack, and without the properties that Node prints after it. */
function withoutStack(body: string): string {
  const lines = body.split("\n");
  const stack = lines.findIndex((line) => /^\s+at \S/.test(line));
  return (stack < 0 ? lines : lines.slice(0, stack)).join("\n").trim();
}

/**
 * Node tells where a program ended itself, but by the line of the compiled code. A JavaScript file's is the user's own; in
 * any other the line is looked up, and left out where there is more than one such call.
 */
function exitPlace(program: FailedProgram, printed: string): string | undefined {
  const place = placeIn(program, printed);
  const file = place?.replace(/(:\d+)+$/, "");
  if (file === undefined || /\.[cm]?js$/.test(file)) return place;
  const source = readFileSync(resolve(program.root, file), "utf8");
  const calls = source.split("\n").flatMap((line, index) => (/\bexit\s*\(/.test(line) ? [index + 1] : []));
  return calls.length === 1 ? `${file}:${calls[0]}` : file;
}

function exitProblem(program: FailedProgram): Problem {
  const { code, signal } = program.exit;
  const printed = program.stderr.map((line) => stripVTControlCharacters(line));
  const exited = printed.some((line) => EXIT_TRACE.test(line));
  // The SDK's notice about unfinished work follows an exit, or is all there is to say.
  const notice = printed.findIndex((line) => UNFINISHED.test(line));
  const words = (notice < 0 ? printed : printed.slice(0, notice)).filter(
    (line) => !/^\s+at \S/.test(line) && !EXIT_TRACE.test(line),
  );
  // Newer SDKs name the resources.
  const waiting = printed.slice(Math.max(notice, 0)).filter((line) => /^ {2}\* "/.test(line));
  const said = [...words.slice(-LAST_LINES), ...(exited ? [] : waiting)].join("\n").trim();
  const got = said === "" ? {} : { got: said.replaceAll("\n", "\n              ") };
  if (signal === undefined && notice >= 0 && !exited) {
    return {
      id: "engine/program-stuck",
      path: UNKNOWN_PLACE,
      message: "the program came to its end while resources were still waiting for values",
      ...got,
      fix: "Look for resources that wait for each other, and for promises that are never resolved",
    };
  }
  return {
    id: "engine/program-exited",
    path: exitPlace(program, printed.join("\n")) ?? UNKNOWN_PLACE,
    message:
      signal === undefined
        ? `the program ended itself with exit code ${code ?? 0} before everything was registered`
        : `the program was ended by ${signal}`,
    ...got,
    expected: "a program that runs to its end",
    fix: "Throw an error to refuse, and leave the ending of the process to Pulumi",
  };
}

/** How the SDK begins its notice, in older and in newer versions. */
const UNFINISHED = /^The Pulumi runtime detected that (?:\d+ promises? w|the program exited before)/;

/** What Node prints above the stack of a `process.exit`. */
const EXIT_TRACE = /^\(node:\d+\) WARNING: Exited the environment/;
