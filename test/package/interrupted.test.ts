import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as after } from "node:timers/promises";

const ROOT = path.resolve(__dirname, "..", "..");

interface Interrupted {
  readonly code: number | null;
  readonly output: string;
  /** What it had started that is still there. */
  readonly left: readonly number[];
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // What ended, but whose parent has not asked, runs no longer.
  return !existsSync(`/proc/${pid}/stat`) || !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
}

async function until(what: string, holds: () => boolean, patience = 15_000): Promise<void> {
  const end = Date.now() + patience;
  while (!holds()) {
    assert.ok(Date.now() < end, `waited in vain until ${what}`);
    await after(50);
  }
}

/** Ends a program once it has written the ids of `count` processes that it started to `pids`. */
async function interrupt(
  child: ChildProcess,
  pids: string,
  count: number,
  send: (pid: number) => void,
): Promise<Interrupted> {
  let output = "";
  child.stdout?.on("data", (text) => (output += String(text)));
  child.stderr?.on("data", (text) => (output += String(text)));
  const ended = once(child, "exit") as Promise<[number | null]>;
  const started = (): number[] =>
    existsSync(pids) ? readFileSync(pids, "utf8").trim().split("\n").map(Number) : [];
  try {
    await until(`it runs:\n${output}`, () => started().length >= count);
    send(child.pid!);
    const [code] = await ended;
    const left = (): number[] => started().filter(isRunning);
    await until("all is ended", () => left().length === 0, 2000).catch(() => undefined);
    return { code, output, left: left() };
  } finally {
    child.kill("SIGKILL");
    for (const pid of started().filter(isRunning)) process.kill(pid, "SIGKILL");
  }
}

describe("a run that is interrupted", function () {
  this.timeout(40_000);
  before(function () {
    if (process.platform !== "win32") return;
    console.log("skipped: Windows has no signals");
    this.skip();
  });

  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "meshwright-interrupted-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  for (const [signal, code, send] of [
    // A terminal sends it to everyone in the foreground.
    ["SIGINT", 130, (pid: number) => process.kill(-pid, "SIGINT")],
    ["SIGTERM", 143, (pid: number) => process.kill(pid, "SIGTERM")],
  ] as const) {
    it(`says so where tests end by ${signal}, leaves no worker behind, and exits with ${code}`, async () => {
      const pids = path.join(folder, "pids");
      for (const name of ["a", "b"]) {
        const file = path.join(folder, `${name}.test.ts`);
        writeFileSync(
          file,
          `import { spawn } from "node:child_process";
           import { appendFileSync } from "node:fs";
           it("is slow", (done) => {
             const program = spawn("sleep", ["60"]);
             appendFileSync(${JSON.stringify(pids)}, process.pid + "\\n" + program.pid + "\\n");
             setTimeout(done, 60_000);
           }).timeout(70_000);`,
        );
      }
      const script = path.join(ROOT, "scripts", "run.cjs");
      const files = ["a", "b"].map((name) => path.join(folder, `${name}.test.ts`));
      const child = spawn(process.execPath, [script, "test", "--parallel", "--jobs", "2", ...files], {
        detached: true,
        env: { ...process.env, NO_COLOR: "1" },
      });
      const ended = await interrupt(child, pids, 4, send);
      assert.doesNotMatch(ended.output, /All passed/);
      assert.match(ended.output, new RegExp(`Interrupted by ${signal}: `));
      assert.deepEqual({ code: ended.code, left: ended.left }, { code, left: [] });
    });
  }

  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    it(`ends every step of .ci/run by ${signal}, removes its logs, says that nothing passed, and exits with ${code}`, async () => {
      const at = (...names: string[]): string => path.join(folder, ...names);
      mkdirSync(at("clone"));
      mkdirSync(at("tmp"));
      mkdirSync(at("bin"));
      cpSync(path.join(ROOT, ".ci"), at("clone", ".ci"), { recursive: true });
      const tool = (name: string, text: string): void => {
        writeFileSync(at("bin", name), `#!/bin/sh\n${text}\n`);
        chmodSync(at("bin", name), 0o755);
      };
      for (const name of ["openssl", "prometheus", "chromium", "git", "python3", "pip", "go"])
        tool(name, "exit 0");
      // Every step is one of npm; the tests start a program that would go on without them.
      tool("npm", `sleep 60 & echo $! >>"$PIDS"; echo $$ >>"$PIDS"; wait; echo "1 passing"`);
      const child = spawn(at("clone", ".ci", "run"), [], {
        env: {
          ...process.env,
          PATH: `${at("bin")}${path.delimiter}${process.env["PATH"] ?? ""}`,
          PIDS: at("pids"),
          TMPDIR: at("tmp"),
          MESHWRIGHT_TRANSPILE_CACHE: at("transpiled"),
        },
      });
      const ended = await interrupt(child, at("pids"), 2, (pid) => process.kill(pid, signal));
      assert.match(ended.output, new RegExp(`Interrupted by ${signal}`));
      assert.doesNotMatch(ended.output, /\d+ passed/);
      assert.deepEqual({ code: ended.code, left: ended.left }, { code, left: [] });
      assert.deepEqual(readdirSync(at("tmp")), []);
    });
  }
});
