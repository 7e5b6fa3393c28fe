import type { InputProblem } from "../../intent/problem";
import { closest } from "../../intent/show";
import stored from "./generated/names.json";
import { printed } from "../problems";

const NAMES: readonly string[] = stored.names;

/**
 * A problem for each name that istiod does not read: it would have no effect, and nobody would say so.
 *
 * @param otherwise the argument that takes such a name on purpose
 */
export function istiodEnvProblems(path: string, env: object | undefined, otherwise: string): InputProblem[] {
  return Object.keys(env ?? {})
    .filter((name) => !NAMES.includes(name))
    .map((name) => {
      const near = closest(name, NAMES);
      return {
        id: "platform/unknown-environment",
        path: `${path}.${name}`,
        message: "is not a variable that istiod reads",
        got: printed(name),
        expected: "a name of Istio's reference of `pilot-discovery`",
        fix: `${near === undefined ? "Remove it" : `Write \`${near}\``}, or set it in \`${otherwise}\` where it is meant`,
      };
    });
}
