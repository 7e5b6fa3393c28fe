import assert from "node:assert/strict";
import type { MeshError } from "../../components/intent/problem";
import { runProgram, Secret, type RunOptions, type StackState, type StateStore } from "../../engine";
import { parseStackReference } from "../../engine/stack-reference";
import { FAST, projectWith } from "./support/project";

/** State in memory, to look at. */
class MemoryState implements StateStore {
  readonly stacks = new Map<string, StackState>();
  load({ project, stack }: { project: string; stack: string }): Promise<StackState | undefined> {
    return Promise.resolve(this.stacks.get(`${project}/${stack}`));
  }
  save({ project, stack }: { project: string; stack: string }, state: StackState): Promise<void> {
    this.stacks.set(`${project}/${stack}`, state);
    return Promise.resolve();
  }
}

/** Every stack but `root` takes its trust root from the stack that its configuration names. */
const PROGRAM = `import * as pulumi from "@pulumi/pulumi";
import { PrivateKey } from "@pulumi/tls";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
const from = new pulumi.Config().get("from");
export let domain: pulumi.Output<string>;
export let key: pulumi.Output<string>;
if (from === undefined) {
  domain = pulumi.output("example.org");
  key = new PrivateKey("key", { algorithm: "ED25519" }).privateKeyPem;
} else {
  const reference = new pulumi.StackReference(from);
  domain = reference.requireOutput("domain") as pulumi.Output<string>;
  key = reference.requireOutput("key") as pulumi.Output<string>;
  new ConfigMap("trust", { metadata: { name: "trust" }, data: { domain } });
}
`;

function project(stacks: Readonly<Record<string, string | undefined>>): string {
  const files: Record<string, string> = { "index.ts": PROGRAM };
  for (const [stack, from] of Object.entries(stacks)) {
    files[`Pulumi.${stack}.yaml`] = from === undefined ? "" : `config:\n  from: ${from}\n`;
  }
  return projectWith(files);
}

const run = (cwd: string, stack: string, options: Partial<RunOptions> = {}) =>
  runProgram({ cwd, stack, env: FAST, ...options });

