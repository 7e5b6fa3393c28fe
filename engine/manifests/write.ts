import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";

import { MeshError } from "../../components/intent/problem";
import type { Deployment } from "../recorded";
import { isRunning } from "../state/process-identity";
import { Secret } from "../value";
import type { ManifestNote } from "./notes";
import { renderManifests, type ManifestFile, type ManifestObject } from "./render";

/** What was written. */
export interface WrittenManifests {
  /** The folder, as it was given. */
  readonly folder: string;
  /** In the order in which to apply them. */
  readonly files: readonly WrittenFile[];
  /** Of all files, in the order in which to apply them. */
  readonly objects: readonly ManifestObject[];
  readonly notes: readonly ManifestNote[];
}

/** One manifest file on disk. */
export type WrittenFile = Omit<ManifestFile, "content">;

/** Names the files that are ours, so that a later run removes those and no others. Without a suffix that `kubectl` reads. */
const MARKER = ".meshwright";
const IGNORE = ".gitignore";

interface DiskFile {
  readonly name: string;
  readonly mode: number;
  readonly text: string;
}

/**
 * Writes the manifests of a deployment into a folder of their own.
 *
 * The folder is replaced as a whole: files of an earlier run go, and a run that fails leaves what was there. One that would
 * look the same is not touched. Secrets are in `*.secret.yaml` with mode 0600, which git ignores; in a folder inside `.mesh`
 * git ignores everything.
 *
 * @param folder is made where it is missing
 * @throws MeshError `engine/foreign-files` when the folder holds files that are not manifests of ours, and
 * `engine/manifests-unwritable` when the system refuses
 * @example
 * const { files, notes } = await writeManifests(deployment, ".mesh/dev/manifests");
 */
export async function writeManifests(deployment: Deployment, folder: string): Promise<WrittenManifests> {
  const { files, notes } = renderManifests(deployment);
  const written: WrittenManifests = {
    folder,
    files: files.map(({ name, mode, objects }) => ({ name, mode, objects })),
    objects: files.flatMap(({ objects }) => objects),
    notes,
  };
  try {
    const target = await settled(resolve(folder));
    await recover(target);
    await refuseForeign(target);
    const wanted = diskFiles(files);
    if (!(await looksLike(target, wanted))) await replace(target, wanted);
    await ignoreOutputFolder(target);
  } catch (error) {
    throw error instanceof MeshError ? error : unwritable(folder, error);
  }
  return written;
}

function diskFiles(files: readonly ManifestFile[]): DiskFile[] {
  const manifests = files.map(({ name, mode, content }) => ({
    name,
    mode,
    text: content instanceof Secret ? String(content.reveal()) : content,
  }));
  const names = [...manifests.map(({ name }) => name), IGNORE, MARKER];
  return [
    ...manifests,
    { name: IGNORE, mode: 0o644, text: "*.secret.yaml\n" },
    { name: MARKER, mode: 0o644, text: names.map((name) => `${name}\n`).join("") },
  ];
}

/** Where the folder really is: a link to one stays, and what it points to is replaced. */
async function settled(target: string): Promise<string> {
  return realpath(target).catch(() => target);
}

async function refuseForeign(target: string): Promise<void> {
  const present = await names(target);
  if (present.length === 0) return;
  const listed = present.includes(MARKER) ? (await readFile(join(target, MARKER), "utf8")).split("\n") : [];
  const foreign = present.filter((name) => !listed.includes(name)).sort();
  if (foreign.length === 0) return;
  throw new MeshError(`folder ${target}`, [
    {
      id: "engine/foreign-files",
      path: target,
      message: "the folder holds files that are not manifests written before, and would be lost",
      got: foreign.slice(0, 5).join(", ") + (foreign.length > 5 ? ` and ${foreign.length - 5} more` : ""),
      expected: "a folder that is empty, missing, or holds such manifests alone",
      fix: "Name another folder, or move these files away",
    },
  ]);
}

async function looksLike(target: string, wanted: readonly DiskFile[]): Promise<boolean> {
  const present = await names(target);
  if (present.length !== wanted.length) return false;
  for (const { name, mode, text } of wanted) {
    if (!present.includes(name)) return false;
    const path = join(target, name);
    if (((await stat(path)).mode & 0o777) !== mode || (await readFile(path, "utf8")) !== text) return false;
  }
  return true;
}

async function replace(target: string, files: readonly DiskFile[]): Promise<void> {
  const next = sibling(target, "next");
  const previous = sibling(target, "previous");
  await mkdir(dirname(target), { recursive: true });
  await rm(next, { recursive: true, force: true });
  try {
    await mkdir(next, { mode: 0o700 });
    for (const { name, mode, text } of files) {
      const path = join(next, name);
      await writeFile(path, text, { mode, flag: "wx" });
      // The umask narrows the mode given above.
      await chmod(path, mode);
    }
    await chmod(next, 0o755);
    const replaced = await moveIfThere(target, previous);
    await rename(next, target).catch(async (error: unknown) => {
      if (replaced) await rename(previous, target);
      throw error;
    });
    await rm(previous, { recursive: true, force: true });
  } catch (error) {
    await rm(next, { recursive: true, force: true });
    throw error;
  }
}

/** Ends what a killed run began: the folder that it had moved aside comes back, and its half-written one goes. */
async function recover(target: string): Promise<void> {
  const prefix = `.${basename(target)}.`;
  for (const name of await names(dirname(target))) {
    const [, pid, step] =
      (name.startsWith(prefix) && /^(\d+)\.(next|previous)$/.exec(name.slice(prefix.length))) || [];
    if (pid === undefined || isRunning(Number(pid))) continue;
    const left = join(dirname(target), name);
    const missing = (await names(target)).length === 0;
    if (step === "previous" && missing) await moveBack(left, target);
    else await rm(left, { recursive: true, force: true });
  }
}

async function moveBack(left: string, target: string): Promise<void> {
  await rm(target, { recursive: true, force: true });
  await rename(left, target);
}

function sibling(target: string, step: "next" | "previous"): string {
  return join(dirname(target), `.${basename(target)}.${process.pid}.${step}`);
}

async function moveIfThere(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

async function names(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Everything under `.mesh` is generated, and some of it secret. */
async function ignoreOutputFolder(target: string): Promise<void> {
  const parts = target.split(sep);
  const at = parts.lastIndexOf(".mesh");
  if (at < 0) return;
  const path = join(parts.slice(0, at + 1).join(sep), IGNORE);
  const present = await lstat(path).catch(() => undefined);
  if (present === undefined) await writeFile(path, "*\n");
}

function unwritable(folder: string, error: unknown): MeshError {
  return new MeshError(`folder ${folder}`, [
    {
      id: "engine/manifests-unwritable",
      path: folder,
      message: "the manifests cannot be written",
      got: (error as NodeJS.ErrnoException).code ?? "an error of the system",
      expected: "a folder, or the place for one, that can be written to",
      fix: "Correct the permissions, or name another folder",
    },
  ]);
}
