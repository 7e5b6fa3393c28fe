import assert from "node:assert/strict";
import fc from "fast-check";
import { loadAll, YAML11_SCHEMA } from "js-yaml";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

import { MeshError } from "../../components/intent/problem";
import { objectsOf, renderManifests, writeManifests, type ManifestFile } from "../../engine/manifests";
import { toYamlStream } from "../../engine/manifests/yaml";
import type { Properties } from "../../engine/provider";
import type { Deployment, RecordedResource } from "../../engine/recorded";
import { Secret, UNKNOWN } from "../../engine/value";

const STACK_URN = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev";

interface Given extends Partial<RecordedResource> {
  readonly type: string;
  readonly name: string;
}

function resource({ type, name, ...rest }: Given): RecordedResource {
  return {
    urn: urnOf(type, name),
    type,
    name,
    custom: true,
    read: false,
    inputs: {},
    outputs: {},
    parent: STACK_URN,
    dependencies: [],
    propertyDependencies: {},
    aliases: [],
    protect: false,
    retainOnDelete: false,
    ignoreChanges: [],
    replaceOnChanges: [],
    additionalSecretOutputs: [],
    deleteBeforeReplace: false,
    customTimeouts: {},
    ...rest,
  };
}

const urnOf = (type: string, name: string) => `urn:pulumi:dev::shop::${type}::${name}`;
const component = (name: string, rest: Partial<RecordedResource> = {}) =>
  resource({ type: "shop:index:Part", name, custom: false, ...rest });
const inPart = (name: string) => urnOf("shop:index:Part", name);

const TYPES: Readonly<Record<string, string>> = {
  ConfigMap: "core/v1",
  Namespace: "core/v1",
  Secret: "core/v1",
  Service: "core/v1",
  ServiceAccount: "core/v1",
  Deployment: "apps/v1",
  ClusterRole: "rbac.authorization.k8s.io/v1",
  CustomResourceDefinition: "apiextensions.k8s.io/v1",
  VirtualService: "networking.istio.io/v1",
  DestinationRule: "networking.istio.io/v1",
};

