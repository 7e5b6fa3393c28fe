import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { MeshError } from "../../components/intent/problem";

/**
 * The folder of one stack, `<root>/<stack>`.
 *
 * @param root usually `.mesh` beside `Pulumi.yaml`
 * @throws MeshError for a name that Pulumi would not accept as a stack's, before it can lead out of the root
 */
export function stackFolder(root: string, stack: string): string {
  if (/^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}$/.test(stack)) return join(root, stack);
  throw new MeshError("stack name", [
    {
      id: "engine/invalid-stack-name",
      path: "stack",
      message: "is not a name that a stack can have",
      got: JSON.stringify(stack),
      expected: "up to 100 letters, digits, hyphens, underscores and periods, the first no period",
      fix: "Give the name of a stack, such as dev",
    },
  ]);
}

/**
 * Makes the folder of a stack where it is not there yet: for its owner alone, and nothing under the root is for git.
 *
 * @returns the folder
 * @throws MeshError `engine/invalid-stack-name`, or `engine/state-unwritable` when the system refuses
 */
export async function ensureStackFolder(root: string, stack: string): Promise<string> {
  const folder = stackFolder(root, stack);
  try {
    await mkdir(root, { recursive: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeUnlessThere(join(root, ".gitignore"), "*\n");
  } catch (error) {
    throw unwritable(folder, error);
  }
  return folder;
}

/** One that is there already is left as it is: it may be its owner's own. */
async function writeUnlessThere(path: string, content: string): Promise<void> {
  try {
    await writeFile(path, content, { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

function unwritable(folder: string, error: unknown): MeshError {
  return new MeshError("local state", [
    {
      id: "engine/state-unwritable",
      path: folder,
      message: "the folder of the stack cannot be made",
      got: (error as NodeJS.ErrnoException).code ?? "an error of the system",
      expected: "a folder, or the place for one, that can be written to",
      fix: "Correct the permissions, or move what is in the way",
    },
  ]);
}
