import * as path from "node:path";
import { objectsOf, writeManifests } from "../../engine/manifests";
import type { CommandContext } from "../commands/context";
import type { Synthesis } from "../output/synthesis";
import type { CompiledStack } from "./compile-stack";

/**
 * Writes the manifests of a stack and tells what was written; what is not in the files is noted.
 *
 * @param folder `.mesh/<stack>/manifests` where none is given
 */
export async function writeStack(
  { deployment, folder: home }: CompiledStack,
  folder: string | undefined,
  { io, terminal }: CommandContext,
): Promise<Synthesis> {
  const target = folder ?? path.join(home, "manifests");
  terminal.progress("Writing manifests");
  const { files, notes } = await writeManifests(deployment, target);
  for (const { object, path: inside, message } of notes) {
    terminal.warning(`${object}${inside === undefined ? "" : ` ${inside}`} ${message}`);
  }
  return {
    deployment,
    objects: objectsOf(deployment).map(({ object }) => object),
    files,
    folder: target,
    cwd: io.cwd,
  };
}
