import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

const ROOT = path.resolve(__dirname, "..", "..");
const BOOTSTRAP = path.join(ROOT, "scripts", "bootstrap.cjs");

interface LockEntry {
  readonly version: string;
  readonly integrity?: string;
  readonly optional?: boolean;
}

describe("setting up a clone", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "meshwright-clone-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, value: unknown): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), JSON.stringify(value));
  };
  const lock = (packages: Readonly<Record<string, LockEntry>>): void =>
    write("package-lock.json", { packages: { "": { version: "1.0.0" }, ...packages } });
  const installed = (packages: Readonly<Record<string, LockEntry>>): void => {
    write("node_modules/.package-lock.json", { packages });
    for (const place of Object.keys(packages)) mkdirSync(path.join(folder, place), { recursive: true });
  };
  const reason = (): string => {
    const script = `process.stdout.write(String(require(${JSON.stringify(BOOTSTRAP)}).staleReason(${JSON.stringify(folder)})))`;
    return spawnSync(process.execPath, ["-e", script], { encoding: "utf8" }).stdout;
  };
  const a = { version: "1.0.0", integrity: "sha512-a" };

  it("installs where nothing is installed, or an installation did not come to its end", () => {
    lock({ "node_modules/a": a });
    assert.equal(reason(), "node_modules is missing");
    mkdirSync(path.join(folder, "node_modules"));
    assert.equal(reason(), "node_modules is incomplete");
  });

  it("does nothing where everything is as locked, packages for other platforms aside", () => {
    lock({ "node_modules/a": a, "node_modules/other-platform": { version: "2.0.0", optional: true } });
    installed({ "node_modules/a": a });
    assert.equal(reason(), "undefined");
  });

  it("installs again where the lock moved on: another version, other contents, one more package, one deleted", () => {
    lock({ "node_modules/a": { ...a, version: "1.1.0" } });
    installed({ "node_modules/a": a });
    assert.equal(reason(), "node_modules/a is 1.0.0, locked is 1.1.0");
    lock({ "node_modules/a": { ...a, integrity: "sha512-b" } });
    assert.match(reason(), /^node_modules\/a is 1\.0\.0/);
    lock({ "node_modules/a": a, "node_modules/b": a });
    assert.equal(reason(), "node_modules/b is not installed");
    lock({ "node_modules/a": a });
    rmSync(path.join(folder, "node_modules", "a"), { recursive: true });
    assert.equal(reason(), "node_modules/a is missing");
  });

  it("finds this very clone in order, or the tests could not run", () => {
    const script = `process.stdout.write(String(require(${JSON.stringify(BOOTSTRAP)}).staleReason()))`;
    assert.equal(spawnSync(process.execPath, ["-e", script], { encoding: "utf8" }).stdout, "undefined");
  });

  for (const [version, accepted] of [
    ["18.20.0", false],
    ["20.18.3", false],
    ["20.19.0", true],
    ["22.0.0", true],
    ["100.0.0", true],
  ] as const) {
    it(`${accepted ? "accepts" : "refuses"} Node ${version}`, () => {
      const script = `require(${JSON.stringify(BOOTSTRAP)}).requireNode(${JSON.stringify(version)})`;
      const { status, stderr } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
      assert.equal(status, accepted ? 0 : 2);
      if (!accepted) assert.match(stderr, new RegExp(`\\[setup/node-version\\]\\n +got: +${version}`));
    });
  }

  it("asks for the Node that package.json names", () => {
    const { engines } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
      engines: { node: string };
    };
    assert.ok(
      readFileSync(BOOTSTRAP, "utf8").includes(`[${engines.node.replace(">=", "").replace(".", ", ")}]`),
    );
  });

  it("a script that does not exist is bad usage", () => {
    const { status, stderr } = spawnSync(process.execPath, ["scripts/run.cjs", "strat"], {
      cwd: ROOT,
      encoding: "utf8",
    });
    assert.equal(status, 2);
    assert.match(stderr, /^usage: .*start\|meshwright\|test/);
  });
});