/** An object, registered under its own name. */
function object(kind: string, name: string, rest: Partial<RecordedResource> & { readonly ns?: string } = {}) {
  const { ns, inputs, ...others } = rest;
  const group = TYPES[kind] ?? "core/v1";
  const { metadata, ...fields } = (inputs ?? {}) as { metadata?: Properties } & Properties;
  return resource({
    type: `kubernetes:${group}:${kind}`,
    name,
    inputs: {
      apiVersion: group.replace(/^core\//, ""),
      kind,
      metadata: { name, ...(ns === undefined ? {} : { namespace: ns }), ...metadata },
      ...fields,
    },
    ...others,
  });
}
const on = (...resources: RecordedResource[]) => ({ dependencies: resources.map((each) => each.urn) });

function deployment(...resources: RecordedResource[]): Deployment {
  const stack = resource({ type: "pulumi:pulumi:Stack", name: "shop-dev", custom: false });
  const { parent: _parent, ...root } = stack;
  return {
    project: "shop",
    stack: "dev",
    organization: "organization",
    resources: [root, ...resources],
    outputs: {},
    logs: [],
  };
}

function textOf({ content }: ManifestFile): string {
  return content instanceof Secret ? String(content.reveal()) : content;
}
/** `01-dev.yaml: Namespace a, Service b`, for each file. */
function outline(given: Deployment): string[] {
  return renderManifests(given).files.map(
    ({ name, objects }) => `${name}: ${objects.map((each) => `${each.kind} ${each.name}`).join(", ")}`,
  );
}
function documents(given: Deployment): Record<string, unknown>[] {
  return renderManifests(given).files.flatMap((file) => loadAll(textOf(file)) as Record<string, unknown>[]);
}

describe("manifests: which objects", () => {
  it("an object is what the program gave, whatever its type", () => {
    const spec = { hosts: ["a.example.com"], http: [{ route: [{ destination: { host: "a" } }] }] };
    assert.deepEqual(
      documents(deployment(object("VirtualService", "vs", { ns: "shop", inputs: { spec } }))),
      [
        {
          apiVersion: "networking.istio.io/v1",
          kind: "VirtualService",
          metadata: { name: "vs", namespace: "shop" },
          spec,
        },
      ],
    );
  });

  it("providers, components, other packages, and what was only read are none", () => {
    const read = object("Namespace", "kube-system", { read: true });
    const given = deployment(
      resource({ type: "pulumi:providers:kubernetes", name: "cluster" }),
      resource({ type: "tls:index/privateKey:PrivateKey", name: "key" }),
      component("part"),
      read,
    );
    assert.deepEqual(renderManifests(given), { files: [], notes: [] });
    assert.deepEqual(objectsOf(given), []);
  });

  it("apiVersion and kind follow from the type where the program left them out", () => {
    const given = deployment(
      resource({ type: "kubernetes:core/v1:ConfigMap", name: "a", inputs: { metadata: { name: "a" } } }),
      resource({ type: "kubernetes:apps/v1:Deployment", name: "b", inputs: { metadata: { name: "b" } } }),
    );
    assert.deepEqual(
      documents(given).map(({ apiVersion, kind }) => `${String(apiVersion)} ${String(kind)}`),
      ["v1 ConfigMap", "apps/v1 Deployment"],
    );
  });

  it("a list becomes its items, and none is ever written", () => {
    const items = [
      { metadata: { name: "a" } },
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "b" } },
    ];
    const given = deployment(
      resource({
        type: "kubernetes:core/v1:ConfigMapList",
        name: "list",
        inputs: { apiVersion: "v1", kind: "ConfigMapList", items },
      }),
    );
    assert.deepEqual(outline(given), ["01-dev.yaml: ConfigMap a, ConfigMap b"]);
  });

  it("what only a server writes, and what only Pulumi reads, is left out; nothing else is", () => {
    const metadata: Properties = {
      annotations: {
        "pulumi.com/patchForce": "true",
        "pulumi.com/skipAwait": "true",
        "example.com/kept": "yes",
      },
      creationTimestamp: null,
      generation: 3,
      managedFields: [],
      resourceVersion: "7",
      uid: "x",
      labels: { "app.kubernetes.io/managed-by": "pulumi" },
      finalizers: ["example.com/f"],
    };
    const inputs = { metadata, status: { phase: "Active" }, spec: { status: "kept" }, __fieldManager: "x" };
    assert.deepEqual(documents(deployment(object("Namespace", "shop", { inputs }))), [
      {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: {
          name: "shop",
          annotations: { "example.com/kept": "yes" },
          labels: { "app.kubernetes.io/managed-by": "pulumi" },
          finalizers: ["example.com/f"],
        },
        spec: { status: "kept" },
      },
    ]);
    const onlyPulumi = object("Namespace", "a", {
      inputs: { metadata: { annotations: { "pulumi.com/waitFor": "x" } } },
    });
    assert.deepEqual(documents(deployment(onlyPulumi))[0]?.metadata, { name: "a" });
  });

  it("a patch is a partial object, with a note how to apply it", () => {
    const patch = resource({
      type: "kubernetes:core/v1:NamespacePatch",
      name: "label",
      inputs: { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system", labels: { a: "b" } } },
    });
    const { files, notes } = renderManifests(deployment(patch));
    assert.equal(files[0]?.objects[0]?.kind, "Namespace");
    assert.deepEqual(
      notes.map(({ object: title, message }) => [title, message]),
      [["Namespace kube-system", "names only the fields that it changes: apply it with --server-side"]],
    );
    assert.deepEqual(objectsOf(deployment(patch)), []);
  });

  it("Helm releases, charts, YAML files and kustomizations that Pulumi's provider expands are said to be missing", () => {
    const given = deployment(
      resource({ type: "kubernetes:helm.sh/v3:Release", name: "release" }),
      resource({ type: "kubernetes:helm.sh/v4:Chart", name: "chart", custom: false }),
      resource({ type: "kubernetes:yaml/v2:ConfigGroup", name: "group", custom: false }),
      resource({ type: "kubernetes:kustomize/v2:Directory", name: "directory", custom: false }),
      resource({ type: "kubernetes:yaml:ConfigFile", name: "file", custom: false }),
      object("ConfigMap", "expanded", { parent: urnOf("kubernetes:yaml:ConfigFile", "file") }),
    );
    const { files, notes } = renderManifests(given);
    assert.deepEqual(
      notes.map((note) => note.object),
      [
        "kubernetes:helm.sh/v3:Release release",
        "kubernetes:helm.sh/v4:Chart chart",
        "kubernetes:yaml/v2:ConfigGroup group",
        "kubernetes:kustomize/v2:Directory directory",
      ],
    );
    assert.deepEqual(
      files.map(({ name }) => name),
      ["01-file.yaml"],
    );
  });

  it("an object with a value that is not known yet is left out, and each such place is named", () => {
    const inputs: Properties = {
      data: { a: UNKNOWN, "b.c": new Secret(UNKNOWN), d: "known" },
      list: [[UNKNOWN]],
    };
    const given = deployment(
      object("ConfigMap", "waits", { ns: "shop", inputs }),
      object("ConfigMap", "stays"),
    );
    const { notes } = renderManifests(given);
    assert.deepEqual(outline(given), ["01-dev.yaml: ConfigMap stays"]);
    assert.deepEqual(
      notes.map(({ object: title, path }) => `${title} ${path}`),
      ["ConfigMap shop/waits data.a", 'ConfigMap shop/waits data["b.c"]', "ConfigMap shop/waits list[0][0]"],
    );
    assert.match(notes[0]?.message ?? "", /known only after deployment/);
  });

  it("references and files among the values are no YAML, and are named as such", () => {
    const inputs = {
      data: { r: { resourceReference: { urn: "u" } }, f: { pulumiAsset: { kind: "asset" as const } } },
    };
    const { files, notes } = renderManifests(deployment(object("ConfigMap", "odd", { inputs })));
    assert.deepEqual(files, []);
    assert.deepEqual(
      notes.map(({ path }) => path),
      ["data.r", "data.f"],
    );
  });

  it("two resources for one object are noted, the same name elsewhere is not", () => {
    const twice = object("Service", "a", { ns: "shop" });
    const given = deployment(
      twice,
      { ...twice, urn: `${twice.urn}-2` },
      object("Service", "a", { ns: "other", urn: "urn:other" }),
      object("ConfigMap", "a", { ns: "shop" }),
    );
    const { notes } = renderManifests(given);
    assert.deepEqual(
      notes.map(({ urn, message }) => [urn, message]),
      [[`${twice.urn}-2`, `is the same object as that of ${twice.urn}`]],
    );
  });

  it("an object without a name is noted", () => {
    const nameless = resource({
      type: "kubernetes:batch/v1:Job",
      name: "job",
      inputs: { apiVersion: "batch/v1", kind: "Job", metadata: { generateName: "job-" } },
    });
    assert.equal(renderManifests(deployment(nameless)).notes[0]?.path, "metadata.name");
  });
});

