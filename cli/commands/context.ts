import type { ExitCode } from "../exit-code";
import type { Io } from "../io";
import type { Terminal } from "../terminal";

/** What every command is given. */
export interface CommandContext {
  readonly io: Io;
  readonly terminal: Terminal;
  /** Says with which code the process will end; without a call it ends with 0. */
  readonly exit: (code: ExitCode) => void;
}
