import pc from "picocolors";
import type { Io, OutputStream } from "./io";

type Colors = ReturnType<typeof pc.createColors>;

/**
 * Where commands print. The result of a command goes to standard output, all else (progress, notes, warnings, errors)
 * to standard error, so that a result can be piped.
 */
export class Terminal {
  /** Colours of standard output. */
  readonly colors: Colors;
  readonly #io: Io;
  readonly #errorColors: Colors;
  #progress = false;

  constructor(io: Io) {
    this.#io = io;
    this.colors = pc.createColors(wantsColor(io.stdout, io.env));
    this.#errorColors = pc.createColors(wantsColor(io.stderr, io.env));
  }

  /** A part of the command's result. */
  out(text: string): void {
    this.#clear();
    this.#io.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
  }

  /**
   * What is being done now: one line that the next one replaces on a terminal, a plain line elsewhere. A log reader
   * wants to know where time went, so it is not dropped there.
   */
  progress(message: string): void {
    this.#clear();
    if (this.#io.stderr.isTTY === true && this.#io.env["TERM"] !== "dumb") {
      this.#io.stderr.write(this.#errorColors.dim(`${message} …`));
      this.#progress = true;
    } else {
      this.#io.stderr.write(`${message} …\n`);
    }
  }

  info(message: string): void {
    this.#line(this.#errorColors.dim("info:"), message);
  }

  note(message: string): void {
    this.#line(this.#errorColors.dim("note:"), message);
  }

  warning(message: string): void {
    this.#line(this.#errorColors.yellow("warning:"), message);
  }

  error(message: string): void {
    this.#line(this.#errorColors.red("error:"), message);
  }

  #line(label: string, message: string): void {
    this.#clear();
    this.#io.stderr.write(`${label} ${printable(message)}\n`);
  }

  #clear(): void {
    if (this.#progress) this.#io.stderr.write("\r\u001b[2K");
    this.#progress = false;
  }
}

/** `NO_COLOR` wins, then `FORCE_COLOR`; without either, terminals get colours and pipes do not. */
function wantsColor(stream: OutputStream, env: Io["env"]): boolean {
  if ((env["NO_COLOR"] ?? "") !== "") return false;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined && forced !== "") return forced !== "0" && forced !== "false";
  return stream.isTTY === true && env["TERM"] !== "dumb";
}

/** Text from a manifest may hold control characters, which a terminal would obey. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