describe("manifests: files", () => {
  it("each component has one, by its nearest component; the stack has one for the rest; definitions come first", () => {
    const inner = component("meshControl Plane", { parent: inPart("mesh") });
    const account = object("ServiceAccount", "a", { parent: inner.urn });
    const given = deployment(
      component("mesh"),
      inner,
      object("Namespace", "n"),
      object("CustomResourceDefinition", "b.example.com", { parent: inner.urn }),
      object("CustomResourceDefinition", "a.example.com", { parent: inPart("mesh") }),
      object("ConfigMap", "m", { parent: inPart("mesh") }),
      account,
      object("ConfigMap", "below an object", { parent: account.urn }),
    );
    assert.deepEqual(outline(given), [
      "00-crds.yaml: CustomResourceDefinition a.example.com, CustomResourceDefinition b.example.com",
      "01-dev.yaml: Namespace n",
      "02-mesh.yaml: ConfigMap m",
      "03-mesh-control-plane.yaml: ServiceAccount a, ConfigMap below an object",
    ]);
    assert.ok(
      textOf(renderManifests(given).files[2] as ManifestFile).startsWith(
        "# component mesh (shop:index:Part)\napiVersion: v1\n",
      ),
    );
  });

  it("components of one name are told apart by their type", () => {
    const a = component("mesh");
    const b = component("mesh", { type: "shop:index:Gateway", urn: "urn:b" });
    const c = component("mesh", { type: "shop:index:Gateway", urn: "urn:c" });
    const d = component("DEV", { urn: "urn:d" });
    const parts = [a, b, c, d].map((each, index) => object("ConfigMap", `m${index}`, { parent: each.urn }));
    const names = renderManifests(deployment(a, b, c, d, ...parts)).files.map(({ name }) => name.slice(3));
    assert.deepEqual(names, ["mesh.yaml", "mesh-gateway.yaml", "mesh-gateway-2.yaml", "dev-part.yaml"]);
  });

  it("what others depend on comes first, through components and resources that are no objects", () => {
    const key = resource({ type: "tls:index/privateKey:PrivateKey", name: "key" });
    const first = object("ConfigMap", "first", { parent: inPart("c") });
    const second = object("ConfigMap", "second", { parent: inPart("b"), ...on({ ...key }) });
    const third = object("ConfigMap", "third", { parent: inPart("a") });
    const given = deployment(
      component("a", { dependencies: [inPart("b")] }),
      component("b"),
      component("c"),
      third,
      second,
      { ...key, ...on(first) },
      first,
    );
    assert.deepEqual(outline(given), [
      "01-c.yaml: ConfigMap first",
      "02-b.yaml: ConfigMap second",
      "03-a.yaml: ConfigMap third",
    ]);
  });

  it("dependencies of single properties and of providers count", () => {
    const config = object("ConfigMap", "config", { parent: inPart("c") });
    const cluster = resource({ type: "pulumi:providers:kubernetes", name: "cluster", ...on(config) });
    const bound = object("ConfigMap", "bound", { parent: inPart("b"), provider: `${cluster.urn}::1234` });
    const late = object("ConfigMap", "late", {
      parent: inPart("a"),
      propertyDependencies: { data: [bound.urn] },
    });
    const given = deployment(component("a"), component("b"), component("c"), late, bound, cluster, config);
    assert.deepEqual(
      renderManifests(given).files.map(({ name }) => name),
      ["01-c.yaml", "02-b.yaml", "03-a.yaml"],
    );
  });

  it("a component that something else must come into the middle of has two files, and no other has", () => {
    const a1 = object("ConfigMap", "a1", { parent: inPart("a") });
    const b = object("ConfigMap", "b", { parent: inPart("b"), ...on(a1) });
    const a2 = object("ConfigMap", "a2", { parent: inPart("a"), ...on(b) });
    const c = object("ConfigMap", "c", { parent: inPart("c"), ...on(a2, b) });
    const given = deployment(component("a"), component("b"), component("c"), c, a2, b, a1);
    assert.deepEqual(outline(given), [
      "01-a.yaml: ConfigMap a1",
      "02-b.yaml: ConfigMap b",
      "03-a.yaml: ConfigMap a2",
      "04-c.yaml: ConfigMap c",
    ]);
  });

  it("inside a file dependencies count first, then kinds, then namespaces and names", () => {
    const early = object("VirtualService", "early");
    const given = deployment(
      early,
      object("DestinationRule", "rule"),
      object("Deployment", "d", { ns: "a" }),
      object("ConfigMap", "z", { ns: "a" }),
      object("ConfigMap", "m", { ns: "b" }),
      object("ConfigMap", "a", { ns: "b" }),
      object("ClusterRole", "r"),
      object("ServiceAccount", "s", { ns: "a" }),
      object("Service", "s", { ns: "a" }),
      object("Namespace", "after", on(early)),
    );
    assert.deepEqual(outline(given), [
      "01-dev.yaml: ServiceAccount s, ClusterRole r, ConfigMap z, ConfigMap a, ConfigMap m, Service s, Deployment d, " +
        "DestinationRule rule, VirtualService early, Namespace after",
    ]);
  });

  it("an object comes after its namespace though the program did not say so", () => {
    const given = deployment(
      component("a"),
      component("z"),
      object("Service", "s", { ns: "shop", parent: inPart("a") }),
      object("Namespace", "shop", { parent: inPart("z") }),
    );
    assert.deepEqual(outline(given), ["01-z.yaml: Namespace shop", "02-a.yaml: Service s"]);
  });

  it("a circle is no reason to hang or to lose an object", () => {
    const a = object("ConfigMap", "a");
    const b = object("ConfigMap", "b", on(a));
    const given = deployment({ ...a, ...on(b) }, b, object("ConfigMap", "c", on(b)));
    assert.equal(renderManifests(given).files.flatMap(({ objects }) => objects).length, 3);
  });

  it("any dependencies: every object is in one file, once, and after what it depends on", () => {
    const part = fc.constantFrom("a", "b", "c");
    const plan = fc.array(fc.record({ part, secret: fc.boolean(), uses: fc.array(fc.nat({ max: 30 })) }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(plan, (steps) => {
        const objects: RecordedResource[] = [];
        steps.forEach((step, index) => {
          const used = step.uses.filter((each) => each < index).flatMap((each) => objects[each] ?? []);
          objects.push(
            object(step.secret ? "Secret" : "ConfigMap", `o${index}`, {
              parent: inPart(step.part),
              ...on(...used),
            }),
          );
        });
        const given = deployment(component("a"), component("b"), component("c"), ...objects);
        const { files } = renderManifests(given);
        const order = files.flatMap((file) => file.objects.map(({ urn }) => urn));
        assert.deepEqual([...order].sort(), objects.map(({ urn }) => urn).sort());
        for (const each of objects) {
          for (const used of each.dependencies) assert.ok(order.indexOf(used) < order.indexOf(each.urn));
        }
        const names = files.map(({ name }) => name);
        assert.deepEqual(names, [...names].sort());
        for (const file of files) {
          const secret = file.objects.some(({ kind }) => kind === "Secret");
          assert.equal(file.mode, secret ? 0o600 : 0o644);
          assert.equal(file.name.endsWith(".secret.yaml"), secret);
          assert.equal(file.content instanceof Secret, secret);
        }
      }),
    );
  });

  it("several clusters have files of their own; several providers of one cluster do not", () => {
    const cluster = (name: string, inputs: Properties, rest: Partial<RecordedResource> = {}) =>
      resource({ type: "pulumi:providers:kubernetes", name, inputs, ...rest });
    const west = cluster("west", { kubeconfig: new Secret("hunter2") });
    const westForce = cluster("west-force", { kubeconfig: "hunter2", enableServerSideApply: "true" });
    const made: Properties = { kubeconfig: UNKNOWN };
    const east = cluster("east", made, { propertyDependencies: { kubeconfig: ["urn:east"] } });
    const eastToo = cluster("east-too", made, { propertyDependencies: { kubeconfig: ["urn:east"] } });
    const by = ({ urn }: RecordedResource) => ({ provider: `${urn}::id` });
    const one = deployment(
      west,
      westForce,
      object("ConfigMap", "a", by(west)),
      object("ConfigMap", "b", by(westForce)),
    );
    assert.deepEqual(outline(one), ["01-dev.yaml: ConfigMap a, ConfigMap b"]);
    assert.deepEqual(renderManifests(one).notes, []);

    const same = object("Service", "s", { ns: "shop", ...by(west) });
    const two = deployment(
      west,
      westForce,
      east,
      eastToo,
      same,
      object("Namespace", "shop", by(westForce)),
      { ...same, urn: "urn:other", ...by(east) },
      object("ConfigMap", "c", by(eastToo)),
    );
    assert.deepEqual(outline(two), [
      "01-dev.west.yaml: Namespace shop, Service s",
      "02-dev.east.yaml: ConfigMap c, Service s",
    ]);
    assert.deepEqual(
      renderManifests(two).notes.map(({ object: title }) => title),
      ["provider west", "provider east"],
    );
    assert.ok(!JSON.stringify(renderManifests(two)).includes("hunter2"));
  });

  it("numbers are as wide as the last needs, so that names sort", () => {
    const parts = Array.from({ length: 101 }, (_, i) => component(`p${i}`));
    const objects = parts.map(({ urn }, i) => object("ConfigMap", `o${i}`, { parent: urn }));
    const names = renderManifests(
      deployment(...parts, ...objects, object("CustomResourceDefinition", "x.example.com")),
    ).files.map(({ name }) => name);
    assert.equal(names[0], "000-crds.yaml");
    assert.deepEqual(names, [...names].sort());
  });

  it("thousands of objects take no time to speak of", () => {
    const parts = Array.from({ length: 50 }, (_, i) =>
      component(`p${i}`, i > 0 ? { dependencies: [inPart(`p${i - 1}`)] } : {}),
    );
    const objects = parts.flatMap(({ urn }, i) =>
      Array.from({ length: 60 }, (_, k) => object("ConfigMap", `o${i}-${k}`, { parent: urn })),
    );
    assert.equal(renderManifests(deployment(...parts, ...objects)).files.length, 50);
  }).timeout(10_000);
});

describe("manifests: secrets", () => {
  const marked = object("ConfigMap", "marked", {
    inputs: { data: { token: new Secret("hunter2"), open: "x" } },
  });
  const declared = object("Secret", "declared", { inputs: { stringData: { password: "hunter2" } } });
  const whole = object("Secret", "whole", { inputs: { data: new Secret({ key: "aHVudGVyMg==" }) } });
  const given = deployment(object("ConfigMap", "plain"), marked, declared, whole);

  it("lie in files of their own, in the clear, for their owner alone", () => {
    const { files } = renderManifests(given);
    assert.deepEqual(outline(given), [
      "01-dev.yaml: ConfigMap plain",
      "02-dev.secret.yaml: ConfigMap marked, Secret declared, Secret whole",
    ]);
    assert.equal(files[1]?.mode, 0o600);
    const data = (
      loadAll(textOf(files[1] as ManifestFile)) as { data?: unknown; stringData?: unknown }[]
    ).map((each) => each.data ?? each.stringData);
    assert.deepEqual(data, [
      { open: "x", token: "hunter2" },
      { password: "hunter2" },
      { key: "aHVudGVyMg==" },
    ]);
  });

  it("are in nothing that is printed", () => {
    const printed =
      JSON.stringify(renderManifests(given)) + JSON.stringify(objectsOf(given, { secrets: "text" }));
    assert.ok(!/hunter2|aHVudGVyMg/.test(printed));
  });

  it("stay secret where a whole part of an object is one: metadata, a list, an item, a name", () => {
    const metadata = new Secret({ name: "hunter2", namespace: "hunter2", labels: { a: "hunter2" } });
    const item = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "b" }, data: { a: "hunter2" } };
    const list = { type: "kubernetes:core/v1:ConfigMapList", inputs: { kind: "ConfigMapList" } };
    const all = deployment(
      resource({ type: "kubernetes:core/v1:ConfigMap", name: "a", inputs: { metadata } }),
      resource({ ...list, name: "b", inputs: { ...list.inputs, items: new Secret([item]) } }),
      resource({ ...list, name: "c", inputs: { ...list.inputs, items: [new Secret(item)] } }),
      object("ConfigMap", "d", {
        inputs: { metadata: { name: new Secret("hunter2") }, data: { a: UNKNOWN } },
      }),
    );
    const { files, notes } = renderManifests(all);
    assert.deepEqual(
      files.map(({ name, objects }) => [name, objects.length]),
      [["01-dev.secret.yaml", 3]],
    );
    assert.equal(notes[0]?.object, "ConfigMap [secret]");
    assert.ok(textOf(files[0] as ManifestFile).includes("name: hunter2\n  namespace: hunter2\n"));
    assert.ok(!JSON.stringify([files, notes, objectsOf(all)]).includes("hunter2"));
  });

  it("are unknown to those who analyse, or a text where they ask for one; the shape stays", () => {
    const found = Object.fromEntries(
      objectsOf(given).map(({ object: { metadata, data, stringData } }) => [
        metadata.name,
        data ?? stringData,
      ]),
    );
    assert.deepEqual(found, {
      plain: undefined,
      marked: { token: UNKNOWN, open: "x" },
      declared: { password: UNKNOWN },
      whole: { key: UNKNOWN },
    });
    const texts = objectsOf(given, { secrets: "text" }).map(({ object: { data } }) => data);
    assert.deepEqual(texts, [undefined, { token: "[secret]", open: "x" }, undefined, { key: "[secret]" }]);
  });

  it("objects to analyse keep what is unknown, and say which resource they come from and what they wait for", () => {
    const first = object("ConfigMap", "first");
    const second = object("ConfigMap", "second", { dependencies: [first.urn] });
    const waits = object("ConfigMap", "waits", {
      ns: "shop",
      inputs: { data: { a: UNKNOWN } },
      dependencies: [second.urn],
    });
    const found = objectsOf(deployment(first, second, waits)).map(
      ({ urn, object: { data }, dependencies }) => ({
        urn,
        data,
        dependencies: [...dependencies].sort(),
      }),
    );
    assert.deepEqual(found, [
      { urn: first.urn, data: undefined, dependencies: [] },
      { urn: second.urn, data: undefined, dependencies: [first.urn] },
      { urn: waits.urn, data: { a: UNKNOWN }, dependencies: [first.urn, second.urn] },
    ]);
    assert.deepEqual(objectsOf(deployment(waits))[0]?.object, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "waits", namespace: "shop" },
      data: { a: UNKNOWN },
    });
  });
});

