import type { Command } from "commander";
import type * as Check from "./check";
import type { CommandContext } from "./context";
import type * as Diff from "./diff";
import type * as Explain from "./explain";
import type * as ExplainRule from "./explain-rule";
import type * as Graph from "./graph";
import type * as Synth from "./synth";

/** Makes a command of the command line. */
export type MakeCommand = (context: CommandContext) => Command;

/* eslint-disable @typescript-eslint/no-require-imports -- import() is asynchronous and wants file extensions */
const LOADERS: ReadonlyMap<string, () => MakeCommand> = new Map([
  ["synth", () => (require("./synth") as typeof Synth).synthCommand],
  ["check", () => (require("./check") as typeof Check).checkCommand],
  ["graph", () => (require("./graph") as typeof Graph).graphCommand],
  ["explain", () => (require("./explain") as typeof Explain).explainCommand],
  ["diff", () => (require("./diff") as typeof Diff).diffCommand],
  ["explain-rule", () => (require("./explain-rule") as typeof ExplainRule).explainRuleCommand],
]);
/* eslint-enable @typescript-eslint/no-require-imports */

/** The command that a command line names, because loading the others takes as long again; where it names none, all. */
export function loadCommands([name = ""]: readonly string[]): readonly MakeCommand[] {
  const named = LOADERS.get(name);
  return named === undefined ? [...LOADERS.values()].map((load) => load()) : [named()];
}
