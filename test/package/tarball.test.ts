import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { packedTarball, readManifest, UserProject } from "./installed";

describe("the package", () => {
  let project: UserProject;
  before(function () {
    this.timeout(300_000);
    project = new UserProject();
    project.linkPackage();
  });
  after(() => project.remove());

  const inside = (file: string): string => path.join(project.folder, "node_modules", "meshwright", file);

  it("holds compiled code, declarations, licence and notices, and no source, test, stack or script", () => {
    const files = execFileSync("tar", ["-tzf", packedTarball()], { encoding: "utf8" })
      .split("\n")
      .filter((file) => file !== "")
      .map((file) => file.replace(/^package\//, ""));
    const top = new Set(files.map((file) => file.split("/")[0]));
    assert.deepEqual([...top].sort(), [
      "CHANGELOG.md",
      "LICENSE",
      "NOTICE",
      "README.md",
      "dist",
      "package.json",
    ]);
    const folders = new Set(
      files.filter((file) => file.startsWith("dist/")).map((file) => file.split("/")[1]),
    );
    assert.deepEqual([...folders].sort(), ["analysis", "cli", "components", "engine", "policies", "testing"]);
    assert.deepEqual(
      files.filter((file) => /\.ts$/.test(file) && !/\.d\.ts$/.test(file)),
      [],
    );
    // Built where it is needed, like every Go program: `check --templates` evaluates templates with it.
    for (const source of ["main.go", "go.mod", "go.sum"]) {
      assert.ok(files.includes(`dist/cli/injector/${source}`), `${source} of the evaluator is missing`);
    }
    // What a drawn page does and how it looks; it goes into the page as text, and nobody imports it.
    for (const asset of ["page.browser.js", "page.css", "picture.css"]) {
      assert.ok(files.includes(`dist/cli/graph/page/${asset}`), `${asset} of the page is missing`);
    }
    for (const file of files.filter((each) => each.endsWith(".js") && !each.endsWith(".browser.js"))) {
      assert.ok(files.includes(file.replace(/\.js$/, ".d.ts")), `${file} has no declarations`);
    }
  });

  it("resolves every path that exports, typesVersions and bin name, and the command is executable", () => {
    const manifest = readManifest(inside("."));
    const targets = [
      ...Object.values(manifest.exports).flatMap((target) =>
        typeof target === "string" ? target : Object.values(target),
      ),
      ...Object.values(manifest.typesVersions).flatMap((paths) => Object.values(paths).flat()),
      ...Object.values(manifest.bin),
    ];
    for (const target of targets) assert.ok(existsSync(inside(target)), `${target} is not in the package`);
    for (const command of Object.values(manifest.bin)) {
      assert.equal(statSync(inside(command)).mode & 0o111, 0o111);
      assert.match(readFileSync(inside(command), "utf8"), /^#!\/usr\/bin\/env node\n/);
    }
  });

  it("offers the same subpaths to old and new module resolution", () => {
    const { exports, typesVersions } = readManifest();
    const modern = Object.entries(exports).flatMap(([name, target]) =>
      typeof target === "string" || name === "." ? [] : [[name.slice(2), [target.types]] as const],
    );
    assert.deepEqual(Object.fromEntries(modern), typesVersions["*"]);
  });

  it("can be required, each subpath, without anything that the manifest does not name", () => {
    const names = Object.keys(readManifest().exports).map((name) => name.replace(/^\./, "meshwright"));
    const script = names.map((name) => `require(${JSON.stringify(name)});`).join("\n");
    const { code, stderr } = project.run(process.execPath, ["-e", script]);
    assert.equal(code, 0, stderr);
  });

  it("can be imported by name from an ES module", () => {
    project.write(
      "names.mjs",
      'import { defineMesh, ServiceMesh } from "meshwright"; console.log(typeof defineMesh, typeof ServiceMesh);\n',
    );
    const { stdout, stderr } = project.run(process.execPath, ["names.mjs"]);
    assert.equal(stdout, "function function\n", stderr);
  });

  it("develops against the versions that its peers allow, each pinned", () => {
    const { peerDependencies, devDependencies, dependencies } = readManifest();
    for (const [name, range] of Object.entries(peerDependencies)) {
      const pinned = devDependencies[name];
      assert.ok(pinned !== undefined, `${name} is not a development dependency`);
      const [, floor = ""] = /^>=(\S+)/.exec(range) ?? [];
      assert.ok(compare(pinned, floor) >= 0, `${name} ${pinned} is below ${range}`);
    }
    for (const [name, version] of Object.entries({ ...devDependencies, ...dependencies })) {
      assert.match(version, /^\d+\.\d+\.\d+$/, `${name} is not pinned`);
    }
  });

  it("the policy pack has the package's version", () => {
    assert.equal(readManifest(inside(path.join("dist", "policies"))).version, readManifest().version);
  });
});

function compare(a: string, b: string): number {
  const parts = (version: string): number[] => version.split(".").map(Number);
  const [left, right] = [parts(a), parts(b)];
  for (let index = 0; index < 3; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
