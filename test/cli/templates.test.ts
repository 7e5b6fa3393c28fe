import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { dump } from "js-yaml";

import type { TemplateComparison } from "../../cli/templates/compare-templates";
import { podDifferences } from "../../cli/templates/differences";
import { usualCases } from "../../cli/templates/usual-cases";
import { injectionTemplates, injectorValues } from "../../components/platform/injection";
import { requireEvaluator } from "../conformance/inject/evaluator";
import { run, type CliResult } from "./run-cli";

const { sidecar = "", gateway = "" } = injectionTemplates;

/** A sidecar template with another name for one of its variables. */
const CHANGED = sidecar.replace("name: ISTIO_CPU_LIMIT", "name: CPUS");

function deployment(name: string, namespace: string, more: object = {}): object {
  const template = {
    metadata: { labels: { app: name }, ...more },
    spec: { containers: [{ name: "app", image: "registry.example.com/app:1" }] },
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: { selector: { matchLabels: { app: name } }, template },
  };
}

describe("meshwright check --templates", () => {
  let folder = "";
  before(function () {
    requireEvaluator(this);
    folder = mkdtempSync(path.join(tmpdir(), "meshwright-compare-"));
  });
  after(() => folder !== "" && rmSync(folder, { recursive: true, force: true }));

  let count = 0;
  /** The command over a folder with these templates. */
  function check(
    templates: Readonly<Record<string, string>>,
    ...more: readonly string[]
  ): Promise<CliResult> {
    const from = path.join(folder, `templates-${(count += 1)}`);
    mkdirSync(from);
    for (const [name, text] of Object.entries(templates)) {
      writeFileSync(path.join(from, `${name}.yaml`), text);
    }
    return run(["check", "--templates", from, ...more], { cwd: folder });
  }

  async function compared(
    templates: Readonly<Record<string, string>>,
    ...more: readonly string[]
  ): Promise<TemplateComparison> {
    const { stdout } = await check(templates, "--format", "json", ...more);
    return JSON.parse(stdout) as TemplateComparison;
  }

  function manifests(name: string, ...objects: readonly object[]): string {
    const file = path.join(folder, name);
    writeFileSync(file, objects.map((object) => dump(object)).join("---\n"));
    return file;
  }

  it("finds no difference between our templates and ours, in every usual case", async () => {
    const { code, stdout } = await check(injectionTemplates);
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`No difference: .* in ${usualCases.length} cases\\.`));
  });

  it("shows what differs, path by path, with the cases that show it; a difference is no fault", async () => {
    const { code, stdout } = await check({ sidecar: CHANGED });
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^spec\.initContainers\[istio-proxy\]\.env\[CPUS\]\n {2}theirs {2}\{"name":"CPUS",.*\n {2}ours {4}nothing\n {2}in {6}a pod without annotations\n/m,
    );
    assert.match(stdout, /4 differences, seen in \d+ cases: sidecar in \d+ cases\./);
  });

  it("as JSON gives every case with its differences, and only cases of the templates given", async () => {
    const { templates, cases } = await compared({ gateway: gateway.replace("istio-podinfo", "info") });
    assert.deepEqual(templates, ["gateway"]);
    assert.deepEqual(
      cases.map(({ templates: used }) => used),
      [["gateway"], ["gateway"]],
    );
    assert.ok(cases.every(({ differences }) => differences.length > 0));
  });

  it("injects the workloads of the files too: those that istiod would inject, wherever their pod is", async () => {
    const namespace = (name: string, labels: object): object => ({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name, labels },
    });
    const file = manifests(
      "workloads.yaml",
      namespace("in", { "istio-injection": "enabled" }),
      namespace("out", {}),
      deployment("reviews", "in"),
      deployment("other", "out"),
      deployment("elsewhere", "nowhere"),
      {
        apiVersion: "batch/v1",
        kind: "CronJob",
        metadata: { name: "nightly", namespace: "in" },
        spec: {
          schedule: "0 0 * * *",
          jobTemplate: { spec: { template: { spec: { containers: [{ name: "app" }] } } } },
        },
      },
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "one", namespace: "in" },
        spec: { containers: [{ name: "app" }] },
      },
    );
    const { stdout, stderr } = await check({ sidecar: CHANGED }, "-f", file, "--format", "json");
    const { cases } = JSON.parse(stdout) as TemplateComparison;
    const own = cases.slice(usualCases.filter(({ templates }) => templates.includes("sidecar")).length);
    assert.deepEqual(own.map(({ name }) => name).sort(), [
      "CronJob in/nightly (workloads.yaml)",
      "Deployment in/reviews (workloads.yaml)",
      "Deployment nowhere/elsewhere (workloads.yaml)",
      "Pod in/one (workloads.yaml)",
    ]);
    for (const { name, differences, errors } of own) {
      assert.equal(errors, undefined, name);
      assert.ok(
        differences.some(({ path: at }) => at.endsWith("[CPUS]")),
        name,
      );
    }
    assert.match(stderr, /1 workload is not injected, and left out/);
  });

  it("evaluates both sides with the values and the mesh configuration that the files hold", async () => {
    const configMap = (name: string, data: object): object => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace: "istio-system" },
      data,
    });
    const values = injectorValues({ meshId: "from-the-files" });
    const file = manifests(
      "configuration.yaml",
      configMap("istio", { mesh: "trustDomain: example.org" }),
      configMap("istio-sidecar-injector", { config: "templates: {}", values }),
    );
    const template =
      'metadata: {annotations: {a: "{{ .Values.global.meshID }} {{ .MeshConfig.TrustDomain }}"}}';
    const { cases } = await compared({ sidecar: template }, "-f", file);
    const found = new Map(cases[0]?.differences.map(({ path: at, ...sides }) => [at, sides]));
    assert.deepEqual(found.get("metadata.annotations.a"), { theirs: "from-the-files example.org" });
    const container = found.get("spec.initContainers[istio-proxy]")?.ours as { env: { name: string }[] };
    const variable = (name: string): object | undefined => container.env.find((one) => one.name === name);
    assert.deepEqual(variable("ISTIO_META_MESH_ID"), { name: "ISTIO_META_MESH_ID", value: "from-the-files" });
    assert.deepEqual(variable("TRUST_DOMAIN"), { name: "TRUST_DOMAIN", value: "example.org" });
  });

  it("a template that injects nothing is a failure: exit 1, with what istiod would log", async () => {
    const { code, stdout } = await check({ sidecar: '{{ fail "no pod is good enough" }}' });
    assert.equal(code, 1);
    assert.match(
      stdout,
      /these templates inject nothing into a pod without annotations\n.*no pod is good enough/,
    );
  });

  for (const [what, args, message] of [
    [
      "a folder that is not there",
      ["--templates", "nowhere"],
      /nothing is there.*\[platform\/unreadable-templates\]/,
    ],
    ["a format for findings", ["--templates", ".", "--format", "sarif"], /\[cli\/no-findings-to-format\]/],
    ["a policy pack beside it", ["--templates", ".", "--pack", "strict"], /cannot be used with/],
  ] as const) {
    it(`refuses ${what}: exit 2`, async () => {
      const { code, stdout, stderr } = await run(["check", ...args], { cwd: folder });
      assert.equal(code, 2);
      assert.equal(stdout, "");
      assert.match(stderr, message);
    });
  }

  it("says what is missing where there is no Go", async () => {
    const from = path.join(folder, "without-go");
    mkdirSync(from);
    writeFileSync(path.join(from, "sidecar.yaml"), sidecar);
    const env = { PATH: folder, XDG_CACHE_HOME: path.join(folder, "cache"), HOME: folder };
    const { code, stderr } = await run(["check", "--templates", from], { cwd: folder, env });
    assert.equal(code, 2);
    assert.match(stderr, /`go` is not on PATH.*\[cli\/no-template-evaluator\]/);
    assert.match(stderr, /Install Go/);
    assert.doesNotMatch(stderr, /^\s+at /m);
  });
});

