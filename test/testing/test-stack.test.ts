import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { UNKNOWN } from "../../analysis";
import { runStack, type TestStack } from "../../testing";
import { FAST, projectWith } from "../engine/support/project";

const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { Secret } from "@pulumi/kubernetes/core/v1";

class Shop extends pulumi.ComponentResource {
  constructor() {
    super("shop:index:Shop", "shop");
    new CustomResource("reviews", {
      apiVersion: "networking.istio.io/v1",
      kind: "VirtualService",
      metadata: { name: "reviews", namespace: "shop" },
      spec: {
        hosts: ["reviews.shop.svc.cluster.local"],
        http: [
          { match: [{ uri: { prefix: "/wines" } }], route: [{ destination: { host: "reviews.shop.svc.cluster.local" } }] },
        ],
      },
    }, { parent: this });
    new CustomResource("legacy", {
      apiVersion: "security.istio.io/v1",
      kind: "PeerAuthentication",
      metadata: { name: "legacy", namespace: "shop" },
      spec: { mtls: { mode: new pulumi.Config().get("mode") ?? "DISABLE" } },
    }, { parent: this });
    new Secret("key", { metadata: { name: "key" }, stringData: { key: pulumi.secret("hunter2") } });
  }
}
new Shop();
export const answer = 42;
`;
const FAILS = { name: "AssertionError" } as const;

describe("meshwright/testing", () => {
  let cwd: string;
  let stack: TestStack;
  before(async function () {
    this.timeout(120_000);
    cwd = projectWith({ "index.ts": PROGRAM, "Pulumi.dev.yaml": "config: {}\n" });
    stack = await runStack({ cwd, stack: "dev", env: FAST });
  });

  it("gives the resources of a program by type, name and parent", () => {
    const component = stack.resource({ type: "Shop" });
    assert.deepEqual([component.name, component.custom], ["shop", false]);
    const children = stack.resources({ parent: "shop" }).map(({ name }) => name);
    assert.deepEqual(children.toSorted(), ["legacy", "reviews"]);
    assert.equal(stack.resources({ type: "shop:index:Shop", name: "other" }).length, 0);
    assert.equal(stack.outputs["answer"], 42);
  });

  it("gives the Kubernetes objects, secret values aside", () => {
    const policy = stack.object({ kind: "PeerAuthentication" });
    assert.deepEqual(policy["spec"], { mtls: { mode: "DISABLE" } });
    const secret = stack.object({ kind: "Secret" });
    assert.equal((secret["data"] as { key: unknown }).key, UNKNOWN);
    assert.ok(!JSON.stringify(stack.objects()).includes("hunter2"));
    assert.equal(stack.objects({ namespace: "shop" }).length, 2);
  });

  it("fails where not exactly one thing fits, and names what is there", () => {
    assert.throws(() => stack.object({ kind: "Gateway" }), {
      ...FAILS,
      message:
        /^no object fits \{"kind":"Gateway"\}, expected one; there are:\n(.*\n)*.*VirtualService shop\/reviews/,
    });
    assert.throws(() => stack.object({ namespace: "shop" }), { ...FAILS, message: /^2 object fits/ });
    assert.throws(() => stack.resource({ name: "none" }), { ...FAILS, message: /shop:index:Shop shop/ });
  });

  it("gives findings by rule and settings, and fails with them", () => {
    assert.deepEqual(
      stack.findings({ rule: "mtls-no-downgrade" }).map(({ object }) => object.name),
      ["legacy"],
    );
    assert.throws(() => stack.assertNoFindings(), {
      ...FAILS,
      message:
        /mandatory mtls-no-downgrade: PeerAuthentication shop\/legacy spec\.mtls\.mode: .*expected STRICT/,
    });
    stack.assertNoFindings({ all: "off" });
    stack.assertNoFindings({ pack: "audit" });
    assert.throws(() => stack.assertNoFindings({ pack: "audit", advisory: true }), FAILS);
  });

  it("gives routes by host", () => {
    assert.deepEqual(stack.routes("reviews.shop"), [
      {
        object: "shop/reviews",
        hosts: ["reviews.shop"],
        lines: [{ when: "/wines*", then: "reviews.shop" }],
      },
    ]);
    assert.deepEqual(stack.routes("other"), []);
  });

  it("runs under another runner than ours, with configuration of its own", function () {
    this.timeout(120_000);
    const root = path.resolve(__dirname, "../..");
    const script = `
      const { test } = require("node:test");
      const { runStack } = require(${JSON.stringify(path.join(root, "testing"))});
      test("a stack", async () => {
        const options = ${JSON.stringify({ cwd, stack: "dev", env: FAST, config: { mode: "STRICT" } })};
        const stack = await runStack(options);
        stack.assertNoFindings({ all: "off", rules: { "mtls-no-downgrade": "mandatory" } });
      });`;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--require", "ts-node/register/transpile-only", "--eval", script],
      { cwd: root, encoding: "utf8", env: { ...process.env, TS_NODE_TRANSPILE_ONLY: "true" } },
    );
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, /pass 1/);
  });
});
