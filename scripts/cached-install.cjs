"use strict";
// Installs packages that only some tests use into a cache outside the repository, so that nobody else waits for them.
//
//   node scripts/cached-install.cjs NAME package@version…   prints the folder that has them in node_modules

const { spawnSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } = require("node:fs");
const os = require("node:os");
const path = require("node:path");

/** What npm prints when there is no way to a registry, as opposed to a registry that refuses. */
const UNREACHABLE =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED/;

function cacheFolder() {
  if (process.env.XDG_CACHE_HOME) return path.join(process.env.XDG_CACHE_HOME, "meshwright");
  if (process.platform === "darwin") return path.join(os.homedir(), "Library", "Caches", "meshwright");
  if (process.platform === "win32" && process.env.LOCALAPPDATA) {
    return path.join(process.env.LOCALAPPDATA, "meshwright", "Cache");
  }
  return path.join(os.homedir(), ".cache", "meshwright");
}

/** Why there was no registry to ask, or undefined where npm failed for another reason. */
function unreachable(failure) {
  return failure
    .split("\n")
    .find((line) => UNREACHABLE.test(line))
    ?.trim();
}

/** The folder with everything installed, or why there is none. */
function installInCache(name, dependencies) {
  const key = createHash("sha256").update(JSON.stringify(dependencies)).digest("hex").slice(0, 12);
  const folder = path.join(cacheFolder(), `${name}-${key}`);
  if (existsSync(path.join(folder, "node_modules"))) return { folder };
  // Beside its place and then moved there, so that an interrupted installation is not taken for a whole one.
  const building = `${folder}.${process.pid}`;
  rmSync(building, { recursive: true, force: true });
  mkdirSync(building, { recursive: true });
  const manifest = { name: `meshwright-${name}`, private: true, dependencies };
  writeFileSync(path.join(building, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  console.error(`Installing ${name} into ${folder}`);
  const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  const npm = process.env.npm_execpath;
  const options = { cwd: building, encoding: "utf8" };
  const result = npm
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync("npm", args, { ...options, shell: process.platform === "win32" });
  if (result.error !== undefined || result.status !== 0) {
    rmSync(building, { recursive: true, force: true });
    return { failure: result.error ? result.error.message : `${result.stdout}${result.stderr}`.trim() };
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(building, folder);
  return { folder };
}

module.exports = { installInCache, unreachable };

if (require.main === module) {
  const [name, ...packages] = process.argv.slice(2);
  const at = (each) => each.lastIndexOf("@");
  const { folder, failure } = installInCache(
    name,
    Object.fromEntries(packages.map((each) => [each.slice(0, at(each)), each.slice(at(each) + 1)])),
  );
  if (folder === undefined) console.error(unreachable(failure) ?? failure);
  else console.log(folder);
  // 3: there was no way to a registry.
  process.exitCode = folder !== undefined ? 0 : unreachable(failure) !== undefined ? 3 : 1;
}
