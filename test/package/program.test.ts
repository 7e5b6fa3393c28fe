import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { packedTarball, readManifest, ROOT, UserProject } from "./installed";
import { readmePack, readmeProgram } from "./readme";

const PROJECT = "name: readme\nruntime: nodejs\n";
const TSCONFIG =
  '{ "compilerOptions": { "strict": true, "module": "commonjs", "moduleResolution": "node", "target": "es2022", "skipLibCheck": true } }\n';

describe("a user's project with the package", function () {
  this.timeout(300_000);
  let project: UserProject;
  before(() => {
    project = new UserProject();
    project.linkPackage();
    project.write("package.json", '{ "name": "readme", "private": true }\n');
    project.write("Pulumi.yaml", PROJECT);
    project.write("tsconfig.json", TSCONFIG);
    project.write("index.ts", readmeProgram());
  });
  after(() => project.remove());

  const meshwright = (...args: string[]) => project.run("npx", ["--no-install", "meshwright", ...args]);

  it("runs the README's program with npx meshwright synth, and writes its manifests", () => {
    const { code, stdout, stderr } = meshwright("synth", "--stack", "dev");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Stack dev of readme: /);
    assert.match(stdout, /\n {2}meshwright:index:ServiceMesh\n/);
    assert.match(stdout, /\/wines\* +-> reviews\.bookinfo subset v1\n/);
    const files = project.list(".mesh/dev/manifests").filter((name) => name.endsWith(".yaml"));
    assert.ok(files.length >= 4);
    const text = files.map((name) => project.read(`.mesh/dev/manifests/${name}`)).join("");
    for (const kind of [
      "CustomResourceDefinition",
      "Deployment",
      "VirtualService",
      "DestinationRule",
      "AuthorizationPolicy",
    ]) {
      assert.match(text, new RegExp(`^kind: ${kind}$`, "m"));
    }
  });

  it("checks it, with a policy pack of the user's own that imports our rules", () => {
    project.write("pack/PulumiPolicy.yaml", "runtime: nodejs\n");
    project.write("pack/package.json", '{ "name": "platform-pack", "version": "1.0.0", "private": true }\n');
    project.write("pack/tsconfig.json", TSCONFIG);
    project.write("pack/index.ts", readmePack());
    const { stdout, stderr } = meshwright("check", "--stack", "dev", "--pack", "pack", "--format", "json");
    const { findings, checked, rules } = JSON.parse(stdout) as {
      findings: { rule: string; level: string; object: { kind: string; name: string }; message: string }[];
      checked: number;
      rules: number;
    };
    assert.ok(checked > 30, stderr);
    assert.ok(rules > 13);
    const theirs = findings.filter(({ rule }) => rule === "namespaces-have-owners");
    assert.deepEqual(theirs.map(({ object, level }) => `${level} ${object.kind} ${object.name}`).sort(), [
      "mandatory Namespace bookinfo",
      "mandatory Namespace istio-system",
    ]);
    assert.match(theirs[0]?.message ?? "", /The label `team` is missing/);
  });

  it("shows a pack files as well, with file and line, and reports what it says once", () => {
    project.write(
      "weights.yaml",
      [
        "apiVersion: v1",
        "kind: Namespace",
        "metadata: { name: shop }",
        "---",
        "apiVersion: networking.istio.io/v1",
        "kind: VirtualService",
        "metadata: { name: reviews, namespace: shop }",
        "spec:",
        "  hosts: [reviews]",
        "  http:",
        "    - route:",
        "        - destination: { host: reviews }",
        "          weight: 50",
        "",
      ].join("\n"),
    );
    const { code, stdout } = meshwright("check", "-f", "weights.yaml", "--pack", "pack", "--format", "json");
    assert.equal(code, 1);
    const { findings } = JSON.parse(stdout) as { findings: { rule: string; file: string; line: number }[] };
    const at = (wanted: string): string[] =>
      findings.filter(({ rule }) => rule === wanted).map(({ file, line }) => `${file}:${line}`);
    assert.deepEqual(at("namespaces-have-owners"), ["weights.yaml:1"]);
    assert.deepEqual(at("traffic-weights-sane"), ["weights.yaml:13"]);
  });

  it("takes our pack from where the package is installed", () => {
    const { code, stdout, stderr } = meshwright(
      "check",
      "-f",
      "weights.yaml",
      "--pack",
      "node_modules/meshwright/dist/policies",
    );
    assert.equal(code, 1, stderr);
    assert.match(stdout, /mandatory traffic-weights-sane/);
  });
});

