import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import * as path from "node:path";
import { run } from "./run-cli";

const ROOT = path.resolve(__dirname, "..", "..");
const MAIN = ["--require", "ts-node/register/transpile-only", path.join("cli", "main.ts")];

describe("command line: usage", () => {
  for (const [what, args, message] of [
    [
      "an unknown command, with what was meant",
      ["chek"],
      /error: unknown command 'chek'\n\(Did you mean check\?\)/,
    ],
    [
      "an unknown option, with what was meant",
      ["check", "--formt", "json"],
      /unknown option '--formt'\n\(Did you mean --format\?\)/,
    ],
    [
      "an unknown format, with those there are",
      ["check", "--format", "xml"],
      /Allowed choices are text, json, sarif, junit/,
    ],
    ["a stack and files at once", ["check", "--stack", "dev", "-f", "x"], /cannot be used with/],
    ["an argument that nothing takes", ["synth", "dev"], /too many arguments for 'synth'/],
    ["an option without its value", ["check", "-f"], /argument missing/],
  ] as const) {
    it(`refuses ${what}: exit 2, one error, nothing on standard output`, async () => {
      const result = await run(args);
      assert.equal(result.code, 2);
      assert.equal(result.stdout, "");
      assert.match(result.stderr, message);
      assert.equal(result.stderr.match(/error:/g)?.length, 1);
      assert.match(result.stderr, /--help" for what is accepted/);
    });
  }

  it("without a command prints the help as an error", async () => {
    const result = await run([]);
    assert.equal(result.code, 2);
    assert.equal(result.stdout, "");
    assert.match(result.stderr, /Usage: meshwright/);
  });

  it("lists exactly the commands there are, and the exit codes", async () => {
    const { code, stdout } = await run(["--help"]);
    assert.equal(code, 0);
    const commands = [...stdout.matchAll(/^ {2}([a-z-]+) \[options\]/gm)].map(([, name]) => name);
    assert.deepEqual(commands, ["synth", "check", "graph", "explain", "diff", "explain-rule"]);
    assert.match(stdout, /Exit codes: 0 clean, 1 mandatory findings, 2 bad usage or bad input/);
  });

  it("knows its version", async () => {
    const { version } = JSON.parse(
      spawnSync("cat", ["package.json"], { cwd: ROOT, encoding: "utf8" }).stdout,
    );
    assert.deepEqual(await run(["--version"]), { code: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("the process ends with the command's code and keeps the streams apart", () => {
    const child = spawnSync(process.execPath, [...MAIN, "check", "-f", "-", "--format", "json"], {
      cwd: ROOT,
      input: "a: [",
      encoding: "utf8",
    });
    assert.equal(child.status, 2);
    assert.equal(child.stdout, "");
    assert.match(child.stderr, /standard input:1:5/);
    assert.doesNotMatch(child.stderr, /^\s+at /m);
  });

  it("survives a reader that closes the pipe, with the same exit code", async () => {
    const objects = Array.from({ length: 2000 }, (_, index) =>
      JSON.stringify({
        apiVersion: "networking.istio.io/v1",
        kind: "VirtualService",
        metadata: { name: `vs-${index}` },
        spec: { hosts: ["a"], http: [{ route: [{ destination: { host: "nowhere" }, weight: 7 }] }] },
      }),
    );
    const child = spawn(process.execPath, [...MAIN, "check", "-f", "-"], { cwd: ROOT });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.stdout.destroy();
    child.stdin.end(objects.join("\n---\n"));
    const code = await new Promise((resolve) => child.on("close", resolve));
    assert.equal(code, 1, stderr);
    assert.doesNotMatch(stderr, /EPIPE/);
  });
});
