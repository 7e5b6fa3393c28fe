import type { LogEntry } from "../engine";
import type { Terminal } from "./terminal";

/** Passes on what a program or a policy pack logs; its debug lines only to who asked for them. */
export function showLog({ severity, message }: LogEntry, terminal: Terminal, debug: boolean): void {
  switch (severity) {
    case "error":
      return terminal.error(message);
    case "warning":
      return terminal.warning(message);
    case "info":
      return terminal.info(message);
    case "debug":
      return debug ? terminal.info(message) : undefined;
  }
}
