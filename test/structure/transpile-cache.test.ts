import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const ROOT = path.resolve(__dirname, "..", "..");
const CACHE = path.join(ROOT, "scripts", "transpile-cache.cjs");

describe("the cache of transpiled files", function () {
  this.timeout(60_000);
  let folder: string;
  let kept: string;
  let program: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "meshwright-transpile-"));
    kept = path.join(folder, "kept");
    program = path.join(folder, "program.ts");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function run(source: string, file = program, cwd = ROOT) {
    writeFileSync(file, source);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--require", CACHE, "--require", "ts-node/register/transpile-only", file],
      {
        cwd,
        encoding: "utf8",
        env: { ...process.env, NODE_OPTIONS: "", MESHWRIGHT_TRANSPILE_CACHE: kept },
      },
    );
    return { status, stdout, stderr };
  }
  const entries = () => readdirSync(kept).sort();

  it("runs what the file says now, from the cache only while neither file nor settings change", () => {
    const first = "const said: string = 'first';\nconsole.log(said);\n";
    assert.equal(run(first).stdout, "first\n");
    const [entry, ...others] = entries();
    assert.ok(entry !== undefined && others.length === 0);

    // What is kept is what runs: the second process has not transpiled again.
    const file = path.join(kept, entry);
    writeFileSync(file, readFileSync(file, "utf8").replace("'first'", "'kept'"));
    assert.equal(run(first).stdout, "kept\n");

    assert.equal(run("const said: string = 'second';\nconsole.log(said);\n").stdout, "second\n");
    assert.equal(entries().length, 2);
  });

  it("serves a project in another folder, whose settings of what becomes of a file are the same", () => {
    const project = (name: string, target: string) => {
      const place = path.join(folder, name);
      mkdirSync(place);
      const settings = { compilerOptions: { target, module: "commonjs", paths: { [name]: ["./own.ts"] } } };
      writeFileSync(path.join(place, "tsconfig.json"), JSON.stringify(settings));
      symlinkSync(path.join(ROOT, "node_modules"), path.join(place, "node_modules"), "dir");
      const file = path.join(place, "program.ts");
      const before = entries().length;
      const { stdout, stderr } = run("\nconsole.log(new Error().stack?.split('\\n')[1]);\n", file, place);
      // Also the trace names its own file, not the one that was there first.
      assert.ok(stdout.includes(`${file}:2:13`), stdout + stderr);
      return entries().length - before;
    };
    assert.deepEqual(
      [project("one", "es2022"), project("two", "es2022"), project("three", "es2018")],
      [1, 0, 1],
    );
  });

  it("names the line of the source in a stack trace, the second time too", () => {
    const source = "interface Unused {\n  gone: string;\n}\nthrow new Error('here');\n";
    for (const time of ["first", "second"]) {
      const { status, stderr } = run(source);
      assert.equal(status, 1, time);
      assert.match(stderr, /program\.ts:4:7/, time);
    }
  });

  it("keeps nothing of a file that does not parse, and makes anew what was cut off", () => {
    const before = entries();
    for (let time = 0; time < 2; time++) assert.match(run("const = 1;\n").stderr, /TS1134/);
    assert.deepEqual(entries(), before);

    const source = "console.log('whole');\n";
    run(source);
    const made = entries().find((entry) => !before.includes(entry));
    assert.ok(made !== undefined);
    writeFileSync(path.join(kept, made), '{"outputText":"consol');
    assert.equal(run(source).stdout, "whole\n");
  });
});
