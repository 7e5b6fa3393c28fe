import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import ts from "typescript";
import { ISTIO_VERSIONS } from "../../components/platform/versions";
import { run } from "../cli/run-cli";
import { snippetsOf, type Snippet } from "../package/readme";

const ROOT = path.resolve(__dirname, "..", "..");
const manifest = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
  exports: Record<string, string | { types: string }>;
  peerDependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  engines: { node: string };
};

/** Every page that people read. */
const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...(existsSync(path.join(ROOT, "docs"))
    ? readdirSync(path.join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    : []
  )
    .filter((file) => file.endsWith(".md"))
    .map((file) => path.posix.join("docs", file.split(path.sep).join("/"))),
];

const snippets = PAGES.flatMap((page) =>
  snippetsOf(path.join(ROOT, page)).map((snippet) => ({ page, ...snippet })),
);

/** Compiles each text as a module of its own beside the sources, with the repository's strictness; one program for all. */
function compile(texts: readonly string[]): ts.Diagnostic[] {
  const config = ts.readConfigFile(path.join(ROOT, "tsconfig.json"), (file) => ts.sys.readFile(file));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT);
  const files = new Map(texts.map((text, index) => [path.join(ROOT, "docs", `snippet-${index}.ts`), text]));
  // What a reader has under node_modules are our sources here: the built package has a test of its own.
  const sources = Object.entries(manifest.exports).flatMap(([name, target]) => {
    if (typeof target === "string") return [];
    const source = target.types.replace(/^\.\/dist\//, "./").replace(/\.d\.ts$/, ".ts");
    return [[name.replace(/^\./, "meshwright"), [source]] as [string, string[]]];
  });
  const settings: ts.CompilerOptions = {
    ...options,
    noEmit: true,
    noUnusedLocals: false,
    paths: Object.fromEntries(sources),
  };
  const host = ts.createCompilerHost(settings);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => files.has(file) || fileExists.call(host, file);
  host.readFile = (file) => files.get(file) ?? readFile.call(host, file);
  host.getSourceFile = (file, ...rest) => {
    const text = files.get(file);
    return text === undefined
      ? getSourceFile.call(host, file, ...rest)
      : ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  };
  const program = ts.createProgram([...files.keys()], settings, host);
  return [...files.keys()].flatMap((file) => {
    const source = program.getSourceFile(file);
    return source === undefined
      ? []
      : [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  });
}

const place = ({ page, line }: Snippet & { page: string }): string => `${page}:${line}`;

describe("the documentation", () => {
  it("has TypeScript that compiles, every snippet, with the strictness of this repository", function () {
    this.timeout(120_000);
    const programs = snippets.filter(({ language }) => language === "ts" || language === "typescript");
    assert.ok(programs.length >= 3);
    const errors = compile(programs.map(({ text }) => text)).map((diagnostic) => {
      const index = Number(/snippet-(\d+)\.ts$/.exec(diagnostic.file?.fileName ?? "")?.[1] ?? -1);
      const snippet = programs[index];
      return `${snippet === undefined ? "?" : place(snippet)}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, " ")}`;
    });
    assert.deepEqual(errors, []);
  });

  it("would notice a snippet that does not compile", function () {
    this.timeout(120_000);
    const text =
      'import { defineMesh } from "meshwright/intent";\ndefineMesh("a", { services: {} }).services.b;\n';
    assert.match(String(compile([text])[0]?.messageText), /Property 'b' does not exist/);
  });

  it("names only commands that exist, with options that they have", async () => {
    const lines = snippets
      .filter(({ language }) => language === "console" || language === "sh")
      .flatMap((snippet) =>
        snippet.text.split("\n").map((text) => ({ text: text.trim(), at: place(snippet) })),
      )
      .filter(({ text }) => text !== "" && !text.startsWith("#"));
    assert.ok(lines.length > 5);
    for (const { text, at } of lines) {
      const words = text.split(/\s+/);
      const [program, first = "", second = ""] = words;
      if (program === "npm" && first === "run") {
        const script = words.slice(2).find((word) => !word.startsWith("-")) ?? "";
        assert.ok(script in manifest.scripts, `${at}: npm run ${script}`);
        if (script === "meshwright") await assertOptions(words.slice(words.indexOf("--") + 1), at);
      } else if (program === "npm") {
        assert.ok(
          first in manifest.scripts || ["pack", "install", "ci"].includes(first),
          `${at}: npm ${first}`,
        );
      } else if (program === "npx" && first === "meshwright") {
        await assertOptions(words.slice(2), at);
      } else if (program === "npx") {
        assert.ok(["pulumi", "mocha"].includes(first), `${at}: npx ${first} ${second}`);
      } else {
        assert.ok(
          existsSync(path.join(ROOT, program ?? "")) || program === "kubectl" || program === "git",
          `${at}: ${program}`,
        );
      }
    }
  });

  it("names every subpath of the package, every peer, and the Node that package.json asks for", () => {
    const readme = readFileSync(path.join(ROOT, "README.md"), "utf8");
    for (const name of Object.keys(manifest.exports).filter((each) => each !== "./package.json")) {
      assert.ok(readme.includes(`\`${name.replace(/^\./, "meshwright")}\``), name);
    }
    for (const name of Object.keys(manifest.peerDependencies))
      assert.ok(readme.includes(`\`${name}\``), name);
    assert.ok(readme.includes(manifest.engines.node.replace(">=", ">= ")));
  });

  it("claims to be tested with what is locked, what the newest-SDK run installs, and the Istio that can be installed", () => {
    const readme = readFileSync(path.join(ROOT, "README.md"), "utf8");
    const row = (name: string): string =>
      readme.split("\n").find((line) => line.startsWith(`| ${name} `)) ?? "";
    for (const name of ["@pulumi/pulumi", "@pulumi/kubernetes", "@pulumi/policy", "typescript"]) {
      const title = name === "typescript" ? "TypeScript" : `\`${name}\``;
      assert.ok(row(title).includes(manifest.devDependencies[name] ?? "?"), `${name}: ${row(title)}`);
    }
    const newest = readFileSync(path.join(ROOT, "scripts", "newest-sdk.cjs"), "utf8");
    const [, sdk = "?"] = /NEWEST_SDK = "([^"]+)"/.exec(newest) ?? [];
    const [, node = "?"] = /NEWER_NODE = "(\d+)\./.exec(newest) ?? [];
    assert.ok(row("`@pulumi/pulumi`").includes(sdk));
    assert.ok(row("Node").includes(node));
    for (const version of ISTIO_VERSIONS) assert.ok(row("Istio").includes(version));
  });

  it("lists in its table the commands that there are, each with all its options", async () => {
    const readme = readFileSync(path.join(ROOT, "README.md"), "utf8");
    const rows = [...readme.matchAll(/^\| `([a-z-]+) (\[.*?)`\s*\|/gm)];
    const { stdout } = await run(["--help"]);
    const commands = [...stdout.matchAll(/^ {2}([a-z-]+) \[options\]/gm)].map(([, name]) => name);
    assert.deepEqual(
      rows.map(([, name]) => name),
      commands,
    );
    for (const [, name = "", options = ""] of rows) {
      const documented = new Set(options.match(/--[a-z-]+|-f/g));
      const offered = new Set(
        (await run([name, "--help"])).stdout.match(/^ {2}(?:-\w, )?--[a-z-]+/gm)?.map((text) => text.trim()),
      );
      for (const option of offered) {
        const long = /--[a-z-]+/.exec(option)?.[0] ?? "";
        if (["--help", "--debug"].includes(long)) continue;
        assert.ok(
          documented.has(long) || documented.has(option.split(",")[0] ?? ""),
          `${name} ${option} is not in the README`,
        );
      }
    }
  });

  it("links only to files that are there", () => {
    for (const page of PAGES) {
      const text = readFileSync(path.join(ROOT, page), "utf8");
      for (const [, target = ""] of text.matchAll(/\]\((?!https?:)([^)#]+)/g)) {
        assert.ok(existsSync(path.join(ROOT, path.dirname(page), target)), `${page} links to ${target}`);
      }
    }
  });
});

/** The options of a command line exist; what they name need not. */
async function assertOptions(args: readonly string[], at: string): Promise<void> {
  const [command = ""] = args;
  const { code, stdout } = await run([command, "--help"]);
  assert.equal(code, 0, `${at}: meshwright ${command}`);
  for (const option of args.filter((arg) => /^--?[a-z]/.test(arg))) {
    assert.match(stdout, new RegExp(`(^|[ ,])${option}[ ,]`, "m"), `${at}: meshwright ${command} ${option}`);
  }
}
