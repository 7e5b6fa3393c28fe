"use strict";
// What `npm start`, `npm test` and `npm run -s meshwright -- …` call. Each works on a fresh clone.

const { spawnSync } = require("node:child_process");
const { statSync } = require("node:fs");
const { constants } = require("node:os");
const path = require("node:path");
const { ensureInstalled, requireNode, root } = require("./bootstrap.cjs");

/** Runs Node in the repository and returns its exit code, a signal as shells count it. */
function node(args, options = {}) {
  const result = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit", ...options });
  if (result.error !== undefined) throw result.error;
  return result.status ?? 128 + (constants.signals[result.signal] ?? 0);
}

const typescript = ["--require", "ts-node/register/transpile-only"];

const commands = {
  start: (args) => node([...typescript, path.join("scripts", "start.ts"), ...args]),

  meshwright: (args) => node([...typescript, path.join("cli", "main.ts"), ...args]),

  test: (args) => {
    // What needs an API server or the Pulumi CLI has a script of its own.
    const suites = ["test/**/*.test.ts", "--ignore", "test/cluster/**", "--ignore", "test/program/**"];
    const isTest = (arg) => /^(\.[\\/])?test[\\/]/.test(arg) || arg.endsWith(".test.ts");
    const isFolder = (arg) =>
      statSync(path.join(root, arg), { throwIfNoEntry: false })?.isDirectory() === true;
    // A folder stands for all that is below it, helpers aside.
    const chosen = args.map((arg) =>
      isTest(arg) && isFolder(arg) ? path.posix.join(arg, "**/*.test.ts") : arg,
    );
    const reporter = args.some((arg) => /^(-R|--reporter)/.test(arg))
      ? []
      : ["--reporter", path.join("scripts", "suite-reporter.cjs")];
    const mocha = path.join("node_modules", "mocha", "bin", "mocha.js");
    const code = node([mocha, ...reporter, ...(args.some(isTest) ? [] : suites), ...chosen]);
    console.log(
      code === 0
        ? 'All passed. Next: "npm start" compiles and checks the dev stack, "npm run lint" and "npm run typecheck" check the code.'
        : 'Some failed: see above. Next: "npm test -- test/<area>/<name>.test.ts" runs one file, "-g <words>" the tests whose names match.',
    );
    return code;
  },
};

const [name = "", ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (command === undefined) {
  console.error(`usage: node scripts/run.cjs ${Object.keys(commands).join("|")} [arguments]`);
  process.exit(2);
}
requireNode();
ensureInstalled();
process.exitCode = command(args);