describe("manifests: YAML", () => {
  const tricky = fc.constantFrom(
    ...[
      "yes",
      "NO",
      "on",
      "y",
      "~",
      "null",
      "0777",
      "0o7",
      "1_000",
      "1e3",
      "12:30:45",
      "2001-01-01",
      "<<",
      "=",
    ],
    ...[
      "- a",
      "a: b",
      "# x",
      "*a",
      "&a",
      "multi\nline\n",
      " lead",
      "trail ",
      "tab\t",
      "\r\n",
      "{{ .Values }}",
      "%d",
    ],
    ...["---", "...", "\u0085", "\u2028", "long ".repeat(60)],
  );

  it("is read back as what was written, by readers of YAML 1.1 and 1.2", () => {
    const value = fc.oneof(fc.jsonValue(), tricky, fc.array(tricky));
    const data = fc.dictionary(fc.oneof(fc.string(), tricky), value);
    fc.assert(
      fc.property(fc.array(fc.record({ data }), { minLength: 1, maxLength: 4 }), (objects) => {
        const kept = JSON.parse(JSON.stringify(objects)) as Parameters<typeof toYamlStream>[0];
        const text = toYamlStream(kept, ["a comment\nof two lines"]);
        assert.deepEqual(loadAll(text), kept);
        assert.deepEqual(loadAll(text, { schema: YAML11_SCHEMA }), kept);
        const read = parseAllDocuments(text);
        assert.ok(Array.isArray(read));
        assert.deepEqual(
          read.map((each) => each.toJS() as unknown),
          kept,
        );
      }),
    );
  });

  it("quotes what the library of Kubernetes alone takes for a number", () => {
    for (const text of ["0_8", "0X1f", "+_840", "8E_+5", "980_e58", "1_000", "08", "0b1", "5."]) {
      assert.equal(toYamlStream([{ a: text }], []), `a: '${text}'\n`);
    }
    for (const text of ["1.31.1", "100m", "10.0.0.1", "2Gi", "v1", "_x", "a_1"]) {
      assert.equal(toYamlStream([{ a: text }], []), `a: ${text}\n`);
    }
    assert.equal(toYamlStream([{ a: 8, b: 1.5, c: true }], []), "a: 8\nb: 1.5\nc: true\n");
  });

  it("has no folded lines", () => {
    const text = "word ".repeat(200);
    assert.equal(toYamlStream([{ a: text.trim() }], []), `a: ${text.trim()}\n`);
  });

  it("is the same whatever the order of keys, with identity first", () => {
    const left = {
      kind: "K",
      spec: { b: 1, a: [{ z: 1, y: 2 }] },
      apiVersion: "v1",
      metadata: { labels: { b: "", a: "" }, namespace: "shop", name: "x" },
    };
    const right = {
      metadata: { name: "x", namespace: "shop", labels: { a: "", b: "" } },
      apiVersion: "v1",
      spec: { a: [{ y: 2, z: 1 }], b: 1 },
      kind: "K",
    };
    const text = toYamlStream([left], []);
    assert.equal(text, toYamlStream([right], []));
    assert.equal(
      text,
      "apiVersion: v1\nkind: K\nmetadata:\n  name: x\n  namespace: shop\n  labels:\n    a: ''\n    b: ''\nspec:\n  a:\n    - 'y': 2\n      z: 1\n  b: 1\n",
    );
  });

  it("writes one object that is used twice out twice", () => {
    const shared = { a: 1 };
    assert.ok(!/[&*]/.test(toYamlStream([{ x: shared, y: shared }], [])));
  });
});