/** Runners of tests beside mocha, and how each runs one file; both of versions that run on Node 20. */
const RUNNERS = {
  jest: { version: "30.5.2", args: ["node_modules/jest/bin/jest.js", "--rootDir"], imports: "" },
  vitest: {
    version: "4.1.12",
    args: ["node_modules/vitest/vitest.mjs", "run", "--root"],
    imports:
      'import { beforeAll, describe, expect, it } from "vitest";\nimport { runStack } from "meshwright/testing";\n',
  },
} as const;

const KIT_TEST = `
describe("stack dev", () => {
  let mesh;
  beforeAll(async () => {
    mesh = await runStack({ stack: "dev", env: { PULUMI_NODEJS_TRANSPILE_ONLY: "true" } });
  }, 120_000);
  it("sends /wines to v1", () => {
    const [reviews] = mesh.routes("reviews.bookinfo");
    expect(reviews.lines[0]).toEqual({ when: "/wines*", then: "reviews.bookinfo subset v1" });
  });
  it("demands mutual TLS", () => expect(mesh.findings({ rule: "mtls-mesh-strict" })).toEqual([]));
  it("tells what is found", () => {
    const failing = () => mesh.assertNoFindings({ pack: "strict", rules: { "install-control-plane-hardened": "mandatory" } });
    expect(failing).toThrow(/install-control-plane-hardened/);
  });
});
`;

describe("the test kit in other runners", function () {
  this.timeout(600_000);
  let project: UserProject;
  let runners: string;
  before(function () {
    const wanted = Object.entries(RUNNERS).map(([name, { version }]) => `${name}@${version}`);
    const installed = spawnSync(
      process.execPath,
      [path.join(ROOT, "scripts", "cached-install.cjs"), "test-runners", ...wanted],
      { encoding: "utf8" },
    );
    if (installed.status === 3) {
      console.log(
        `    skipped: npm reaches no registry to fetch jest and vitest from (${installed.stderr.trim()})`,
      );
      this.skip();
    }
    assert.equal(installed.status, 0, installed.stderr);
    runners = installed.stdout.trim();
    project = new UserProject();
    project.linkPackage();
    project.write("package.json", '{ "name": "readme", "private": true }\n');
    project.write("Pulumi.yaml", PROJECT);
    project.write("tsconfig.json", TSCONFIG);
    project.write("index.ts", readmeProgram());
  });
  after(() => project?.remove());

  for (const [name, { args, imports }] of Object.entries(RUNNERS)) {
    it(`passes in ${name}, and says what is found where something is`, () => {
      const [file, ...options] = args;
      const required = 'const { runStack } = require("meshwright/testing");\n';
      project.write(`${name}/kit.test.${imports === "" ? "js" : "mjs"}`, `${imports || required}${KIT_TEST}`);
      const { code, stdout, stderr } = project.run(process.execPath, [
        path.join(runners, file),
        ...options,
        path.join(project.folder, name),
      ]);
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout + stderr, /3 passed/);
    });
  }
});

describe("npm install of the tarball into an empty folder", function () {
  this.timeout(600_000);
  let project: UserProject;
  before(() => (project = new UserProject()));
  after(() => project.remove());

  it("brings a command that works and a package that can be required", () => {
    project.write("package.json", '{ "name": "empty", "private": true }\n');
    const install = project.run("npm", [
      "install",
      "--prefer-offline",
      "--no-audit",
      "--no-fund",
      packedTarball(),
    ]);
    assert.equal(install.code, 0, install.stderr);
    const version = project.run("npx", ["--no-install", "meshwright", "--version"]);
    assert.equal(version.stdout, `${readManifest().version}\n`, version.stderr);
    const required = project.run(process.execPath, [
      "-e",
      'console.log(typeof require("meshwright").ServiceMesh)',
    ]);
    assert.equal(required.stdout, "function\n", required.stderr);
    project.write("service.yaml", "apiVersion: v1\nkind: Service\nmetadata: { name: a, namespace: b }\n");
    const check = project.run("npx", ["--no-install", "meshwright", "check", "-f", "service.yaml"]);
    assert.equal(check.code, 0, check.stderr);
  });
});
