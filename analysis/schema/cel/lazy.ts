import type * as Cel from "./index";

/**
 * The CEL library, loaded when a rule is first asked that is not evident: it takes a third of the time of a check of a few
 * files, of which most need none of it.
 */
export function loadCel(): typeof Cel {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() is asynchronous
  return require("./index") as typeof Cel;
}
