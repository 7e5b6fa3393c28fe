import { open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { isRunning } from "./process-identity";

let counter = 0;

/**
 * Writes a file so that a reader sees the old content or the new, never a part, even when this process is killed.
 *
 * @param mode permissions of the file, whatever those of an older one were
 */
export async function writeFileAtomically(path: string, content: string, mode: number): Promise<void> {
  await removeAbandoned(path);
  counter += 1;
  const temporary = `${path}.${process.pid}.${counter}.tmp`;
  try {
    const file = await open(temporary, "wx", mode);
    try {
      // The mode given to open is narrowed by the umask, and this one may be wider than that allows.
      await file.chmod(mode);
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** What a killed process left may hold secrets, and nobody else would ever remove it. */
async function removeAbandoned(path: string): Promise<void> {
  const folder = dirname(path);
  const prefix = `${basename(path)}.`;
  for (const name of await readdir(folder)) {
    const pid = name.startsWith(prefix)
      ? /^(\d+)\.\d+\.tmp$/.exec(name.slice(prefix.length))?.[1]
      : undefined;
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(folder, name), { force: true });
  }
}
