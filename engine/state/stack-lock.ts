import { constants, copyFile, link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

import { MeshError } from "../../components/intent/problem";
import { isRunning, startOf } from "./process-identity";
import { ensureStackFolder } from "./stack-folder";

const POLL_MS = 50;

const ownerSchema = z.object({
  pid: z.int(),
  host: z.string(),
  started: z.string().optional(),
  token: z.string(),
});
type Owner = z.output<typeof ownerSchema>;

export interface StackLockOptions {
  /** How long to wait for another run of the stack to end, in milliseconds. Default: 60 000. */
  readonly waitMs?: number;
}

let counter = 0;

/**
 * Runs something while no other process, and nothing else in this one, works on the same stack. A lock whose owner is gone
 * is taken over.
 *
 * @param root usually `.mesh` beside `Pulumi.yaml`
 * @throws MeshError `engine/stack-locked` when the other run does not end in time
 * @example
 * await withStackLock(".mesh", "dev", async () => { … load, run, save … });
 */
export async function withStackLock<Result>(
  root: string,
  stack: string,
  run: () => Promise<Result>,
  { waitMs = 60_000 }: StackLockOptions = {},
): Promise<Result> {
  const path = join(await ensureStackFolder(root, stack), "lock");
  counter += 1;
  const started = startOf(process.pid);
  const token = `${process.pid}.${counter}`;
  const me: Owner = {
    pid: process.pid,
    host: hostname(),
    token,
    ...(started === undefined ? {} : { started }),
  };
  await acquire(path, stack, me, waitMs);
  try {
    return await run();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string, stack: string, me: Owner, waitMs: number): Promise<void> {
  const own = `${path}.${me.token}`;
  await writeFile(own, JSON.stringify(me), { mode: 0o600 });
  try {
    for (let waited = 0; ; waited += POLL_MS) {
      if (await tryLink(own, path)) return;
      const text = await readIfThere(path);
      if (text !== undefined) {
        if (isAbandoned(text)) await takeAway(path, own, text);
        else if (waited >= waitMs) throw locked(path, stack, text);
        else await sleep(POLL_MS);
      }
    }
  } finally {
    await rm(own, { force: true });
  }
}

/** What file systems without hard links say of one. */
const NO_LINKS: readonly (string | undefined)[] = ["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"];

/** A link appears with its content, or not at all when the name is taken; a copy does only the latter. */
async function tryLink(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path).catch((error: unknown) => {
      if (!NO_LINKS.includes((error as NodeJS.ErrnoException).code)) throw error;
      return copyFile(own, path, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function ownerOf(text: string): Owner | undefined {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Only of this machine can it be told that a process is gone. */
function isAbandoned(text: string): boolean {
  const owner = ownerOf(text);
  if (owner === undefined || owner.host !== hostname()) return false;
  return !isRunning(owner.pid) || (owner.started !== undefined && startOf(owner.pid) !== owner.started);
}

/**
 * Removes an abandoned lock. Another process may have done so first and hold the lock by now: what was moved away is
 * looked at again, and put back if it is not the abandoned one.
 */
async function takeAway(path: string, own: string, abandoned: string): Promise<void> {
  const aside = `${own}.aside`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if ((await readFile(aside, "utf8")) !== abandoned) await tryLink(aside, path);
  await rm(aside, { force: true });
}

function locked(path: string, stack: string, text: string): MeshError {
  const owner = ownerOf(text);
  return new MeshError(`stack "${stack}"`, [
    {
      id: "engine/stack-locked",
      path,
      message: "another run is working on this stack",
      got:
        owner === undefined
          ? "a lock that does not say whose it is"
          : `a lock of process ${owner.pid} on ${owner.host}`,
      expected: "no other run",
      fix: `Wait for the other run to end; if there is none, remove ${path}`,
    },
  ]);
}