describe("a reference to another stack", function () {
  this.timeout(60_000);

  it("runs that stack of the same project first, by its short or its full name", async () => {
    for (const name of ["root", "organization/sample/root"]) {
      const deployment = await run(project({ root: undefined, leaf: name }), "leaf");
      assert.equal(deployment.outputs.domain, "example.org");
      assert.ok(deployment.outputs.key instanceof Secret);
      assert.deepEqual(
        deployment.referenced?.map(({ stack, outputs }) => [stack, outputs.domain]),
        [["root", "example.org"]],
      );
      const map = deployment.resources.find((resource) => resource.name === "trust");
      assert.deepEqual(map?.inputs.data, { domain: "example.org" });
      assert.deepEqual(map.dependencies, [`urn:pulumi:leaf::sample::pulumi:pulumi:StackReference::${name}`]);
    }
  });

  it("gets the same generated values in every run, because that stack's state is kept", async () => {
    const state = new MemoryState();
    const cwd = project({ root: undefined, leaf: "root" });
    const key = async (stack: string): Promise<unknown> =>
      ((await run(cwd, stack, { state })).outputs.key as Secret).reveal();
    const first = await key("leaf");
    assert.match(String(first), /PRIVATE KEY/);
    assert.deepEqual([...state.stacks.keys()], ["sample/root", "sample/leaf"]);
    assert.equal(await key("root"), first);
    assert.equal(await key("leaf"), first);
  });

  it("runs a stack once, however many stacks refer to it", async () => {
    const cwd = projectWith({
      "index.ts": `import * as pulumi from "@pulumi/pulumi";
const from = new pulumi.Config().getObject<string[]>("from") ?? [];
console.log("ran " + pulumi.getStack());
for (const stack of from) new pulumi.StackReference(stack);
`,
      "Pulumi.a.yaml": "config:\n  from: [b, c]\n",
      "Pulumi.b.yaml": "config:\n  from: [d]\n",
      "Pulumi.c.yaml": "config:\n  from: [d]\n",
      "Pulumi.d.yaml": "",
    });
    const told: string[] = [];
    await run(cwd, "a", { onLog: ({ message }) => told.push(message) });
    assert.deepEqual(told.sort(), ["ran a", "ran b", "ran c", "ran d"]);
  });

  it("asks the caller first", async () => {
    const deployment = await run(project({ root: undefined, leaf: "root" }), "leaf", {
      resolveStack: (name) =>
        Promise.resolve(name === "root" ? { domain: "given.example", key: "k" } : undefined),
    });
    assert.equal(deployment.outputs.domain, "given.example");
    assert.deepEqual(deployment.referenced, []);
  });

  it("reads the local state of a stack of another project", async () => {
    const state = new MemoryState();
    state.stacks.set("roots/prod", {
      resources: [],
      outputs: { domain: "prod.example", key: new Secret("hush-hush") },
    });
    const deployment = await run(project({ leaf: "organization/roots/prod" }), "leaf", { state });
    assert.equal(deployment.outputs.domain, "prod.example");
    assert.ok(deployment.outputs.key instanceof Secret);
  });

  it("is one error, with the stacks that there are, when there is no such stack", async () => {
    await assert.rejects(run(project({ root: undefined, leaf: "rot" }), "leaf"), (error: MeshError) => {
      assert.deepEqual(
        error.problems.map(({ id, expected }) => [id, expected]),
        [["engine/stack-reference-missing", "one of leaf, root"]],
      );
      assert.match(error.message, /index\.ts:11/);
      return true;
    });
  });

  it("is one error when a stack of another project has no local state", async () => {
    await assert.rejects(run(project({ leaf: "organization/roots/prod" }), "leaf"), (error: MeshError) => {
      assert.deepEqual(
        error.problems.map(({ id, path }) => [id, path]),
        [["engine/stack-reference-missing", "organization/roots"]],
      );
      return true;
    });
  });

  it("to the stack itself gets what its last run put out, and nothing in the first", async () => {
    const cwd = projectWith({
      "index.ts": `import * as pulumi from "@pulumi/pulumi";
const own = new pulumi.StackReference(\`\${pulumi.getOrganization()}/\${pulumi.getProject()}/\${pulumi.getStack()}\`);
const before = own.getOutput("count") as pulumi.Output<number | undefined>;
export const first = before.apply((count) => count === undefined);
export const count = before.apply((last) => (last ?? 0) + 1);
`,
      "Pulumi.a.yaml": "",
    });
    const state = new MemoryState();
    const first = await run(cwd, "a", { state });
    assert.deepEqual(first.outputs, { first: true, count: 1 });
    assert.deepEqual(first.referenced, []);
    assert.deepEqual((await run(cwd, "a", { state })).outputs, { first: false, count: 2 });
    assert.deepEqual(
      (await run(cwd, "a")).outputs,
      { first: true, count: 1 },
      "without a state it is the first",
    );
  });

  it("is one error when stacks refer to each other in a circle", async () => {
    await assert.rejects(run(project({ a: "b", b: "c", c: "a" }), "a"), (error: MeshError) => {
      assert.deepEqual(
        error.problems.map(({ id, got }) => [id, got]),
        [["engine/stack-reference-cycle", "a -> b -> c -> a"]],
      );
      return true;
    });
  });

  it("is one error when two stacks that a third refers to wait for each other", async () => {
    const cwd = projectWith({
      "index.ts": `import * as pulumi from "@pulumi/pulumi";
for (const stack of new pulumi.Config().requireObject<string[]>("from")) new pulumi.StackReference(stack);
`,
      "Pulumi.a.yaml": "config:\n  from: [b, c]\n",
      "Pulumi.b.yaml": "config:\n  from: [c]\n",
      "Pulumi.c.yaml": "config:\n  from: [b]\n",
    });
    await assert.rejects(run(cwd, "a"), (error: MeshError) => {
      assert.deepEqual(
        error.problems.map(({ id, got }) => [id, got]),
        [["engine/stack-reference-cycle", "b -> c -> b"]],
      );
      return true;
    });
  });

  it("is the other stack's error when that stack fails", async () => {
    const cwd = projectWith({
      "index.ts": `import * as pulumi from "@pulumi/pulumi";
if (pulumi.getStack() === "root") throw new Error("no root today");
new pulumi.StackReference("root");
`,
      "Pulumi.leaf.yaml": "",
      "Pulumi.root.yaml": "",
    });
    await assert.rejects(run(cwd, "leaf"), /index\.ts:2:\d+: Error: no root today/);
  });

  it("names a stack in one, two or three parts", () => {
    const from = { organization: "o", project: "p", stack: "s" };
    assert.deepEqual(parseStackReference("x", from), { organization: "o", project: "p", stack: "x" });
    assert.deepEqual(parseStackReference("a/x", from), { organization: "a", project: "p", stack: "x" });
    assert.deepEqual(parseStackReference("a/b/x", from), { organization: "a", project: "b", stack: "x" });
    for (const name of ["", "a//b", "a/b/c/d"]) {
      assert.throws(() => parseStackReference(name, from), /engine\/stack-reference-invalid/);
    }
  });
});
