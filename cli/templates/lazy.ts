import type * as Templates from "./index";

/** The comparison of injection templates, loaded when it is asked for: with our templates it is a fifth of a check's code. */
export function loadTemplates(): typeof Templates {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() is asynchronous and wants file extensions
  return require("./index") as typeof Templates;
}
