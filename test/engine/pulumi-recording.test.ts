import assert from "node:assert/strict";
import { runProgram, Secret, type Deployment, type RecordedResource } from "../../engine";
import {
  callsOf,
  NO_ORACLE,
  oracleIsThere,
  oracleText,
  ourValue,
  recordedValue,
  stateOf,
  type StateResource,
} from "./support/oracle";
import { FAST, projectWith } from "./support/project";

/** Input properties whose values are drawn at random, or follow from such. They must be there, with the same secrets. */
const GENERATED = [
  /^ConfigMap::map data\.(b\.secret|i|id|p|t|u)$/,
  /^Secret::cacerts data\.secret\.(ca-cert\.pem|password)$/,
  /^ServiceAccount::auto-named metadata\.name$/,
  /^Deployment::app spec\.template\.spec\.serviceAccountName$/,
  /^\w+::ca-(root|intermediate) (privateKeyPem|caPrivateKeyPem)\.secret$/,
  /^LocallySignedCert::ca-intermediate (caCertPem|certRequestPem)$/,
  // Only a cluster knows this object's identifier. Here it is unknown.
  /^ConfigMap::map data\.secret\.uid$/,
];

/** Recorded by the Pulumi engine or a plugin's bridge for itself; the SDK and programs never see them. */
const BOOKKEEPING = new Set([
  "__internal",
  "__meta",
  "__pulumi_raw_state_delta",
  "__fieldManager",
  "__inputs",
]);
BOOKKEEPING.add("__initialApiVersion");

const label = (urn: string): string => urn.replace(/^.*[:$/](\w+)::([^:]+)$/, "$1::$2");

function leaves(value: unknown, path: string, into: Map<string, unknown>): Map<string, unknown> {
  if (typeof value !== "object" || value === null) into.set(path, value);
  else if (Object.keys(value).length === 0) into.set(path, Array.isArray(value) ? "[]" : "{}");
  else
    for (const [key, item] of Object.entries(value)) leaves(item, path === "" ? key : `${path}.${key}`, into);
  return into;
}

function assertSameInputs(ours: RecordedResource, theirs: StateResource): void {
  const clean = Object.entries(theirs.inputs ?? {}).filter(([key]) => !BOOKKEEPING.has(key));
  const expected = leaves(recordedValue(Object.fromEntries(clean)), "", new Map());
  const actual = leaves(ourValue(ours.inputs), "", new Map());
  const generated = (path: string): boolean =>
    GENERATED.some((pattern) => pattern.test(`${label(ours.urn)} ${path}`));
  const shape = (all: Map<string, unknown>): [string, unknown][] =>
    [...all]
      .map(([path, value]): [string, unknown] => [path, generated(path) ? "(generated)" : value])
      .sort(([a], [b]) => (a < b ? -1 : 1));
  assert.deepEqual(shape(actual), shape(expected), `inputs of ${ours.urn}`);
}

function nonEmpty(dependencies: Readonly<Record<string, readonly string[] | null>> = {}): unknown {
  return Object.fromEntries(
    Object.entries(dependencies)
      .filter(([, urns]) => urns !== null && urns.length > 0)
      .map(([key, urns]) => [key, [...(urns ?? [])].sort()]),
  );
}