describe("manifests: the folder", () => {
  const given = deployment(
    object("ConfigMap", "m"),
    object("Secret", "s", { inputs: { stringData: { a: "hunter2" } } }),
  );
  let root = "";
  let folder = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "meshwright-manifests-"));
    folder = join(root, ".mesh/dev/manifests");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const mode = (name: string) => (statSync(join(folder, name)).mode & 0o777).toString(8);
  const problemOf = async (promise: Promise<unknown>) => {
    const error = await promise.then(
      () => assert.fail("expected a refusal"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof MeshError, String(error));
    return error.problems[0];
  };

  it("has the files with their modes, says which, and git ignores the secret ones, here and under .mesh", async () => {
    const umask = process.umask(0o077);
    try {
      const { files, objects, notes } = await writeManifests(given, folder);
      assert.deepEqual(
        files.map(({ name }) => name),
        ["01-dev.yaml", "02-dev.secret.yaml"],
      );
      assert.deepEqual(
        objects.map(({ kind, name }) => `${kind} ${name}`),
        ["ConfigMap m", "Secret s"],
      );
      assert.deepEqual(notes, []);
    } finally {
      process.umask(umask);
    }
    assert.equal(mode("01-dev.yaml"), "644");
    assert.equal(mode("02-dev.secret.yaml"), "600");
    assert.equal(mode("."), "755");
    assert.equal(readFileSync(join(folder, ".gitignore"), "utf8"), "*.secret.yaml\n");
    assert.equal(readFileSync(join(root, ".mesh/.gitignore"), "utf8"), "*\n");
    assert.deepEqual(readdirSync(join(root, ".mesh/dev")), ["manifests"]);
  });

  it("is the same, byte for byte and file for file, when written again", async () => {
    await writeManifests(given, folder);
    const before = readdirSync(folder).map((name) => statSync(join(folder, name), { bigint: true }).ctimeNs);
    await writeManifests(given, folder);
    assert.deepEqual(
      readdirSync(folder).map((name) => statSync(join(folder, name), { bigint: true }).ctimeNs),
      before,
    );
  });

  it("loses the files of an earlier run, and gets back what was changed or widened", async () => {
    await writeManifests(given, folder);
    chmodSync(join(folder, "02-dev.secret.yaml"), 0o644);
    writeFileSync(join(folder, "01-dev.yaml"), "changed");
    await writeManifests(given, folder);
    assert.equal(mode("02-dev.secret.yaml"), "600");
    assert.match(readFileSync(join(folder, "01-dev.yaml"), "utf8"), /kind: ConfigMap/);
    await writeManifests(deployment(object("ConfigMap", "m")), folder);
    assert.deepEqual(readdirSync(folder).sort(), [".gitignore", ".meshwright", "01-dev.yaml"]);
  });

  it("that holds anything else is left as it is", async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "mine.txt"), "mine");
    const problem = await problemOf(writeManifests(given, folder));
    assert.deepEqual([problem?.id, problem?.got], ["engine/foreign-files", "mine.txt"]);
    assert.deepEqual(readdirSync(folder), ["mine.txt"]);
    rmSync(join(folder, "mine.txt"));
    await writeManifests(given, folder);
    writeFileSync(join(folder, "mine.txt"), "mine");
    assert.equal((await problemOf(writeManifests(deployment(), folder)))?.id, "engine/foreign-files");
    assert.ok(existsSync(join(folder, "02-dev.secret.yaml")));
  });

  it("keeps what it had when a run fails, and nothing half-written stays", async () => {
    await writeManifests(given, folder);
    const before = readdirSync(folder).sort();
    const broken = {
      ...given,
      resources: [{ ...object("ConfigMap", "x"), inputs: null as unknown as Properties }],
    };
    await assert.rejects(writeManifests(broken, folder));
    assert.deepEqual(readdirSync(folder).sort(), before);
    assert.deepEqual(readdirSync(join(root, ".mesh/dev")), ["manifests"]);
  });

  it("comes back after a run that was killed between taking the old away and putting the new there", async () => {
    await writeManifests(given, folder);
    const parent = join(root, ".mesh/dev");
    const gone = 2 ** 22 + 1;
    mkdirSync(join(parent, `.manifests.${gone}.next`));
    const { renameSync } = await import("node:fs");
    renameSync(folder, join(parent, `.manifests.${gone}.previous`));
    await problemOf(writeManifests(given, join(root, "file/that/is/none\0")));
    writeFileSync(join(parent, `.manifests.${gone}.previous`, "mine.txt"), "mine");
    await problemOf(writeManifests(given, folder));
    assert.ok(existsSync(join(folder, "02-dev.secret.yaml")), "the old folder is back");
    assert.deepEqual(readdirSync(parent), ["manifests"]);
  });

  it("may be a link to a folder, which stays one", async () => {
    mkdirSync(join(root, "real"));
    symlinkSync(join(root, "real"), join(root, "link"));
    await writeManifests(given, join(root, "link"));
    assert.ok(existsSync(join(root, "real/01-dev.yaml")));
    assert.equal(readFileSync(join(root, "link/.gitignore"), "utf8"), "*.secret.yaml\n");
  });

  it("that cannot be made is one clear error", async () => {
    writeFileSync(join(root, "file"), "");
    const problem = await problemOf(writeManifests(given, join(root, "file/manifests")));
    assert.deepEqual([problem?.id, problem?.got], ["engine/manifests-unwritable", "ENOTDIR"]);
  });
});
