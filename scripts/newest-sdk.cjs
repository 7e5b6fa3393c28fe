"use strict";
// Runs the engine and policy suites, and what depends on the Node, once more with the newest Pulumi SDK, which asks for a newer
// Node than we do. Both come from npm, into a cache outside the repository: the Pulumi SDK as its package, Node as the package
// of its binary.
//
//   node scripts/newest-sdk.cjs [test files…]

const { spawnSync } = require("node:child_process");
const { readFileSync } = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { installInCache, unreachable } = require("./cached-install.cjs");

const root = path.resolve(__dirname, "..");

const NEWEST_SDK = "3.270.0";
const NEWER_NODE = "24.21.0";
const SUITES = ["test/engine/**/*.test.ts", "test/policy/**/*.test.ts", "test/cli/compile-cache.test.ts"];

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

function main(files) {
  const { folder, failure } = installInCache("newest-sdk", wantedPackages());
  if (folder === undefined) {
    const reason = unreachable(failure);
    if (reason !== undefined) {
      console.log(`skipped: npm reaches no registry to fetch the newest SDK from (${reason})`);
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
      // Node keeps what it compiled: most of a small program's time is the start of the SDK.
      NODE_COMPILE_CACHE: path.join(folder, "compiled"),
      // For the programs and packs that tests start, too.
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} ${preloaded}`.trim(),
    },
  });
  return status ?? 1;
}

process.exitCode = main(process.argv.slice(2));