function assertAgrees(deployment: Deployment, state: readonly StateResource[]): void {
  const byUrn = new Map(deployment.resources.map((resource) => [resource.urn, resource]));
  assert.deepEqual([...byUrn.keys()].sort(), state.map((resource) => resource.urn).sort(), "URNs");
  const theirIds = new Map(state.map((resource) => [resource.urn, resource.id]));
  for (const theirs of state) {
    const ours = byUrn.get(theirs.urn);
    assert.ok(ours);
    assert.equal(ours.type, theirs.type);
    assert.equal(ours.custom, theirs.custom);
    assert.equal(ours.read, theirs.external ?? false);
    assert.equal(ours.parent, theirs.parent, `parent of ${theirs.urn}`);
    assertSameInputs(ours, theirs);
    assert.deepEqual(
      ours.dependencies,
      [...(theirs.dependencies ?? [])].sort(),
      `dependencies of ${theirs.urn}`,
    );
    assert.deepEqual(
      nonEmpty(ours.propertyDependencies),
      nonEmpty(theirs.propertyDependencies),
      `propertyDependencies of ${theirs.urn}`,
    );
    const [ourProvider, ourId] = splitReference(ours.provider);
    const [theirProvider, theirId] = splitReference(theirs.provider);
    assert.equal(ourProvider, theirProvider, `provider of ${theirs.urn}`);
    if (theirProvider !== undefined) {
      assert.equal(theirId, theirIds.get(theirProvider));
      assert.equal(ourId, byUrn.get(theirProvider)?.id, `the provider's id in ${theirs.urn}`);
    }
    assert.deepEqual(ours.ignoreChanges, theirs.ignoreChanges ?? [], theirs.urn);
    assert.deepEqual(ours.replaceOnChanges, theirs.replaceOnChanges ?? [], theirs.urn);
    if (!ours.read) {
      assert.deepEqual(
        ours.additionalSecretOutputs,
        [...(theirs.additionalSecretOutputs ?? [])].sort(),
        theirs.urn,
      );
    }
  }
}

function splitReference(reference: string | undefined): [string | undefined, string | undefined] {
  if (reference === undefined) return [undefined, undefined];
  const at = reference.lastIndexOf("::");
  return [reference.slice(0, at), reference.slice(at + 2)];
}

