import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

/** A folder that holds the files of a version, for as long as it is used. */
export interface GitVersion {
  /** The folder that stands for the working folder in that version. */
  readonly cwd: string;
  readonly remove: () => void;
}

function git(cwd: string, args: readonly string[]): string | undefined {
  const run = spawnSync("git", args, { cwd, encoding: "utf8" });
  return run.status === 0 ? run.stdout.trim() : undefined;
}

/** The commit that a name means in the repository of a folder; none where there is no such, or no repository. */
export function commitOf(cwd: string, ref: string): string | undefined {
  if (ref.startsWith("-")) return undefined;
  return git(cwd, ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`]);
}

/**
 * Lays out the files of a commit in a folder of its own; the working folder is left alone. Installed packages and the
 * generated values of stacks are those of the working folder, or every key would be a difference.
 */
export function checkOut(cwd: string, commit: string): GitVersion {
  const top = git(cwd, ["rev-parse", "--show-toplevel"]) ?? cwd;
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "meshwright-version-")));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const archive = path.join(folder, ".version.tar");
  const made = git(top, ["archive", "--format=tar", `--output=${archive}`, commit]) !== undefined;
  const unpacked = made && spawnSync("tar", ["-xf", archive, "-C", folder]).status === 0;
  if (!unpacked) {
    remove();
    throw new Error(`the files of commit ${commit} cannot be read with git and tar`);
  }
  rmSync(archive);
  const inside = path.relative(realpathSync(top), realpathSync(cwd));
  shareWith(folder, top, inside);
  return { cwd: path.join(folder, inside), remove };
}

/** From the working folder upwards: packages as links, and the values that runs of stacks have generated as copies. */
function shareWith(folder: string, top: string, inside: string): void {
  const parts = inside === "" ? [] : inside.split(path.sep);
  for (let depth = parts.length; depth >= 0; depth--) {
    const at = parts.slice(0, depth).join(path.sep);
    const packages = path.join(top, at, "node_modules");
    const link = path.join(folder, at, "node_modules");
    if (existsSync(packages) && existsSync(path.dirname(link)) && !existsSync(link))
      symlinkSync(packages, link);
  }
}

/** Takes over the generated values of a stack, so that only what the program says is different. */
export function copyState(from: string, to: string): void {
  if (!existsSync(from)) return;
  mkdirSync(path.dirname(to), { recursive: true, mode: 0o700 });
  copyFileSync(from, to);
}
