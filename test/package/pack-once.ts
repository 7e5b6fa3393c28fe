import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import * as path from "node:path";
import { cached, cacheRoot } from "../cluster/harness/cache";
import { ROOT } from "./installed";

const NAME = "package.tgz";
/** What a clone has not: installed, built or written packages and manifests. */
const NOT_CLONED = [".git", ".mesh", "dist", "node_modules"];
const KEPT_MS = 24 * 60 * 60 * 1000;

const cloned = (source: string): boolean => !NOT_CLONED.includes(path.relative(ROOT, source));

/** One name for all that goes into the tarball: the files, and what builds it. */
function key(): string {
  const hash = createHash("sha256").update(process.version);
  const add = (file: string): void => {
    hash.update(`\0${path.relative(ROOT, file)}\0`).update(readFileSync(file));
  };
  const walk = (folder: string): void => {
    const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const at = path.join(folder, entry.name);
      if (!cloned(at)) continue;
      if (entry.isDirectory()) walk(at);
      else if (entry.isFile()) add(at);
    }
  };
  walk(ROOT);
  add(path.join(ROOT, "node_modules", ".package-lock.json"));
  return hash.digest("hex").slice(0, 16);
}

/** In a copy, because packing empties and fills `dist`, which tests that run beside these may be reading. */
function pack(folder: string): string {
  const copy = path.join(folder, "clone");
  cpSync(ROOT, copy, { recursive: true, filter: cloned });
  symlinkSync(path.join(ROOT, "node_modules"), path.join(copy, "node_modules"), "dir");
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], {
    cwd: copy,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [name] = readdirSync(folder).filter((file) => file.endsWith(".tgz"));
  if (name === undefined) throw new Error("npm pack made no tarball");
  return path.join(folder, name);
}

/** Tarballs of sources that were changed since; whoever uses one unpacks it at once. */
function removeOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    const at = path.join(folder, name);
    if (Date.now() - statSync(at).mtimeMs > KEPT_MS) rmSync(at, { recursive: true, force: true });
  }
}

/** Prints where the tarball of these sources is, made once for all processes and clones that have the same. */
async function main(): Promise<void> {
  const all = path.join(cacheRoot(), "packed");
  process.stdout.write(await cached(path.join(all, key()), NAME, (folder) => Promise.resolve(pack(folder))));
  removeOld(all);
}

void main();