describe("a program that was recorded under the Pulumi engine", function () {
  this.timeout(120_000);
  let deployment: Deployment;

  before(async function () {
    if (!oracleIsThere()) {
      console.log(`      ${NO_ORACLE}`);
      this.skip();
    }
    deployment = await runProgram({
      cwd: projectWith({
        "index.ts": oracleText("program.ts"),
        "Pulumi.dev.yaml": "config:\n  sample:greeting: hi\n  sample:token: abc\n",
      }),
      stack: "dev",
      env: { ...FAST, KUBECONFIG: "/elsewhere" },
    });
  });

  it("registers the same URNs, types, parents, inputs, secrets, dependencies and providers", () => {
    assertAgrees(deployment, stateOf("state.json"));
  });

  it("registers each resource with the same options as the program's requests carry", () => {
    const requests = callsOf("up.jsonl", "RegisterResource");
    assert.ok(requests.length > 20);
    for (const { request, response } of requests) {
      const ours = deployment.resources.find((resource) => resource.urn === response.urn);
      assert.ok(ours, String(response.urn));
      const timeouts = (request.customTimeouts ?? {}) as Record<string, string>;
      assert.deepEqual(ours.customTimeouts, timeouts);
      assert.equal(ours.protect, request.protect ?? false);
      assert.equal(ours.retainOnDelete, request.retainOnDelete ?? false);
      assert.equal(ours.deleteBeforeReplace, request.deleteBeforeReplace ?? false);
      assert.equal(ours.version, request.version);
      assert.equal(ours.aliases.length, ((request.aliases ?? []) as unknown[]).length, ours.urn);
    }
  });

  it("resolves aliases to the URNs that the resource may have had", () => {
    const aliasesOf = (name: string): readonly string[] =>
      deployment.resources.find((resource) => resource.name === name)?.aliases ?? [];
    assert.deepEqual(aliasesOf("ns"), ["urn:pulumi:dev::sample::kubernetes:core/v1:Namespace::old-ns"]);
    assert.deepEqual(aliasesOf("app"), [
      "urn:pulumi:dev::sample::kubernetes:apps/v1beta1:Deployment::app",
      "urn:pulumi:dev::sample::kubernetes:apps/v1beta2:Deployment::app",
      "urn:pulumi:dev::sample::kubernetes:extensions/v1beta1:Deployment::app",
    ]);
  });

  it("gives tls and random resources the same output properties, with the same ones secret", () => {
    const made = stateOf("state.json").filter(({ type }) => /^(tls|random):/.test(type));
    assert.equal(made.length, 14);
    for (const theirs of made) {
      const ours = deployment.resources.find(({ urn }) => urn === theirs.urn);
      assert.ok(ours);
      const names = Object.keys(theirs.outputs ?? {}).filter((key) => !BOOKKEEPING.has(key));
      assert.deepEqual(Object.keys(ours.outputs).sort(), names.sort(), theirs.urn);
      const secret = names.filter((key) => SECRET in Object(theirs.outputs?.[key]));
      assert.deepEqual(
        Object.keys(ours.outputs)
          .filter((key) => ours.outputs[key] instanceof Secret)
          .sort(),
        secret,
        theirs.urn,
      );
    }
  });

  it("gives Kubernetes objects the outputs of a preview that has no cluster to ask", () => {
    for (const { request, response } of callsOf("preview.jsonl", "RegisterResource")) {
      if (!String(request.type).startsWith("kubernetes:")) continue;
      // The preview had a cluster, and asked it about the one object whose inputs were all known.
      if (request.type === "kubernetes:core/v1:Namespace") continue;
      const ours = deployment.resources.find(({ urn }) => urn === response.urn);
      const names = Object.keys(response.object as object);
      // There the texts of the Secret were unknown and could not be encoded; here they are known.
      const expected = names.map((name) => (name === "stringData" ? "data" : name));
      assert.deepEqual(Object.keys(ours?.outputs ?? {}).sort(), expected.sort(), String(response.urn));
    }
  });

  it("has the same stack outputs, with the same ones secret", () => {
    const theirs = stateOf("state.json")[0]?.outputs ?? {};
    assert.deepEqual(Object.keys(deployment.outputs).sort(), Object.keys(theirs).sort());
    assert.equal(deployment.outputs.greeting, "hi");
    assert.equal(deployment.outputs.stack, "dev");
    assert.equal(deployment.outputs.namespace, "recorded");
    for (const [key, value] of Object.entries(theirs)) {
      assert.equal(deployment.outputs[key] instanceof Secret, SECRET in Object(value), key);
    }
  });

  it("is the same in every run, in the same order, but for what is generated", async () => {
    const again = await runProgram({
      cwd: projectWith({
        "index.ts": oracleText("program.ts"),
        "Pulumi.dev.yaml": "config:\n  sample:greeting: hi\n  sample:token: abc\n",
      }),
      stack: "dev",
      env: { ...FAST, KUBECONFIG: "/elsewhere" },
    });
    assert.deepEqual(
      again.resources.map(({ urn, provider }) => [urn, provider]),
      deployment.resources.map(({ urn, provider }) => [urn, provider]),
    );
  });
});

const SECRET = "4dabf18193072939515e22adb298388d";

describe("a recorded program that reads a resource, refers to a stack and transforms", function () {
  this.timeout(60_000);

  it("registers what the Pulumi engine recorded", async function () {
    if (!oracleIsThere()) {
      console.log(`      ${NO_ORACLE}`);
      this.skip();
    }
    const deployment = await runProgram({
      cwd: projectWith({
        "Pulumi.yaml": "name: leaf\nruntime: nodejs\n",
        "index.ts": oracleText("more.ts"),
      }),
      stack: "dev",
      env: FAST,
      resolveStack: (name) =>
        Promise.resolve(
          name === "organization/root/dev"
            ? { trustDomain: "example.org", rootPem: new Secret("&tXZlr") }
            : undefined,
        ),
    });
    assertAgrees(deployment, stateOf("more.state.json"));
    const reference = deployment.resources.find(({ type }) => type === "pulumi:pulumi:StackReference");
    const recorded = stateOf("more.state.json").find(({ type }) => type === "pulumi:pulumi:StackReference");
    assert.deepEqual(ourValue(reference?.outputs ?? {}), recordedValue(recorded?.outputs));
  });
});
