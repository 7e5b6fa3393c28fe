import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import {
  unknownCheckingProxy,
  type ReportViolation,
  type ResourceValidationArgs,
  type StackValidationArgs,
} from "@pulumi/policy";
import { dump } from "js-yaml";
import { analyse, type Finding, type KubernetesObject } from "../../analysis";
import type { Manifest } from "../../components/compile/manifest";
import { meshResourcesProblems } from "../../components/platform/mesh-resources/mesh-resources";
import { meshwrightPolicies } from "../../policies/index";
import { runStack } from "../../testing";
import { FAST, projectWith } from "../engine/support/project";
import { run } from "./run-cli";

const object = (group: string, kind: string, name: string, spec: object): KubernetesObject => ({
  apiVersion: `${group}.istio.io/v1`,
  kind,
  metadata: { name, namespace: "shop" },
  spec,
});

/** Faults for rules of one object and rules of the whole set, for the schema, and one that is excepted. */
const OBJECTS: readonly KubernetesObject[] = [
  object("networking", "VirtualService", "reviews", {
    hosts: ["reviews"],
    http: [{ route: [{ destination: { host: "nowhere" }, weight: 30 }] }, { route: [] }],
  }),
  {
    // Another program owns the Service that this leads to: no finding.
    ...object("networking", "VirtualService", "declared", {
      hosts: ["details"],
      http: [{ route: [{ destination: { host: "details", port: { number: 9080 } } }], timeout: "1s" }],
    }),
    metadata: {
      name: "declared",
      namespace: "shop",
      annotations: { "meshwright.dev/declared-hosts": "details.shop.svc.cluster.local:9080" },
    },
  },
  object("networking", "DestinationRule", "reviews", { host: "reviews", colour: "red" }),
  object("security", "PeerAuthentication", "legacy", { mtls: { mode: "DISABLE" } }),
  object("security", "AuthorizationPolicy", "everyone", { rules: [{}] }),
  {
    ...object("security", "PeerAuthentication", "excepted", {
      selector: { matchLabels: { a: "b" } },
      mtls: { mode: "DISABLE" },
    }),
    metadata: {
      name: "excepted",
      namespace: "shop",
      annotations: { "except.meshwright.dev/mtls-no-downgrade": "until=2999-01-01; reason=OPS-7" },
    },
  },
];

const PROGRAM = `
import { CustomResource } from "@pulumi/kubernetes/apiextensions";
for (const object of require("./objects.json")) new CustomResource(object.kind + "-" + object.metadata.name, object);
`;

const KUBECTL = `#!${process.execPath}
const objects = require("./objects.json");
const [verb, resource] = process.argv.slice(2);
const plural = ({ kind, apiVersion }) => kind.toLowerCase().replace(/y$/, "ie") + "s." + apiVersion.split("/")[0];
if (verb === "api-resources") console.log([...new Set(objects.map(plural))].join("\\n"));
else if (resource !== "secrets") console.log(JSON.stringify({ items: objects.filter((each) => plural(each) === resource) }));
`;

/** A hint names the rule that it is of. */
const lineOf = (policy: string, urn: string, message: string): string => {
  const [, rule, rest] = /^([a-z0-9-]+): (.*)$/s.exec(message) ?? [];
  return policy === "hints" ? `${rule} ${urn} ${rest}` : `${policy} ${urn} ${message}`;
};

const said = (findings: readonly Finding[]): string[] =>
  findings
    .map(({ rule, object: { kind, name }, path, message }) => `${rule} ${kind} ${name} ${path}: ${message}`)
    .sort();

