import assert from "node:assert/strict";
import {
  runProgram,
  Secret,
  UNKNOWN,
  type Deployment,
  type RecordedResource,
  type RunOptions,
} from "../../engine";
import { FAST, projectWith } from "./support/project";

async function run(program: string, options: Partial<RunOptions> = {}): Promise<Deployment> {
  return runProgram({ cwd: projectWith({ "index.ts": program }), stack: "dev", env: FAST, ...options });
}

function find(deployment: Deployment, name: string, type = ""): RecordedResource {
  const found = deployment.resources.filter(
    (resource) => resource.name === name && resource.type.includes(type),
  );
  assert.equal(found.length, 1, `${found.length} resources are called ${name}`);
  const [resource] = found;
  assert.ok(resource);
  return resource;
}

const PULUMI = `import * as pulumi from "@pulumi/pulumi";
import { ConfigMap, Namespace, Secret } from "@pulumi/kubernetes/core/v1";
import { Provider } from "@pulumi/kubernetes/provider";
`;

describe("a program under the offline engine", function () {
  this.timeout(60_000);

  it("transforms: the resource's own first, then its parents', then the stack's", async () => {
    const deployment = await run(`${PULUMI}
const mark = (by: string) => async (args: pulumi.ResourceTransformArgs) =>
  args.type === "kubernetes:core/v1:ConfigMap"
    ? { props: { ...args.props, data: { order: (args.props.data?.order ?? "") + by } }, opts: { ...args.opts, protect: true } }
    : undefined;
void pulumi.runtime.registerResourceTransform(mark("stack"));
class Group extends pulumi.ComponentResource {
  constructor() {
    super("sample:index:Group", "group", {}, { transforms: [mark("parent ")] });
    new ConfigMap("map", { metadata: { name: "map" } }, { parent: this, transforms: [mark("own ")] });
  }
}
new Group();
`);
    const map = find(deployment, "map");
    assert.deepEqual(map.inputs.data, { order: "own parent stack" });
    assert.equal(map.protect, true);
    assert.deepEqual(map.outputs.data, { order: "own parent stack" });
  });

  it("keeps the dependencies of a resource that is transformed, and takes those that the transform adds", async () => {
    const deployment = await run(`${PULUMI}
const a = new ConfigMap("a", { metadata: { name: "a" } });
const b = new ConfigMap("b", { metadata: { name: "b" } });
new ConfigMap("c", { metadata: { name: a.metadata.name } }, {
  transforms: [async (args) => ({
    props: { ...args.props, data: { other: b.metadata.name } },
    opts: { ...args.opts, dependsOn: [...(args.opts.dependsOn as pulumi.Resource[]), b] },
  })],
});
`);
    const { dependencies } = find(deployment, "c");
    const urns = ["a", "b"].map((name) => find(deployment, name).urn);
    assert.deepEqual(dependencies, urns);
  });

  it("fails with the transform's message when a transform throws", async () => {
    await assert.rejects(
      run(`${PULUMI}
new ConfigMap("a", {}, { transforms: [async () => { throw new Error("not like this"); }] });
`),
      /transform failed: Error: not like this.*engine\/transform-failed/s,
    );
  });

  it("transforms function calls", async () => {
    const { outputs } = await run(
      `import * as pulumi from "@pulumi/pulumi";
void pulumi.runtime.registerInvokeTransform(async (args) => ({ args: { ...args.args, x: "changed" }, opts: args.opts }));
export const answer = pulumi.runtime.invokeOutput("echo:index:echo", { x: "given", y: 1 });
`,
      {
        providers: [
          {
            pkg: "echo",
            create: () => Promise.reject(new Error("no resources")),
            invoke: (_, args) => Promise.resolve(args),
          },
        ],
      },
    );
    assert.deepEqual(outputs.answer, { x: "changed", y: 1 });
  });

  it("hands providers down from components, and makes the default one where there is none", async () => {
    const deployment = await run(`${PULUMI}
const east = new Provider("east", {});
const west = new Provider("west", {});
class Inner extends pulumi.ComponentResource {
  constructor(name: string, opts: pulumi.ComponentResourceOptions) {
    super("sample:index:Inner", name, {}, opts);
    new ConfigMap(name + "-map", {}, { parent: this });
  }
}
class Outer extends pulumi.ComponentResource {
  constructor(name: string, opts: pulumi.ComponentResourceOptions) {
    super("sample:index:Outer", name, {}, opts);
    new Inner(name + "-inner", { parent: this });
    new ConfigMap(name + "-own", {}, { parent: this, provider: west });
  }
}
new Outer("a", { providers: [east] });
new Outer("b", { provider: east });
new Outer("c", {});
`);
    const providerOf = (name: string): string | undefined =>
      find(deployment, name).provider?.split("::").at(-2);
    assert.deepEqual(
      ["a-inner-map", "a-own", "b-inner-map", "b-own", "c-inner-map", "c-own"].map(providerOf),
      ["east", "west", "east", "west", "default_4_34_2", "west"],
    );
  });

  it("reads resources that exist elsewhere, and leaves unknown what only a cluster can say", async () => {
    const deployment = await run(`${PULUMI}
const system = Namespace.get("system", "kube-system");
const made = new Namespace("made", { metadata: { name: "made" } });
new ConfigMap("map", { metadata: { name: "map", namespace: system.metadata.name }, data: { uid: system.metadata.uid } });
export const name = system.metadata.name;
export const uid = system.metadata.uid;
export const phase = made.status.phase;
export const id = system.id;
`);
    const system = find(deployment, "system");
    assert.equal(system.read, true);
    assert.equal(system.id, "kube-system");
    assert.equal(system.outputs.kind, "Namespace");
    assert.deepEqual(deployment.outputs, {
      name: "kube-system",
      uid: UNKNOWN,
      phase: UNKNOWN,
      id: "kube-system",
    });
    const map = find(deployment, "map");
    assert.deepEqual(map.inputs.metadata, { name: "map", namespace: "kube-system" });
    assert.deepEqual(map.inputs.data, { uid: UNKNOWN });
    assert.deepEqual(map.propertyDependencies.data, [system.urn]);
  });

  it("names objects without a name as the Kubernetes provider does, the same in every run", async () => {
    const program = `${PULUMI}
new ConfigMap("settings", { metadata: { namespace: "web" } });
new ConfigMap("other", {});
`;
    const [first, second] = [await run(program), await run(program)];
    const settings = find(first, "settings");
    const metadata = settings.inputs.metadata as Record<string, unknown>;
    assert.match(String(metadata.name), /^settings-[0-9a-f]{8}$/);
    assert.deepEqual(metadata.annotations, { "pulumi.com/autonamed": "true" });
    assert.equal(settings.id, `web/${String(metadata.name)}`);
    assert.deepEqual(find(second, "settings").inputs, settings.inputs);
    assert.match(find(first, "other").id ?? "", /^other-[0-9a-f]{8}$/);
  });

  it("keeps the data of Kubernetes Secrets secret, encoded, and out of the logs", async () => {
    const deployment = await run(`${PULUMI}
import { RandomPassword } from "@pulumi/random";
const password = new RandomPassword("password", { length: 20 });
new Secret("s", { metadata: { name: "s" }, stringData: { password: password.result, user: "admin-user" } });
password.result.apply((value) => { console.log("the password is", value); console.error(Buffer.from(value).toString("base64")); });
export const password_ = password.result;
`);
    const { data, stringData } = find(deployment, "s", "kubernetes").inputs;
    assert.equal(stringData, undefined);
    assert.ok(data instanceof Secret);
    const plain = data.reveal() as Record<string, string>;
    const password = Buffer.from(plain.password ?? "", "base64").toString();
    assert.equal(password.length, 20);
    assert.equal(Buffer.from(plain.user ?? "", "base64").toString(), "admin-user");
    assert.deepEqual(
      deployment.logs.map(({ message }) => message),
      ["the password is [secret]", "[secret]"],
    );
    assert.ok(!JSON.stringify(deployment).includes(password));
  });

  it("never lets a secret into the message of an error", async () => {
    const failure = await run(
      `import * as pulumi from "@pulumi/pulumi";
const token = new pulumi.Config("sample").require("token");
throw new Error("cannot log in with " + token);
`,
      {
        cwd: projectWith({
          "Pulumi.yaml": "name: sample\nruntime: nodejs\nconfig: { token: { type: string, secret: true } }\n",
          "Pulumi.dev.yaml": "config: { token: hush-hush }\n",
          "index.ts": `import * as pulumi from "@pulumi/pulumi";
const token = new pulumi.Config("sample").require("token");
throw new Error("cannot log in with " + token);
`,
        }),
      },
    ).catch((error: Error) => error);
    assert.ok(failure instanceof Error);
    assert.match(failure.message, /cannot log in with \[secret\]/);
    assert.doesNotMatch(failure.message, /hush/);
  });

  it("marks outputs secret where an input or an option says so", async () => {
    const deployment = await run(`${PULUMI}
new ConfigMap("map", { metadata: { name: "map" }, data: { open: "a", hidden: pulumi.secret("b") } });
new ConfigMap("more", { metadata: { name: "more" }, data: { open: "a" } }, { additionalSecretOutputs: ["data"] });
`);
    const data = find(deployment, "map").outputs.data as Record<string, unknown>;
    assert.equal(data.open, "a");
    assert.ok(data.hidden instanceof Secret);
    assert.ok(find(deployment, "more").outputs.data instanceof Secret);
  });

  it("passes resources and assets as values, and lists and empty objects, through unharmed", async () => {
    const deployment = await run(`${PULUMI}
class Any extends pulumi.CustomResource {
  constructor(name: string, args: Record<string, unknown>) { super("any:index:Any", name, args as pulumi.Inputs); }
}
const map = new ConfigMap("map", { metadata: { name: "map" } });
new Any("any", { ref: map, file: new pulumi.asset.StringAsset("text"), list: [1, [null, true]], empty: {}, none: undefined });
`);
    const any = find(deployment, "any");
    const map = find(deployment, "map");
    assert.deepEqual(any.inputs.ref, { resourceReference: { urn: map.urn, id: "map" } });
    assert.deepEqual(any.inputs.file, { pulumiAsset: { kind: "asset", text: "text" } });
    assert.deepEqual(any.inputs.list, [1, [null, true]]);
    assert.deepEqual(any.inputs.empty, {});
    assert.ok(!("none" in any.inputs));
    assert.deepEqual(any.outputs, any.inputs);
    assert.match(any.id ?? "", /^[0-9a-f-]{36}$/);
  });

  it("expands a component in dependsOn to what is inside it, as the SDK sends it", async () => {
    const deployment = await run(`${PULUMI}
class Group extends pulumi.ComponentResource {
  constructor() {
    super("sample:index:Group", "group");
    new ConfigMap("inside", {}, { parent: this });
  }
}
new ConfigMap("after", {}, { dependsOn: new Group() });
`);
    assert.deepEqual(find(deployment, "after").dependencies, [find(deployment, "inside").urn]);
    const order = deployment.resources.map(({ name }) => name);
    assert.ok(order.indexOf("inside") < order.indexOf("after"));
  });

  it("inherits aliases from a parent that was renamed", async () => {
    const deployment = await run(`${PULUMI}
class Group extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("sample:index:Group", name, {}, opts);
    new ConfigMap(name + "-map", {}, { parent: this, aliases: [{ name: "older-map" }] });
  }
}
new Group("new", { aliases: [{ name: "old" }] });
`);
    const urn = (name: string): string =>
      `urn:pulumi:dev::sample::sample:index:Group$kubernetes:core/v1:ConfigMap::${name}`;
    assert.deepEqual(find(deployment, "new-map").aliases, [urn("older-map"), urn("old-map")]);
  });

  it("finds what an earlier run made under an alias", async () => {
    const prior = {
      urn: "urn:pulumi:dev::sample::random:index/randomId:RandomId::old",
      type: "random:index/randomId:RandomId",
    };
    const program = (name: string, opts: string): string =>
      `import { RandomId } from "@pulumi/random";\nexport const hex = new RandomId("${name}", { byteLength: 8 }, ${opts}).hex;\n`;
    let saved: unknown;
    const first = await run(program("old", "{}"), {
      state: {
        load: () => Promise.resolve(undefined),
        save: (_, state) => Promise.resolve(void (saved = state)),
      },
    });
    const state = saved as { resources: { urn: string; type: string }[] };
    assert.deepEqual(
      state.resources.map(({ urn, type }) => ({ urn, type })),
      [prior],
    );
    const second = await run(program("new", '{ aliases: [{ name: "old" }] }'), {
      state: { load: () => Promise.resolve(saved as never), save: () => Promise.resolve() },
    });
    assert.equal(second.outputs.hex, first.outputs.hex);
  });

  it("accepts hooks and says that they are not run", async () => {
    const { logs } = await run(`${PULUMI}
const hook = new pulumi.ResourceHook("announce", () => { throw new Error("must not run"); });
new ConfigMap("a", {}, { hooks: { afterCreate: [hook] } });
`);
    assert.match(logs.map(({ message }) => message).join("\n"), /hook "announce" is not run/);
  });

  it("turns references to resources back into resources", async () => {
    const { outputs } = await run(`${PULUMI}
pulumi.runtime.registerResourceModule("kubernetes", "core/v1", { version: "4.34.2", construct: (name, _, urn) => new ConfigMap(name, undefined, { urn }) });
class Any extends pulumi.CustomResource {
  declare public readonly ref: pulumi.Output<ConfigMap>;
  constructor(name: string, args: pulumi.Inputs) { super("any:index:Any", name, { ...args }); }
}
const any = new Any("any", { ref: new ConfigMap("map", { metadata: { name: "the-map" } }) });
export const name = any.ref.apply((map) => map.metadata.name);
`);
    assert.equal(outputs.name, "the-map");
  });

  it("leaves it unknown whether a resource exists, where the SDK can ask", async () => {
    const { outputs } = await run(`${PULUMI}
const ask = (pulumi.runtime as unknown as { existsResource?: (...args: unknown[]) => pulumi.Output<boolean> }).existsResource;
export const known = ask !== undefined;
export const exists = ask?.("kubernetes:core/v1:Namespace", "kube-system");
`);
    // The locked SDK cannot ask yet; the newest one, with which this file is run as well, can.
    assert.equal(outputs.exists, outputs.known === true ? UNKNOWN : undefined);
  });

  it("refuses a default provider that the configuration switches off", async () => {
    const cwd = projectWith({
      "Pulumi.dev.yaml": 'config: { "pulumi:disable-default-providers": ["kubernetes"] }\n',
      "index.ts": `${PULUMI}\nnew ConfigMap("a", {});\n`,
    });
    await assert.rejects(runProgram({ cwd, stack: "dev", env: FAST }), /engine\/default-provider-denied/);
  });

  it("gives a package's configuration to its default provider", async () => {
    const cwd = projectWith({
      "Pulumi.dev.yaml": "config: { kubernetes:context: kind }\n",
      "index.ts": `${PULUMI}\nnew ConfigMap("a", {});\n`,
    });
    const deployment = await runProgram({ cwd, stack: "dev", env: FAST });
    assert.deepEqual(find(deployment, "default_4_34_2").inputs, { context: "kind", version: "4.34.2" });
  });

  it("runs a program that is an ES module, and one that exports a function", async () => {
    const module = await runProgram({
      cwd: projectWith({
        "Pulumi.yaml": "name: sample\nruntime: { name: nodejs, options: { typescript: false } }\n",
        "package.json": '{ "type": "module", "main": "index.js" }',
        "index.js":
          'import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";\nexport const name = new ConfigMap("m", { metadata: { name: "n" } }).metadata.name;\n',
      }),
      stack: "dev",
    });
    assert.equal(module.outputs.name, "n");
    const called = await run(`export = async () => ({ answer: await Promise.resolve(42) });\n`);
    assert.deepEqual(called.outputs, { answer: 42 });
  });

  it("has thousands of resources in the same order, and each in its place", async () => {
    const program = `${PULUMI}
const count = 2500;
let last: ConfigMap | undefined;
for (let i = 0; i < count; i++) {
  const map = new ConfigMap("map-" + i, { metadata: { name: "map-" + i }, data: { text: "x".repeat(200) } }, i % 100 === 1 && last ? { dependsOn: last } : {});
  last = map;
}
`;
    const deployment = await run(program, { timeoutSeconds: 120 });
    const maps = deployment.resources.filter(({ type }) => type === "kubernetes:core/v1:ConfigMap");
    assert.equal(maps.length, 2500);
    const place = new Map(deployment.resources.map(({ urn }, index) => [urn, index]));
    for (const resource of maps) {
      for (const urn of [...resource.dependencies, resource.parent ?? ""]) {
        assert.ok((place.get(urn) ?? Infinity) < (place.get(resource.urn) ?? -1), resource.urn);
      }
    }
  }).timeout(150_000);
});
