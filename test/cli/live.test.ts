import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Finding } from "../../analysis";
import { run, type CliResult } from "./run-cli";

/** What stands in for kubectl: answers from `answers.json`, by resource, and writes down what it was asked. */
const KUBECTL = `#!${process.execPath}
const { appendFileSync, readFileSync } = require("node:fs");
const args = process.argv.slice(2);
appendFileSync(__dirname + "/asked", JSON.stringify(args) + "\\n");
const answers = JSON.parse(readFileSync(__dirname + "/answers.json", "utf8"));
const answer = answers[args[0] === "get" ? args[1] : args[0]];
if (answer?.error !== undefined) {
  process.stderr.write(answer.error + "\\n");
  process.exit(1);
}
process.stdout.write(typeof answer === "string" ? answer : JSON.stringify({ items: answer ?? [] }));
`;

const object = (apiVersion: string, kind: string, name: string, rest: object = {}) => ({
  apiVersion,
  kind,
  metadata: { name, namespace: "shop" },
  ...rest,
});

const ANSWERS = {
  "api-resources": [
    "configmaps",
    "namespaces",
    "pods",
    "secrets",
    "services",
    "deployments.apps",
    "replicasets.apps",
    "virtualservices.networking.istio.io",
    "widgets.example.com",
    "",
  ].join("\n"),
  services: [object("v1", "Service", "reviews", { spec: { ports: [{ name: "http", port: 80 }] } })],
  pods: [
    { ...object("v1", "Pod", "made"), metadata: { name: "made", ownerReferences: [{ controller: true }] } },
    object("v1", "Pod", "bare", { spec: { containers: [] } }),
  ],
  configmaps: [
    object("v1", "ConfigMap", "istio", { data: { mesh: "rootNamespace: mesh-root" } }),
    object("v1", "ConfigMap", "private", { data: { password: "hunter2" } }),
  ],
  secrets: "shop\tcredential\tkubernetes.io/tls\ttls.crt\ttls.key\n",
  "virtualservices.networking.istio.io": [
    object("networking.istio.io/v1", "VirtualService", "reviews", {
      spec: { hosts: ["reviews"], http: [{ route: [{ destination: { host: "nowhere" } }] }] },
    }),
  ],
};

describe("meshwright check --live", () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(path.join(tmpdir(), "meshwright-live-"));
    writeFileSync(path.join(cwd, "kubectl"), KUBECTL);
    chmodSync(path.join(cwd, "kubectl"), 0o755);
  });
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  const check = (answers: object, args: readonly string[] = []): Promise<CliResult> => {
    writeFileSync(path.join(cwd, "answers.json"), JSON.stringify(answers));
    return run(["check", "--live", ...args], { cwd, env: { PATH: cwd, NO_COLOR: "1" } });
  };
  const asked = (): string[][] =>
    readFileSync(path.join(cwd, "asked"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as string[]);

  it("checks what the cluster holds, without what controllers made and without other people's ConfigMaps", async () => {
    const { code, stdout, stderr } = await check(ANSWERS, ["--format", "json"]);
    assert.equal(code, 1, stderr);
    const { findings, checked } = JSON.parse(stdout) as { findings: Finding[]; checked: number };
    assert.equal(checked, 5, "a Service, a bare Pod, the mesh's ConfigMap, a Secret, a VirtualService");
    const [missing] = findings.filter(({ rule }) => rule === "traffic-destination-exists");
    assert.equal(missing?.object.name, "reviews");
    assert.ok(!`${stdout}${stderr}`.includes("hunter2"));
  });

  it("only reads: lists kinds and gets objects, asks for no value of a Secret, and says which cluster is meant", async () => {
    await check(ANSWERS, ["--context", "prod", "--kubeconfig", "/some/config"]);
    const calls = asked();
    assert.deepEqual(new Set(calls.map(([verb]) => verb)), new Set(["api-resources", "get"]));
    const [secrets] = calls.filter(([, resource]) => resource === "secrets");
    assert.ok(secrets?.some((arg) => arg.startsWith("--output=go-template=")));
    assert.ok(
      !calls.some(([, resource]) => resource === "replicasets.apps" || resource === "widgets.example.com"),
    );
    for (const call of calls) {
      assert.equal(call[call.indexOf("--context") + 1], "prod");
      assert.equal(call[call.indexOf("--kubeconfig") + 1], "/some/config");
    }
  });

  it("checks the rest where one kind may not be read, and says so", async () => {
    const error = 'Error from server (Forbidden): pods is forbidden: User "ci" cannot list resource "pods"';
    const { code, stdout, stderr } = await check({ ...ANSWERS, pods: { error } }, ["--format", "json"]);
    assert.equal(code, 1);
    assert.equal((JSON.parse(stdout) as { checked: number }).checked, 4);
    assert.match(stderr, /warning: you may not list pods: /);
  });

  it("a cluster that does not answer, or no kubectl: exit 2 and one error with its own words", async () => {
    const error = "The connection to the server localhost:8080 was refused";
    const refused = await check({ "api-resources": { error } });
    assert.deepEqual([refused.code, refused.stdout], [2, ""]);
    assert.match(refused.stderr, /\[live\/unreachable\]\n\s+got: +The connection to the server/);
    const none = await run(["check", "--live"], { cwd, env: { PATH: "/nowhere" } });
    assert.deepEqual([none.code, none.stdout], [2, ""]);
    assert.match(none.stderr, /\[live\/no-kubectl\]/);
  });

  it("--context without --live is refused: nobody should take another answer for that cluster's", async () => {
    const { code, stdout, stderr } = await run(["check", "-f", "x.yaml", "--context", "prod"], { cwd });
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /\[cli\/needs-live\]/);
  });
});
