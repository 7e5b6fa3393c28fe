import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { PulumiProject } from "./pulumi-project";
import { run, type CliResult } from "./run-cli";

const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const { ConfigMap } = require("@pulumi/kubernetes/core/v1/configMap");
const { Secret } = require("@pulumi/kubernetes/core/v1/secret");
const { RandomPassword } = require("@pulumi/random/randomPassword");

const config = new pulumi.Config();
const replicas = config.getNumber("replicas") ?? 1;
if (config.getBoolean("fail")) require("./fail");
const password = new RandomPassword("password", { length: 24 });
new ConfigMap("settings", { metadata: { name: "settings", namespace: "shop" }, data: { replicas: String(replicas) } });
new Secret("login", { metadata: { name: "login", namespace: "shop" }, stringData: { password: password.result } });
void pulumi.log.warn("mind the gap");
exports.out = password.result;
`;

/** Every file of a folder with its text. */
function contentsOf(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(path.join(folder, name), "utf8")]),
  );
}

describe("meshwright synth", function () {
  this.timeout(60_000);
  let project: PulumiProject;
  beforeEach(() => (project = new PulumiProject(PROGRAM)));
  afterEach(() => project.remove());

  const synth = (...args: string[]): Promise<CliResult> => run(["synth", ...args], { cwd: project.folder });

  it("writes manifests under .mesh/<stack>, tells what they hold, and shows the program's warnings", async () => {
    const { code, stdout, stderr } = await synth();
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Stack dev of sample: 0 components, \d+ resources, 2 Kubernetes objects\n/);
    assert.match(stdout, /Manifests in \.mesh\/dev\/manifests\n/);
    assert.match(stdout, /\n {2}01-dev\.yaml +1 {2}ConfigMap\n/);
    assert.match(stdout, /\n {2}02-dev\.secret\.yaml +1 {2}Secret\n/);
    assert.match(stderr, /warning: mind the gap\n/);
  });

  it("gives the same bytes in a second run, and keeps secrets to the owner, out of reports and logs", async () => {
    const folder = project.path(".mesh", "dev", "manifests");
    const first = await synth();
    const before = contentsOf(folder);
    const second = await synth();
    assert.deepEqual(contentsOf(folder), before);
    assert.equal(second.stdout, first.stdout);
    const secretFile = Object.keys(before).find((name) => name.endsWith(".secret.yaml"));
    assert.ok(secretFile);
    assert.equal(statSync(path.join(folder, secretFile)).mode & 0o777, 0o600);
    const encoded = /password: (\S+)/.exec(before[secretFile] ?? "")?.[1] ?? "";
    const password = Buffer.from(encoded, "base64").toString("utf8");
    assert.equal(password.length, 24);
    for (const text of [first.stdout, first.stderr, second.stdout, second.stderr]) {
      assert.ok(!text.includes(password) && !text.includes(encoded));
    }
  });

  it("--out puts the manifests elsewhere, --cwd runs a project elsewhere", async () => {
    const { code, stdout } = await run(["synth", "--cwd", project.folder, "--out", project.path("rendered")]);
    assert.equal(code, 0);
    assert.ok(stdout.includes(project.path("rendered")));
    assert.ok(existsSync(project.path("rendered", "01-dev.yaml")));
    assert.ok(!existsSync(project.path(".mesh", "dev", "manifests")));
  });

  it("--out refuses a folder with files of somebody else, and leaves them", async () => {
    project.write("docs/notes.txt", "mine\n");
    const { code, stderr } = await synth("--out", "docs");
    assert.equal(code, 2);
    assert.match(stderr, /\[engine\/foreign-files\]/);
    assert.deepEqual(contentsOf(project.path("docs")), { "notes.txt": "mine\n" });
  });

  it("an unknown stack: one error that names the stacks there are, and nothing is created", async () => {
    const { code, stdout, stderr } = await synth("--stack", "nope");
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(
      stderr,
      /^error: stack "nope": 1 problem\n.*\[engine\/unknown-stack\]\n.*"nope"\n +expected: one of dev\n/,
    );
    assert.ok(!existsSync(project.path(".mesh")));
  });

  it("without --stack takes the only one, or dev, and asks where neither is clear", async () => {
    project.write("Pulumi.staging.yaml", "config: {}\n");
    assert.match((await synth()).stdout, /^Stack dev /);
    rmSync(project.path("Pulumi.dev.yaml"));
    assert.match((await synth()).stdout, /^Stack staging /);
    project.write("Pulumi.prod.yaml", "config: {}\n");
    const { code, stderr } = await synth();
    assert.equal(code, 2);
    assert.match(stderr, /\[cli\/no-stack\]\n.*\n +expected: one of prod, staging\n/);
  });

  it("no project: one error", async () => {
    const { code, stderr } = await run(["synth"], { cwd: path.parse(project.folder).root });
    assert.equal(code, 2);
    assert.match(stderr, /^error: .*1 problem\n.*\[engine\/project-missing\]/);
  });

  it("a config value of the wrong type: one error with the file and key", async () => {
    project.write(
      "Pulumi.yaml",
      "name: sample\nruntime: { name: nodejs, options: { typescript: false } }\nconfig:\n  replicas: { type: integer }\n",
    );
    project.write("Pulumi.dev.yaml", "config:\n  sample:replicas: many\n");
    const { code, stderr } = await synth();
    assert.equal(code, 2);
    assert.match(stderr, /Pulumi\.dev\.yaml/);
    assert.match(stderr, /sample:replicas.*\[engine\/config-/);
    assert.equal(stderr.match(/error:/g)?.length, 1);
  });

  it("a program that throws: its message and line, no stack trace, and the manifests of the last run stay", async () => {
    assert.equal((await synth()).code, 0);
    const before = contentsOf(project.path(".mesh", "dev", "manifests"));
    const state = readFileSync(project.path(".mesh", "dev", "state.json"), "utf8");
    project.write("fail.js", '\n  throw new Error("the tide is too low");\n');
    project.write("Pulumi.dev.yaml", "config:\n  sample:fail: true\n");
    const { code, stdout, stderr } = await synth();
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /the tide is too low/);
    assert.match(stderr, /fail\.js:2\b/);
    assert.doesNotMatch(stderr, /^\s+at /m);
    assert.deepEqual(contentsOf(project.path(".mesh", "dev", "manifests")), before);
    assert.equal(readFileSync(project.path(".mesh", "dev", "state.json"), "utf8"), state);
  });

  it("a state file that was cut short: one error, and the file is as it was", async () => {
    assert.equal((await synth()).code, 0);
    const file = project.path(".mesh", "dev", "state.json");
    const cut = readFileSync(file, "utf8").slice(0, 100);
    writeFileSync(file, cut);
    const { code, stdout, stderr } = await synth();
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /state\.json.*\[engine\/state-damaged\]/);
    assert.equal(readFileSync(file, "utf8"), cut);
  });

  it("a stack's file that is no YAML: one error with its line", async () => {
    project.write("Pulumi.dev.yaml", "config:\n  sample:replicas: [1\n");
    const { code, stderr } = await synth();
    assert.equal(code, 2);
    assert.match(stderr, /Pulumi\.dev\.yaml:\d+:\d+: .*\[engine\/file-not-yaml\]/);
  });

  it("shows a stack trace only with --debug", async () => {
    const trace = /^\s+at .*\(.*:\d+:\d+\)$/m;
    assert.doesNotMatch((await synth("--stack", "nope")).stderr, trace);
    assert.match((await synth("--stack", "nope", "--debug")).stderr, trace);
  });
});

describe("meshwright check --stack", function () {
  this.timeout(60_000);

  it("checks what the program registers, writes no manifests, and keeps the program's log off standard output", async () => {
    const project = new PulumiProject(`
      const { CustomResource } = require("@pulumi/kubernetes/apiextensions/customResource");
      console.log("not a finding");
      new CustomResource("route", {
        apiVersion: "networking.istio.io/v1",
        kind: "VirtualService",
        metadata: { name: "reviews", namespace: "shop" },
        spec: { hosts: ["reviews"], http: [{ route: [{ destination: { host: "nowhere" } }] }] },
      });
    `);
    try {
      const { code, stdout, stderr } = await run(["check", "--stack", "dev", "--format", "json"], {
        cwd: project.folder,
      });
      assert.equal(code, 1, stderr);
      const report = JSON.parse(stdout) as { findings: { rule: string }[]; checked: number };
      assert.equal(report.checked, 1);
      assert.ok(report.findings.some(({ rule }) => rule === "traffic-destination-exists"));
      assert.match(stderr, /info: not a finding\n/);
      assert.ok(!existsSync(project.path(".mesh", "dev", "manifests")));
    } finally {
      project.remove();
    }
  });
});
