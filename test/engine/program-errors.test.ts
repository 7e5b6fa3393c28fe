import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MeshError, type Problem } from "../../components/intent/problem";
import { runProgram, type LogEntry, type RunOptions, type StateStore } from "../../engine";
import { FAST, projectWith } from "./support/project";

async function failureOf(options: Partial<RunOptions> & { cwd: string }): Promise<MeshError> {
  try {
    await runProgram({ stack: "dev", env: FAST, ...options });
  } catch (error) {
    assert.ok(error instanceof MeshError, String(error));
    return error;
  }
  throw assert.fail("the run succeeded");
}

async function problemOf(options: Partial<RunOptions> & { cwd: string }): Promise<Problem> {
  const { problems } = await failureOf(options);
  assert.equal(problems.length, 1, JSON.stringify(problems));
  const [problem] = problems;
  assert.ok(problem);
  return problem;
}

const FORBIDDEN = /\n\s+at .*[:(]\d|node_modules|node:internal/;

describe("a program that fails", function () {
  this.timeout(60_000);

  it("is reported with its message and the user's file and line, without a stack", async () => {
    const cwd = projectWith({
      "index.ts": `import { check } from "./check";\n\ncheck(0);\n`,
      "check.ts": `export function check(replicas: number): void {\n  if (replicas < 1) throw new RangeError("replicas must be at least 1");\n}\n`,
    });
    const error = await failureOf({ cwd });
    const [problem] = error.problems;
    assert.equal(problem?.id, "engine/program-failed");
    assert.match(problem.message, /^RangeError: replicas must be at least 1$/);
    assert.match(problem.path, /^check\.ts:2:\d+$/);
    assert.doesNotMatch(error.message, FORBIDDEN);
  });

  it("is reported with all errors when several promises are rejected", async () => {
    const cwd = projectWith({
      "index.ts": `void Promise.reject(new Error("first"));\nvoid Promise.reject(new Error("second"));\n`,
    });
    const { problems } = await failureOf({ cwd });
    assert.deepEqual(
      problems.map(({ message, path }) => [message, path.replace(/:\d+$/, "")]),
      [
        ["Error: first", "index.ts:1"],
        ["Error: second", "index.ts:2"],
      ],
    );
  });

  it("is reported once, with its line, when a promise that nobody awaits is rejected later", async () => {
    const cwd = projectWith({
      "index.ts": `async function later(): Promise<void> {\n  await new Promise((r) => setTimeout(r, 50));\n  throw new Error("too late");\n}\nvoid later();\n`,
    });
    const problem = await problemOf({ cwd });
    assert.equal(problem.message, "Error: too late");
    assert.match(problem.path, /^index\.ts:3:/);
  });

  it("is reported when plain JavaScript throws at once, whose stack trace Node 20 cannot colour", async () => {
    const cwd = projectWith({
      "Pulumi.yaml": "name: sample\nruntime: { name: nodejs, options: { typescript: false } }\n",
      "index.js": `require("@pulumi/pulumi");\nthrow new Error("boom");\n`,
    });
    const problem = await problemOf({ cwd });
    assert.deepEqual([problem.path, problem.message], ["index.js:2:7", "Error: boom"]);
  });

  it("is reported with its own words when it throws an error that is meant for users", async () => {
    const cwd = projectWith({
      "index.ts": `import { RunError } from "@pulumi/pulumi";\nthrow new RunError("the region is not allowed");\n`,
    });
    const problem = await problemOf({ cwd });
    assert.equal(problem.message, "the region is not allowed");
  });

  it("is reported with file, line and diagnostic for each type error", async () => {
    const cwd = projectWith({
      "index.ts": `const replicas: number = "three";\nexport const zone: string = 4;\nexport { replicas };\n`,
    });
    const { problems } = await failureOf({ cwd, env: {} });
    assert.deepEqual(
      problems.map(({ id, path }) => [id, path]),
      [
        ["engine/program-does-not-compile", "index.ts:1:7"],
        ["engine/program-does-not-compile", "index.ts:2:14"],
      ],
    );
    assert.match(problems[0]?.message ?? "", /^TS2322: Type 'string' is not assignable to type 'number'/);
  });

  it("is reported with its line when it does not parse", async () => {
    const cwd = projectWith({ "index.ts": `const a = 1;\nconst = 2;\n` });
    const { problems } = await failureOf({ cwd });
    assert.match(problems[0]?.path ?? "", /^index\.ts:2/);
  });

  it("is reported when it ends itself, with the line that does so", async () => {
    for (const code of [0, 3]) {
      const cwd = projectWith({
        "index.ts": `console.error("giving up" as string);\nprocess.exit(${code});\n`,
      });
      const problem = await problemOf({ cwd });
      assert.equal(problem.id, "engine/program-exited");
      assert.match(problem.message, /exit code/);
      assert.equal(problem.path, "index.ts:2");
      assert.equal(problem.got, "giving up");
    }
  });

  it("is reported when it comes to its end while a resource still waits", async () => {
    const cwd = projectWith({
      "index.ts": `import { ConfigMap } from "@pulumi/kubernetes/core/v1";
new ConfigMap("a", { data: { never: new Promise<string>(() => {}) } });
`,
    });
    const problem = await problemOf({ cwd });
    assert.equal(problem.id, "engine/program-stuck");
  });

  it("is reported when it is killed", async () => {
    const cwd = projectWith({ "index.ts": `process.kill(process.pid, "SIGKILL");\n` });
    const problem = await problemOf({ cwd });
    assert.equal(problem.id, "engine/program-exited");
    assert.match(problem.message, /SIGKILL/);
  });

  it("is reported when a module is missing, naming it", async () => {
    const cwd = projectWith({ "index.ts": `import "./absent";\n` });
    const problem = await problemOf({ cwd });
    assert.match(problem.message, /Cannot find module '\.\/absent'/);
  });

  it("is reported when the folder has no program to run", async () => {
    const cwd = projectWith({ "package.json": '{ "name": "empty" }\n' });
    const problem = await problemOf({ cwd });
    assert.match(`${problem.message} ${problem.got}`, /entry point/);
  });

  it("is stopped when it never ends, with everything that it started", async () => {
    const cwd = projectWith({
      "index.ts": `import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
const child = spawn("sleep", ["600"], { stdio: "inherit" });
writeFileSync("pid", String(child.pid));
setInterval(() => {}, 1000);
`,
    });
    const problem = await problemOf({ cwd, timeoutSeconds: 3 });
    assert.equal(problem.id, "engine/program-timeout");
    assert.match(problem.message, /within 3 seconds/);
    const pid = Number(readFileSync(join(cwd, "pid"), "utf8"));
    assert.equal(await outlives(pid), false, "a process that the program started outlived it");
  });

  it("is stopped when it keeps its thread busy for ever", async () => {
    const cwd = projectWith({ "index.ts": `for (;;) {}\n` });
    const problem = await problemOf({ cwd, timeoutSeconds: 2 });
    assert.equal(problem.id, "engine/program-timeout");
  });

  it("is stopped when the caller says so", async () => {
    const cwd = projectWith({ "index.ts": `console.log("up");\nsetInterval(() => {}, 1000);\n` });
    const abort = new AbortController();
    const problem = await problemOf({ cwd, signal: abort.signal, onLog: () => abort.abort() });
    assert.equal(problem.id, "engine/interrupted");
  });

  it("takes its descendants with it when it ends well", async () => {
    const cwd = projectWith({
      "index.ts": `import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
const child = spawn("sleep", ["600"], { stdio: "inherit" });
child.unref();
writeFileSync("pid", String(child.pid));
`,
    });
    await runProgram({ cwd, stack: "dev", env: FAST });
    assert.equal(await outlives(Number(readFileSync(join(cwd, "pid"), "utf8"))), false);
  });

  it("saves no state", async () => {
    const saved: unknown[] = [];
    const state: StateStore = {
      load: () => Promise.resolve(undefined),
      save: (_, value) => Promise.resolve(void saved.push(value)),
    };
    const cwd = projectWith({
      "index.ts": `import { RandomId } from "@pulumi/random";\nnew RandomId("id", { byteLength: 4 });\nthrow new Error("no");\n`,
    });
    await failureOf({ cwd, state });
    assert.deepEqual(saved, []);
  });

  it("tells what it logged as errors once, and not before it is known to be the reason", async () => {
    const told: LogEntry[] = [];
    const cwd = projectWith({
      "index.ts": `import * as pulumi from "@pulumi/pulumi";\nvoid pulumi.log.info("hello");\nthrow new Error("no");\n`,
    });
    await failureOf({ cwd, onLog: (entry) => told.push(entry) });
    assert.deepEqual(told, [{ severity: "info", message: "hello" }]);
  });

  it("does not fail because it logged an error, as under the Pulumi CLI", async () => {
    const cwd = projectWith({
      "index.ts": `import * as pulumi from "@pulumi/pulumi";\nvoid pulumi.log.error("not good");\n`,
    });
    const told: LogEntry[] = [];
    const { logs } = await runProgram({ cwd, stack: "dev", env: FAST, onLog: (entry) => told.push(entry) });
    assert.deepEqual(logs, [{ severity: "error", message: "not good" }]);
    assert.deepEqual(told, logs);
  });
});

describe("a registration that cannot be carried out", function () {
  this.timeout(60_000);

  it("is one error at the program's line when a URN is taken", async () => {
    const cwd = projectWith({
      "index.ts": `import { ConfigMap } from "@pulumi/kubernetes/core/v1";\nnew ConfigMap("a", {});\nnew ConfigMap("a", {});\n`,
    });
    const error = await failureOf({ cwd });
    assert.equal(error.problems[0]?.id, "engine/duplicate-urn");
    assert.match(
      error.message,
      /Duplicate resource URN 'urn:pulumi:dev::sample::kubernetes:core\/v1:ConfigMap::a'; try giving it a unique name/,
    );
    assert.match(error.message, /index\.ts:[23]/);
  });

  it("is one error at the program's line when a provider refuses the inputs", async () => {
    const cwd = projectWith({
      "index.ts": `import { PrivateKey } from "@pulumi/tls";\nnew PrivateKey("k", { algorithm: "DSA" });\n`,
    });
    const error = await failureOf({ cwd });
    assert.match(error.message, /DSA/);
    assert.match(error.message, /index\.ts:2/);
  });

  it("is one error when a remote component is asked for", async () => {
    const cwd = projectWith({
      "index.ts": `import * as pulumi from "@pulumi/pulumi";\nclass Far extends pulumi.ComponentResource { constructor() { super("far:index:Far", "f", {}, undefined, true); } }\nnew Far();\n`,
    });
    const problem = await problemOf({ cwd });
    assert.equal(problem.id, "engine/remote-component");
  });

  it("names the function that no one can answer", async () => {
    const cwd = projectWith({
      "index.ts": `import * as pulumi from "@pulumi/pulumi";\nexport const zones = pulumi.runtime.invokeOutput("aws:index/getZones:getZones", {});\n`,
    });
    const error = await failureOf({ cwd });
    assert.match(error.message, /aws:index\/getZones:getZones/);
    assert.match(error.message, /no provider plugin runs offline/);
  });

  it("lets the program go on where it catches the error of a function", async () => {
    const cwd = projectWith({
      "index.ts": `import * as pulumi from "@pulumi/pulumi";\nexport const zones = pulumi.runtime.invoke("aws:index/getZones:getZones", {}).catch(() => "none");\n`,
    });
    const { outputs } = await runProgram({ cwd, stack: "dev", env: FAST });
    assert.equal(outputs.zones, "none");
  });
});

describe("an interrupted command", function () {
  this.timeout(30_000);

  it("leaves no program behind when it gets SIGINT", async () => {
    const cwd = projectWith({
      "index.ts": `import { writeFileSync } from "node:fs";\nwriteFileSync("pid", String(process.pid));\nsetInterval(() => {}, 1000);\n`,
      "driver.js": `require("ts-node/register/transpile-only");
const { existsSync } = require("node:fs");
const { runProgram } = require(${JSON.stringify(join(__dirname, "../../engine"))});
runProgram({ cwd: __dirname, stack: "dev" }).catch(() => {});
const timer = setInterval(() => {
  if (!existsSync(__dirname + "/pid")) return;
  clearInterval(timer);
  process.kill(process.pid, "SIGINT");
}, 50);
`,
    });
    let signal: unknown;
    try {
      execFileSync(process.execPath, ["driver.js"], {
        cwd,
        env: { ...process.env, ...FAST },
        stdio: "ignore",
      });
    } catch (error) {
      signal = (error as { signal?: unknown }).signal;
    }
    assert.equal(signal, "SIGINT");
    assert.ok(existsSync(join(cwd, "pid")));
    assert.equal(await outlives(Number(readFileSync(join(cwd, "pid"), "utf8"))), false);
  });
});

/** A killed process takes a moment to be gone. */
async function outlives(pid: number): Promise<boolean> {
  for (let wait = 0; wait < 40 && isAlive(pid); wait += 1) await new Promise((done) => setTimeout(done, 50));
  return isAlive(pid);
}

function isAlive(pid: number): boolean {
  assert.ok(Number.isInteger(pid) && pid > 1);
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A killed process that nobody has collected yet is dead all the same.
  const status = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "utf8") : "";
  return !/\) Z /.test(status);
}
