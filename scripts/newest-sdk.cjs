"use strict";
// Runs the engine and policy suites once more with the newest Pulumi SDK, which asks for a newer Node than we do. Both come
// from npm, into a cache outside the repository: the Pulumi SDK as its package, Node as the package of its binary.
//
//   node scripts/newest-sdk.cjs [test files…]

const { spawnSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const root = path.resolve(__dirname, "..");

const NEWEST_SDK = "3.270.0";
const NEWER_NODE = "24.21.0";
const SUITES = ["test/engine/**/*.test.ts", "test/policy/**/*.test.ts"];

/** What npm prints when there is no way to a registry, as opposed to a registry that refuses. */
const UNREACHABLE =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED/;

/** npm has the binary of Node as one package for each platform. */
function nodePackage() {
  const system = process.platform === "win32" ? "win" : process.platform;
  return `node-${system}-${process.arch}`;
}

/** What this package brings with it, and what test programs and packs need, at the versions that we lock but for the SDK. */
function wantedPackages() {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const same = [
    "@pulumi/kubernetes",
    "@pulumi/policy",
    "@pulumi/random",
    "@pulumi/tls",
    "@types/node",
    "ts-node",
    "typescript",
  ];
  return {
    ...dependencies,
    ...Object.fromEntries(same.map((name) => [name, devDependencies[name]])),
    "@pulumi/pulumi": NEWEST_SDK,
    [nodePackage()]: NEWER_NODE,
  };
}

function cacheFolder() {
  if (process.env.XDG_CACHE_HOME) return path.join(process.env.XDG_CACHE_HOME, "meshwright");
  if (process.platform === "darwin") return path.join(os.homedir(), "Library", "Caches", "meshwright");
  if (process.platform === "win32" && process.env.LOCALAPPDATA) {
    return path.join(process.env.LOCALAPPDATA, "meshwright", "Cache");
  }
  return path.join(os.homedir(), ".cache", "meshwright");
}

/** The folder with everything installed, or why there is none. */
function install() {
  const dependencies = wantedPackages();
  const key = createHash("sha256").update(JSON.stringify(dependencies)).digest("hex").slice(0, 12);
  const folder = path.join(cacheFolder(), `newest-sdk-${key}`);
  if (existsSync(path.join(folder, "node_modules"))) return { folder };
  // Beside its place and then moved there, so that an interrupted installation is not taken for a whole one.
  const building = `${folder}.${process.pid}`;
  rmSync(building, { recursive: true, force: true });
  mkdirSync(building, { recursive: true });
  const manifest = { name: "meshwright-newest-sdk", private: true, dependencies };
  writeFileSync(path.join(building, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  console.error(`Installing @pulumi/pulumi ${NEWEST_SDK} and Node ${NEWER_NODE} into ${folder}`);
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

function main(files) {
  const { folder, failure } = install();
  if (folder === undefined) {
    if (UNREACHABLE.test(failure)) {
      const reason = failure.split("\n").find((line) => UNREACHABLE.test(line));
      console.log(`skipped: npm reaches no registry to fetch the newest SDK from (${reason?.trim()})`);
      return 0;
    }
    console.error(`the newest SDK could not be installed\n${failure}`);
    return 1;
  }
  const modules = path.join(folder, "node_modules");
  const binary = process.platform === "win32" ? "node.exe" : "node";
  const node = path.join(modules, nodePackage(), "bin", binary);
  const mocha = require.resolve("mocha/bin/mocha.js", { paths: [root] });
  const preloaded = ["use-test-sdk.cjs", "transpile-cache.cjs"]
    .map((hook) => `--require ${JSON.stringify(path.join(root, "scripts", hook))}`)
    .join(" ");
  const version = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout?.trim();
  console.log(`Pulumi SDK ${NEWEST_SDK} under Node ${version}`);
  const parallel = ["--parallel", "--jobs", String(Math.min(os.availableParallelism(), 4))];
  const { status } = spawnSync(node, [mocha, ...(files.length > 0 ? files : [...parallel, ...SUITES])], {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      MESHWRIGHT_TEST_SDK: modules,
      // For the programs and packs that tests start, too.
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} ${preloaded}`.trim(),
    },
  });
  return status ?? 1;
}

process.exitCode = main(process.argv.slice(2));
