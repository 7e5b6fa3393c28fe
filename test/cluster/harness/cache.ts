import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { withStackLock } from "../../../engine/state";
import { beforeEnd } from "./cleanup";
import { say } from "./progress";

const TOOLS = path.join(__dirname, "..", "tools");
/** A cold build takes minutes; a run that waits for another's waits as long. */
const BUILD_AT_MOST_MS = 45 * 60_000;
const TELL_AFTER_MS = 1_000;

/** The modules of tool dependencies. */
export type ToolModule = "kubernetes" | "kwok" | "prometheus";

/** The programs that every cluster needs. */
const CLUSTER: readonly ToolModule[] = ["kubernetes", "kwok"];

/** The folder of a module of tool dependencies. */
export function toolModule(name: ToolModule): string {
  return path.join(TOOLS, name);
}

/** Where built programs are kept: outside the repository, so that a clean clone on a warm machine builds nothing. */
export function toolCache(env: NodeJS.ProcessEnv, modules = CLUSTER): string {
  return path.join(cacheRoot(env), "cluster-tools", versionsHash(modules));
}

/** Where everything is kept that is fetched or built once for all clones. */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  const configured = env["XDG_CACHE_HOME"];
  const root =
    configured !== undefined && path.isAbsolute(configured) ? configured : path.join(os.homedir(), ".cache");
  return path.join(root, "meshwright");
}

/** One name for one set of versions: other versions are other programs. */
function versionsHash(modules: readonly ToolModule[]): string {
  const hash = createHash("sha256").update(`${process.platform}-${process.arch}`);
  for (const module of modules) {
    for (const file of ["go.mod", "go.sum"])
      hash.update(fs.readFileSync(path.join(toolModule(module), file)));
  }
  return hash.digest("hex").slice(0, 16);
}

/**
 * Gives a file of the cache, made first where it is not there. Runs side by side share the cache: one makes the file and
 * the others wait for it.
 *
 * @param make writes the file, under its own name, into a folder that is thrown away
 */
export async function cached(
  cache: string,
  name: string,
  make: (folder: string) => Promise<string>,
): Promise<string> {
  const file = path.join(cache, name);
  if (fs.existsSync(file)) return file;
  const waiting = setTimeout(() => say(`waiting for another run that makes ${name}`), TELL_AFTER_MS);
  return withStackLock(
    cache,
    "building",
    async () => {
      clearTimeout(waiting);
      if (fs.existsSync(file)) return file;
      // In a folder of its own first: whoever is interrupted must not leave half a program behind.
      const half = fs.mkdtempSync(path.join(cache, "making-"));
      const remove = () => fs.rmSync(half, { recursive: true, force: true });
      const forget = beforeEnd(remove);
      try {
        fs.renameSync(await make(half), file);
      } finally {
        remove();
        forget();
      }
      return file;
    },
    { waitMs: BUILD_AT_MOST_MS },
  ).finally(() => clearTimeout(waiting));
}
