import assert from "node:assert/strict";
import { builtinModules } from "node:module";
import * as path from "node:path";
import ts from "typescript";
import { importsOf, repositoryFiles, textOf, type Import } from "./source-files";

/** The layers, innermost first: what each may import of this repository, and which packages. */
const LAYERS: Readonly<
  Record<string, { readonly layers: readonly string[]; readonly packages: readonly RegExp[] }>
> = {
  "components/intent": { layers: [], packages: [/^(re2js|ipaddr\.js|node:util)$/] },
  "components/compile": { layers: ["components/intent"], packages: [/^(re2js|ipaddr\.js|node:util)$/] },
  "components/resources": {
    layers: ["components/compile"],
    packages: [/^@pulumi\/(pulumi|kubernetes)(\/|$)/],
  },
  "components/platform": {
    layers: ["components/intent", "components/compile", "components/resources", "analysis"],
    packages: [
      /^@pulumi\/(pulumi|kubernetes|tls|random)(\/|$)/,
      /^(re2js|ipaddr\.js|yaml|js-yaml)$/,
      /^@grafana\/grafana-foundation-sdk\//,
      /^(@noble\/curves\/nist\.js|@peculiar\/asn1-(schema|x509))$/,
      /^node:/,
    ],
  },
  "components/discovery": {
    layers: ["components/intent"],
    packages: [/^(@pulumi\/pulumi|zod|js-yaml|ipaddr\.js)$/, /^node:/],
  },
  analysis: {
    layers: ["components/compile", "components/resources/crds", "components/intent/problem"],
    packages: [/^(ajv|ajv\/.*|@bufbuild\/cel(\/.*)?|@bufbuild\/.*|re2js|ipaddr\.js|js-yaml)$/, /^node:/],
  },
  policies: {
    layers: ["analysis", "components/resources", "components/intent/problem"],
    packages: [/^@pulumi\/(policy|pulumi)(\/|$)/, /^zod$/, /^node:/],
  },
  engine: { layers: ["components/intent/problem"], packages: [/.*/] },
  cli: { layers: [""], packages: [/.*/] },
  testing: { layers: ["analysis", "engine"], packages: [/^node:/] },
  stacks: { layers: ["components"], packages: [/.*/] },
};

/** The top of the package joins the layers and is no layer itself. */
const PUBLIC_INDEX = "components/index.ts";

const sources = repositoryFiles().filter((file) => file.endsWith(".ts"));
const published = sources.filter((file) => /^(components|analysis|policies|engine|cli|testing)\//.test(file));
const imports = new Map<string, readonly Import[]>(sources.map((file) => [file, importsOf(textOf(file))]));

function layerOf(file: string): string | undefined {
  return Object.keys(LAYERS).find((layer) => file.startsWith(`${layer}/`));
}

function resolveInside(file: string, specifier: string): string {
  return path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
}

describe("the import graph", () => {
  it("reads every way there is to import", () => {
    const text = `
      import a from "a"; import type b from "b"; import { type c } from "c"; import "d"; export * from "e";
      export type { f } from "f"; const g = require("g"); const h = import("h"); type I = import("i").I;
      import { j, type k } from "j"; import l = require("l");`;
    assert.deepEqual(
      importsOf(text).map(({ specifier, typeOnly }) => (typeOnly ? `${specifier} (type)` : specifier)),
      ["a", "b (type)", "c (type)", "d", "e", "f (type)", "g", "h", "i (type)", "j", "l"],
    );
  });

  it("covers every published file with a layer", () => {
    assert.ok(published.length > 10);
    assert.deepEqual(
      published.filter((file) => file !== PUBLIC_INDEX && layerOf(file) === undefined),
      [],
    );
  });

  for (const [layer, allowed] of Object.entries(LAYERS)) {
    it(`${layer} imports only what its place in the architecture allows`, () => {
      const wrong: string[] = [];
      for (const [file, list] of imports) {
        if (layerOf(file) !== layer) continue;
        for (const { specifier } of list) {
          if (specifier.startsWith(".")) {
            const target = resolveInside(file, specifier);
            const inside = target === layer || target.startsWith(`${layer}/`);
            const fine =
              inside ||
              allowed.layers.some(
                (other) => other === "" || target === other || target.startsWith(`${other}/`),
              );
            if (!fine) wrong.push(`${file} imports ${target}`);
          } else if (!allowed.packages.some((pattern) => pattern.test(specifier))) {
            wrong.push(`${file} imports ${specifier}`);
          }
        }
      }
      assert.deepEqual(wrong, []);
    });
  }

  it("has no circle among files at run time", () => {
    const files = new Set(sources);
    const edges = new Map<string, string[]>();
    for (const [file, list] of imports) {
      const targets = list
        .filter(({ specifier, typeOnly }) => !typeOnly && specifier.startsWith("."))
        .map(({ specifier }) => resolveInside(file, specifier))
        .flatMap((target) =>
          [target, `${target}.ts`, `${target}/index.ts`].filter((name) => files.has(name)),
        );
      edges.set(file, targets);
    }
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, trail: readonly string[]): void => {
      const start = trail.indexOf(file);
      if (start >= 0) circles.push([...trail.slice(start), file].join(" -> "));
      if (start >= 0 || done.has(file)) return;
      for (const target of edges.get(file) ?? []) visit(target, [...trail, file]);
      done.add(file);
    };
    for (const file of edges.keys()) visit(file, []);
    assert.deepEqual(circles, []);
  });

  it("never takes the index of @pulumi/kubernetes, which costs seconds of type checking", () => {
    const wrong = [...imports].filter(([, list]) =>
      list.some(({ specifier }) => specifier === "@pulumi/kubernetes"),
    );
    assert.deepEqual(
      wrong.map(([file]) => file),
      [],
    );
  });

  it("published code uses only packages that are installed with it", () => {
    const manifest = JSON.parse(textOf("package.json")) as {
      dependencies: Record<string, string>;
      peerDependencies: Record<string, string>;
    };
    const installed = new Set([
      ...Object.keys(manifest.dependencies),
      ...Object.keys(manifest.peerDependencies),
    ]);
    const missing: string[] = [];
    for (const file of published) {
      for (const { specifier, typeOnly } of imports.get(file) ?? []) {
        if (typeOnly || specifier.startsWith(".") || specifier.startsWith("node:")) continue;
        const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
        if (!installed.has(name) && !builtinModules.includes(name)) missing.push(`${file} imports ${name}`);
      }
    }
    assert.deepEqual(missing, []);
  });

  it("index files only re-export", () => {
    const wrong: string[] = [];
    for (const file of published.filter(
      (each) => path.basename(each) === "index.ts" && each !== "policies/index.ts",
    )) {
      const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest, true);
      for (const statement of source.statements) {
        if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier === undefined) {
          wrong.push(`${file}: ${statement.getText().split("\n")[0] ?? ""}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
  });
});

describe("the text of the repository", () => {
  it("names no package registry: where packages come from is the reader's configuration", () => {
    // Spelt in pieces, or this file would name them.
    const hosts = [
      ["registry", "npmjs", "org"],
      ["registry", "yarnpkg", "com"],
      ["npm", "pkg", "github", "com"],
    ].map((parts) => parts.join("."));
    const wrong = repositoryFiles()
      .filter((file) => !/\.(png|gz|tgz|woff2?)$/.test(file))
      .filter((file) => hosts.some((host) => textOf(file).includes(host)));
    assert.deepEqual(wrong, []);
  });
});
