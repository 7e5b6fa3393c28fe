import { chmod, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { MeshError } from "../../components/intent/problem";
import type { StackIdentity, StackState, StateStore } from "../provider";
import { writeFileAtomically } from "./atomic-file";
import { ensureStackFolder, stackFolder } from "./stack-folder";
import { formatStateFile, parseStateFile, type StateFile } from "./state-file";

const OWNER_ONLY = 0o600;

export interface FileStateStoreOptions {
  /** Where the state of this project's stacks is kept, each in `<folder>/<stack>/state.json`. Usually `.mesh`. */
  readonly folder: string;
  /** The project whose stacks these are. */
  readonly project: string;
  /** The `.mesh` folders of other projects, to answer references to their stacks. Only read. Default: none. */
  readonly references?: readonly string[];
}

/**
 * State in files of this machine.
 *
 * A file holds keys and passwords in the clear, so it has mode 0600 in a folder of mode 0700 that git ignores. It is
 * replaced as a whole, only when its content changes, and never when what is there cannot be read. The organization of a
 * stack plays no part in finding it: offline there is one user.
 *
 * Two runs of one stack at once need `withStackLock` around load, run and save. Without it, the one that saves last is
 * refused, so that no key is lost that the other's manifests hold.
 *
 * @throws MeshError `engine/state-damaged`, `engine/state-too-new`, `engine/state-unreadable`, `engine/state-of-another`
 * when the folder belongs to another project, `engine/state-changed` when it is not what was loaded any more
 * @example
 * const store = new FileStateStore({ folder: ".mesh", project: "bookinfo" });
 * const state = await store.load({ organization: "organization", project: "bookinfo", stack: "dev" });
 */
export class FileStateStore implements StateStore {
  readonly #options: FileStateStoreOptions;
  /** What each file said when it was loaded; undefined for one that was not there. */
  readonly #loaded = new Map<string, string | undefined>();

  constructor(options: FileStateStoreOptions) {
    this.#options = options;
  }

  async load(stack: StackIdentity): Promise<StackState | undefined> {
    const own = stack.project === this.#options.project;
    const folders = own
      ? [this.#options.folder]
      : [this.#options.folder, ...(this.#options.references ?? [])];
    for (const folder of folders) {
      const path = statePath(folder, stack.stack);
      const found = await readStateFile(path);
      this.#loaded.set(path, found?.text);
      if (found?.file.stack.project === stack.project) return found.file.state;
      if (found !== undefined && own) throw ofAnother(path, stack, found.file.stack);
    }
    return undefined;
  }

  async save(stack: StackIdentity, state: StackState): Promise<void> {
    const path = statePath(this.#options.folder, stack.stack);
    const found = await readStateFile(path);
    if (found !== undefined && found.file.stack.project !== stack.project) {
      throw ofAnother(path, stack, found.file.stack);
    }
    const text = formatStateFile({ stack, state });
    if (found?.text === text) {
      const { mode } = await stat(path);
      if ((mode & 0o777) !== OWNER_ONLY) await chmod(path, OWNER_ONLY);
      return;
    }
    if (this.#loaded.has(path) && this.#loaded.get(path) !== found?.text) throw changed(path);
    await ensureStackFolder(this.#options.folder, stack.stack);
    await writeFileAtomically(path, text, OWNER_ONLY);
    this.#loaded.set(path, text);
  }
}

function statePath(folder: string, stack: string): string {
  return join(stackFolder(folder, stack), "state.json");
}

async function readStateFile(
  path: string,
): Promise<{ readonly text: string; readonly file: StateFile } | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new MeshError("local state", [
      {
        id: "engine/state-unreadable",
        path,
        message: "the state file cannot be read",
        got: code ?? "an error of the system",
        expected: "a file that its owner can read and write",
        fix: "Correct the permissions, or move what is there away",
      },
    ]);
  }
  return { text, file: parseStateFile(path, text) };
}

function changed(path: string): MeshError {
  return new MeshError("local state", [
    {
      id: "engine/state-changed",
      path,
      message: "another run changed the state file in the meantime",
      expected: "the file as it was when this run began",
      fix: "Run again",
    },
  ]);
}

function ofAnother(path: string, wanted: StackIdentity, found: StackIdentity): MeshError {
  return new MeshError("local state", [
    {
      id: "engine/state-of-another",
      path,
      message: "the state file belongs to another project",
      got: `${found.project}/${found.stack}`,
      expected: `${wanted.project}/${wanted.stack}`,
      fix: "Give each project a folder of its own, or move the file away after renaming a project",
    },
  ]);
}