describe("differences of injected pods", () => {
  it("are found by name, whatever the order, and not where a side only says what a cluster fills in", () => {
    const pod = (env: readonly string[], more: object = {}): object => ({
      spec: { containers: [{ name: "a", env: env.map((name) => ({ name, value: name })), ...more }] },
    });
    assert.deepEqual(
      podDifferences(pod(["x", "y"]), pod(["y", "x"], { imagePullPolicy: "IfNotPresent" })),
      [],
    );
    assert.deepEqual(podDifferences(pod(["x", "y"]), pod(["y"])), [
      { path: "spec.containers[a].env[x]", theirs: { name: "x", value: "x" } },
    ]);
  });

  it("keep the order where it means something, and entries of one key apart", () => {
    const args = (...list: readonly string[]): object => ({ args: list });
    assert.deepEqual(podDifferences(args("a", "b"), args("b", "a")), [
      { path: "args", theirs: ["a", "b"], ours: ["b", "a"] },
    ]);
    const ports = (...list: readonly object[]): object => ({ ports: list });
    assert.deepEqual(
      podDifferences(
        ports({ containerPort: 53 }, { containerPort: 53, protocol: "UDP" }),
        ports({ containerPort: 53 }, { containerPort: 53, protocol: "UDP", name: "dns" }),
      ),
      [{ path: "ports[53/UDP].name", ours: "dns" }],
    );
  });
});
