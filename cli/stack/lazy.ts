import type * as Stack from "./index";

/**
 * The engine, loaded when a command first needs it: the Pulumi SDK takes most of a second, which help, usage errors and
 * checks of files need not wait for.
 */
export function loadEngine(): typeof Stack {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() is asynchronous and wants file extensions
  return require("./index") as typeof Stack;
}
