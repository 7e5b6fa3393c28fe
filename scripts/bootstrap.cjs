"use strict";
// Plain Node without a dependency: this is what runs before anything is installed.

const { existsSync, readFileSync } = require("node:fs");
const { spawnSync } = require("node:child_process");
const path = require("node:path");

const root = path.resolve(__dirname, "..");
const MINIMUM_NODE = [20, 19];

/** Ends the process with one clear error when this Node is too old for the dependencies. */
function requireNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1])) return;
  console.error(
    `Node ${MINIMUM_NODE.join(".")} or later is needed [setup/node-version]\n` +
      `    got:      ${version} at ${process.execPath}\n` +
      `    expected: >=${MINIMUM_NODE.join(".")}\n` +
      "    fix:      install a current Node LTS and run the command again",
  );
  process.exit(2);
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Why `node_modules` cannot be used as it is, or `undefined` when it can.
 *
 * npm leaves a copy of the lock of what it installed in `node_modules/.package-lock.json`; the two are compared package
 * by package, so that a pull which changed the lock installs again and a second run does not. Optional packages of other
 * platforms are rightly absent.
 */
function staleReason(directory = root) {
  const modules = path.join(directory, "node_modules");
  if (!existsSync(modules)) return "node_modules is missing";
  const locked = readJson(path.join(directory, "package-lock.json"));
  if (locked === undefined) throw new Error("package-lock.json cannot be read");
  const installed = readJson(path.join(modules, ".package-lock.json"));
  if (installed === undefined) return "node_modules is incomplete";
  for (const [place, wanted] of Object.entries(locked.packages)) {
    if (place === "") continue;
    const found = installed.packages[place];
    if (found === undefined) {
      if (wanted.optional) continue;
      return `${place} is not installed`;
    }
    if (found.version !== wanted.version || found.integrity !== wanted.integrity) {
      return `${place} is ${found.version}, locked is ${wanted.version}`;
    }
    if (!existsSync(path.join(directory, place))) return `${place} is missing`;
  }
  return undefined;
}

/** Installs what the lock names, unless that is already there. Says so in one line, on standard error. */
function ensureInstalled() {
  const reason = staleReason();
  if (reason === undefined) return;
  console.error(`Installing the locked dependencies with "npm ci": ${reason}.`);
  // npm sets npm_execpath for its scripts: the same npm that the user called, also on Windows.
  const npm = process.env.npm_execpath;
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const options = { cwd: root, stdio: ["ignore", process.stderr, process.stderr] };
  const result = npm
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync("npm", args, { ...options, shell: process.platform === "win32" });
  if (result.error !== undefined || result.status !== 0) {
    console.error(
      `The dependencies could not be installed [setup/install]\n` +
        `    got:      ${result.error ? result.error.message : `"npm ci" ended with ${result.status ?? result.signal}`}\n` +
        "    fix:      read npm's message above; behind a proxy, set npm's registry and proxy configuration",
    );
    process.exit(2);
  }
}

module.exports = { root, requireNode, staleReason, ensureInstalled };