// The pack as the Pulumi CLI runs it, and `pulumi policy analyze`, have tests of their own: test/policy, test/program.
describe("every door", () => {
  const { findings } = analyse(OBJECTS.map((each) => ({ object: each })));
  const expected = said(findings);
  let cwd: string;

  before(() => {
    cwd = projectWith({
      "index.ts": PROGRAM,
      "Pulumi.dev.yaml": "config: {}\n",
      "objects.json": JSON.stringify(OBJECTS),
      kubectl: KUBECTL,
    });
    writeFileSync(path.join(cwd, "objects.yaml"), OBJECTS.map((each) => dump(each)).join("---\n"));
    chmodSync(path.join(cwd, "kubectl"), 0o755);
    assert.deepEqual(
      expected.filter((line) => line.includes(" VirtualService declared ")),
      [],
    );
    assert.ok(new Set(expected.map((line) => line.split(" ")[0])).size >= 5, expected.join("\n"));
  });

  for (const [what, args] of [
    ["check -f, a file of YAML", ["-f", "objects.yaml"]],
    ["check -f -, JSON on standard input", ["-f", "-"]],
    ["check --live, a cluster", ["--live"]],
    ["check --stack, a program", ["--stack", "dev"]],
  ] as const) {
    it(`${what}: the same findings`, async function () {
      this.timeout(120_000);
      const stdin = JSON.stringify({ apiVersion: "v1", kind: "List", items: OBJECTS });
      const env = { ...process.env, ...FAST, PATH: `${cwd}${path.delimiter}${process.env["PATH"] ?? ""}` };
      const { stdout, stderr } = await run(["check", ...args, "--format", "json"], { cwd, stdin, env });
      assert.notEqual(stdout, "", stderr);
      assert.deepEqual(said((JSON.parse(stdout) as { findings: Finding[] }).findings), expected);
    });
  }

  it("the test kit: the same findings", async function () {
    this.timeout(120_000);
    assert.deepEqual(said((await runStack({ cwd, stack: "dev", env: FAST })).findings()), expected);
  });

  it("a component at plan time: the same of each rule that can be certain of it, at the same place", () => {
    const said = meshResourcesProblems({ manifests: OBJECTS as unknown as readonly Manifest[] }, "mesh").map(
      ({ id, path: at }) => {
        const [, index = "", inside = ""] = /^manifests\[(\d+)\]\.?(.*)$/.exec(at) ?? [];
        const { kind = "", metadata } = OBJECTS[Number(index)] ?? {};
        const rule = id === "platform/invalid-manifest" ? "schema-valid" : id.replace("platform/", "");
        return `${rule} ${kind} ${metadata?.name} ${inside}`;
      },
    );
    const certain = new Set(said.map((line) => line.split(" ")[0]));
    assert.ok(certain.has("schema-valid") && certain.has("traffic-weights-sane"), said.join("\n"));
    assert.deepEqual(
      said.toSorted(),
      findings
        .filter(({ rule, level }) => certain.has(rule) && level === "mandatory")
        .map(({ rule, object: { kind, name }, path: at }) => `${rule} ${kind} ${name} ${at}`)
        .toSorted(),
    );
  });

  it("the policies of a pack: the same findings, those that only advise by a policy that stops nobody", async () => {
    const violations: string[] = [];
    const policies = meshwrightPolicies();
    // A policy has one level, and what the set cannot settle must not stop anyone.
    const level = new Map(policies.map((each) => [each.name, each.enforcementLevel]));
    assert.equal(level.get("hints"), "advisory");
    const hints = findings.filter(
      (each) => each.level === "advisory" && level.get(each.rule) === "mandatory",
    );
    assert.ok(hints.length > 0 && hints.length < expected.length, hints.map(({ rule }) => rule).join());
    const resources = OBJECTS.map((each) => ({
      type: `kubernetes:${each.apiVersion}:${each.kind}`,
      urn: `${each.kind} ${each.metadata.name}`,
      name: each.metadata.name,
      props: unknownCheckingProxy({ ...each }),
      getConfig: () => ({}),
      notApplicable: () => undefined,
    }));
    for (const policy of policies) {
      const reporter =
        (at?: string): ReportViolation =>
        (message, urn) =>
          violations.push(lineOf(policy.name, String(urn ?? at), String(message)));
      if ("validateStack" in policy) {
        const args = { resources, getConfig: () => ({}), notApplicable: () => undefined };
        await policy.validateStack(args as unknown as StackValidationArgs, reporter());
      } else if (typeof policy.validateResource === "function") {
        for (const args of resources) {
          await policy.validateResource(args as unknown as ResourceValidationArgs, reporter(args.urn));
        }
      }
    }
    // A violation is followed by its fix.
    for (const line of expected) {
      assert.equal(violations.filter((violation) => violation.startsWith(`${line}. `)).length, 1, line);
    }
    assert.equal(violations.length, expected.length, violations.join("\n"));
  });
});
