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
 */
export async function ensureStackFolder(root: string, stack: string): Promise<string> {
  const folder = stackFolder(root, stack);
  await mkdir(root, { recursive: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    await writeFile(join(root, ".gitignore"), "*\n", { flag: "wx" });
  } catch (error) {
    // One that is there already is left as it is: it may be its owner's own.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return folder;
}
