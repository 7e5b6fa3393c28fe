"use strict";
// What `npm start`, `npm test` and `npm run -s meshwright -- …` call. Each works on a fresh clone.

const { spawn } = require("node:child_process");
const { readdirSync, statSync } = require("node:fs");
const { availableParallelism, constants, totalmem } = require("node:os");
const path = require("node:path");
const { setTimeout } = require("node:timers");
const { ensureInstalled, requireNode, root } = require("./bootstrap.cjs");

/** Runs Node in the repository and returns its exit code, a signal as shells count it. */
function node(args) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
  // Whoever ends this process means the one that works: without this it would go on alone. Ctrl-C reaches both by itself,
  // and this one waits until the other has cleaned up.
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  process.on("SIGINT", () => {});
  return exitCode(child);
}

const signalCode = (signal) => 128 + (constants.signals[signal] ?? 0);

function exitCode(child) {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? signalCode(signal)));
  });
}

/** How long tests that are interrupted have for what they must clean up. */
const GRACE_MS = 5000;

/**
 * Runs tests in a process group of their own, which ends as a whole: workers that mocha starts, and programs that tests
 * start, would stay behind. Mocha itself counts an interrupted run as one that passed as far as it came.
 *
 * @returns the exit code, and the signal by which the run was interrupted
 */
async function nodeGroup(args) {
  if (process.platform === "win32") return { code: await node(args) };
  const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit", detached: true });
  const endGroup = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch (error) {
      if (error.code !== "ESRCH") throw error; // None of them is left.
    }
  };
  let interrupted;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      // Whoever asks twice does not want to wait.
      if (interrupted !== undefined) return endGroup("SIGKILL");
      interrupted = signal;
      endGroup(signal);
      setTimeout(() => endGroup("SIGKILL"), GRACE_MS).unref();
    });
  }
  const code = await exitCode(child);
  if (interrupted === undefined) return { code };
  endGroup("SIGKILL");
  return { code: signalCode(interrupted), interrupted };
}

/** The arguments without `--allow-cluster NAME`, which goes to the tests as MESHWRIGHT_CLUSTER=kubeconfig:NAME. */
function allowCluster(args) {
  const option = "--allow-cluster";
  const at = args.findIndex((arg) => arg === option || arg.startsWith(`${option}=`));
  if (at < 0) return args;
  const inline = args[at].startsWith(`${option}=`);
  const name = inline ? args[at].slice(option.length + 1) : args[at + 1];
  if (!name || name.startsWith("-")) {
    console.error(
      `${option} has no name [setup/allow-cluster]\n` +
        "    expected: the name of your kubeconfig's current context, or of its cluster\n" +
        `    fix:      npm run test:cluster -- ${option} "$(kubectl config current-context)"`,
    );
    process.exit(2);
  }
  process.env.MESHWRIGHT_CLUSTER = `kubeconfig:${name}`;
  return args.filter((_, i) => i !== at && (inline || i !== at + 1));
}

/**
 * All tests that need no API server and no Pulumi CLI, which have scripts of their own. Where cases take longest comes
 * first: at the end no core waits for a long file on the other.
 */
function wholeSuite() {
  const longest = ["examples", "package", "policy", "security", "engine", "cli", "component"];
  const areas = readdirSync(path.join(root, "test"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !["cluster", "program", ...longest].includes(entry.name))
    .map(({ name }) => name);
  return [...longest, ...areas.sort()].map((area) => `test/${area}/**/*.test.ts`);
}

const isTest = (arg) => /^(\.[\\/])?test[\\/]/.test(arg) || arg.endsWith(".test.ts");

const typescript = ["--require", "ts-node/register/transpile-only"];
// By the environment, for the programs that are started below, too.
process.env.NODE_OPTIONS =
  `${process.env.NODE_OPTIONS ?? ""} --require ${JSON.stringify(path.join(__dirname, "transpile-cache.cjs"))}`.trim();

const commands = {
  start: (args) => node([...typescript, path.join("scripts", "start.ts"), ...args]),

  meshwright: (args) => node([...typescript, path.join("cli", "main.ts"), ...args]),

  "test:cluster": (args) => {
    const rest = allowCluster(args);
    return commands.test(rest.some(isTest) ? rest : ["test/cluster", ...rest]);
  },

  test: async (args) => {
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
    const whole = !args.some(isTest);
    // As many files side by side as there are cores, and as memory holds: a file with the programs that it starts takes 2 GB.
    const jobs = Math.min(availableParallelism(), Math.ceil(totalmem() / 2e9));
    const parallel = whole && jobs > 1 ? ["--parallel", "--jobs", String(jobs)] : [];
    const tests = [mocha, ...reporter, ...parallel, ...(whole ? wholeSuite() : []), ...chosen];
    const { code, interrupted } = await nodeGroup(tests);
    if (interrupted !== undefined) {
      console.log(`Interrupted by ${interrupted}: the tests that did not run prove nothing.`);
      return code;
    }
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
void Promise.resolve(command(args)).then((code) => {
  process.exitCode = code;
});
