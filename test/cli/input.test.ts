import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { Readable } from "node:stream";
import { loadObjects, type LoadedObjects } from "../../cli/input";
import { MeshError, type Problem } from "../../components/intent/problem";

const service = (name: string): string => `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\n`;

describe("input: Kubernetes objects from files, directories and standard input", () => {
  let cwd: string;
  beforeEach(() => (cwd = mkdtempSync(path.join(tmpdir(), "meshwright-input-"))));
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  const write = (name: string, content: string | Buffer): void => {
    mkdirSync(path.dirname(path.join(cwd, name)), { recursive: true });
    writeFileSync(path.join(cwd, name), content);
  };
  const load = (paths: string[], stdin = ""): Promise<LoadedObjects> =>
    loadObjects(paths, { cwd, stdin: Readable.from([stdin]) });
  const problemsOf = async (paths: string[], stdin = ""): Promise<readonly Problem[]> => {
    try {
      await load(paths, stdin);
    } catch (error) {
      assert.ok(error instanceof MeshError, String(error));
      return error.problems;
    }
    return assert.fail("it was read without a problem");
  };
  const names = (loaded: LoadedObjects): string[] => loaded.objects.map(({ object }) => object.metadata.name);

  it("reads documents, lists, typed lists without types in their items, and JSON", async () => {
    write("a.yaml", `---\n# nothing\n---\n${service("one")}---\n${service("two")}`);
    write(
      "b.yaml",
      "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: three}}\n",
    );
    write("c.json", '{"apiVersion":"v1","kind":"PodList","items":[{"metadata":{"name":"four"}}]}');
    const loaded = await load(["."]);
    assert.deepEqual(names(loaded), ["one", "two", "three", "four"]);
    assert.equal(loaded.objects[3]?.object.kind, "Pod");
    assert.equal(loaded.files, 3);
    assert.deepEqual(loaded.notes, []);
  });

  it("reads standard input and names it", async () => {
    const loaded = await load(["-"], service("piped"));
    assert.deepEqual(names(loaded), ["piped"]);
    assert.equal(loaded.objects[0]?.file, "standard input");
  });

  it("reads a named pipe, as a shell's <(…) is one", async () => {
    const fifo = path.join(cwd, "pipe");
    execFileSync("mkfifo", [fifo]);
    write("source.yaml", service("through-a-pipe"));
    execFileSync("sh", ["-c", `cat source.yaml > pipe &`], { cwd, stdio: "ignore" });
    assert.deepEqual(names(await load(["pipe"])), ["through-a-pipe"]);
  });

  it("takes a byte order mark and Windows line ends in its stride", async () => {
    write("a.yaml", `\uFEFF${service("marked").replaceAll("\n", "\r\n")}`);
    const loaded = await load(["a.yaml"]);
    assert.deepEqual(names(loaded), ["marked"]);
    assert.equal(loaded.objects[0]?.lineOf?.("metadata.name"), 4);
  });

  it("reads each file once, however many links and paths lead to it, and leaves a circle of links", async () => {
    write("dir/a.yaml", service("once"));
    symlinkSync("..", path.join(cwd, "dir", "loop"));
    symlinkSync("a.yaml", path.join(cwd, "dir", "b.yaml"));
    assert.deepEqual(names(await load(["dir", "dir/a.yaml", "."])), ["once"]);
  });

  it("finds the line of a path, of a list's item, through an alias, and of the closest parent of what is missing", async () => {
    write(
      "a.yaml",
      [
        "apiVersion: v1", //              1
        "kind: List", //                  2
        "items:", //                      3
        "- apiVersion: x/v1", //          4
        "  kind: VirtualService", //      5
        "  metadata:", //                 6
        "    name: vs", //                7
        "    annotations:", //            8
        "      example.com/a.b: c", //    9
        "  spec:", //                    10
        "    http:", //                  11
        "    - route: &r", //            12
        "      - destination:", //       13
        "          host: a", //          14
        "    - route: *r", //            15
        "---", //                        16
        service("second"), //            17
      ].join("\n"),
    );
    const [first, second] = (await load(["a.yaml"])).objects;
    const lineOf = (at: string): number | undefined => first?.lineOf?.(at);
    assert.equal(lineOf(""), 4);
    assert.equal(lineOf("spec.http[0].route[0].destination.host"), 14);
    assert.equal(lineOf("spec.http[0].route[0].destination.subset"), 13);
    assert.equal(lineOf("spec.http[1].route"), 15);
    assert.equal(lineOf("spec.http[7]"), 11);
    assert.equal(lineOf("metadata.annotations.example.com/a.b"), 9);
    assert.equal(lineOf('metadata.annotations["example.com/a.b"]'), 9);
    assert.equal(second?.lineOf?.("metadata.name"), 20);
  });

  it("finds lines in every document alone, whatever stands before it, on its line, or instead of it", async () => {
    write(
      "a.yaml",
      [
        "# nothing but a comment", //                              1
        "---", //                                                  2
        "---", //                                                  3
        "# a comment", //                                          4
        "  apiVersion: v1", //                                     5
        "  kind: Service", //                                      6
        "  metadata: {name: indented}", //                         7
        "--- {apiVersion: v1, kind: Service, metadata:", //        8
        "  {name: flow}}", //                                      9
        "---", //                                                 10
        "{ apiVersion: v1, kind: Service,", //                    11
        "  metadata: { name: json } }", //                        12
        "...", //                                                 13
        "%YAML 1.2", //                                           14
        "---", //                                                 15
        service("last"), //                                       16
      ].join("\n"),
    );
    const { objects } = await load(["a.yaml"]);
    assert.deepEqual(
      objects.map(({ object, lineOf }) => [object.metadata.name, lineOf?.(""), lineOf?.("metadata.name")]),
      [
        ["indented", 5, 7],
        ["flow", 8, 9],
        ["json", 11, 12],
        ["last", 16, 19],
      ],
    );
  });

  it("reads scalars as a cluster does: on, 010 and 1_000 are not strings, 1:30 is one", async () => {
    write(
      "a.yaml",
      `${service("s")}spec: {a: on, b: 010, c: 1_000, d: 1:30, e: "on", f: 2024-01-01, g: .5, h: off}\n`,
    );
    const [located] = (await load(["a.yaml"])).objects;
    assert.deepEqual(located?.object["spec"], {
      a: true,
      b: 8,
      c: 1000,
      d: "1:30",
      e: "on",
      f: "2024-01-01",
      g: 0.5,
      h: false,
    });
  });

  it("notes what it cannot check, with its line: no name, no kind, numbers for strings, other documents", async () => {
    write(
      "a.yaml",
      "apiVersion: v1\nkind: Service\nmetadata: {}\n---\napiVersion: v1\nmetadata: {name: x}\n",
    );
    write("b.yaml", `${service("b")}  labels:\n    ok: yes-indeed\n    version: 1\n  namespace: 7\n`);
    write("c.yaml", "just: values\n---\n- a list\n---\ntext\n");
    const loaded = await load(["a.yaml", "b.yaml", "c.yaml"]);
    assert.deepEqual(names(loaded), ["b"]);
    // As it stands in the file: whoever judges the object must see what a cluster would see.
    assert.deepEqual(loaded.objects[0]?.object.metadata.labels, { ok: "yes-indeed", version: 1 });
    assert.deepEqual(
      loaded.notes.map((note) => [note.id, note.place]),
      [
        ["input/no-name", "a.yaml:3"],
        ["input/no-type", "a.yaml:5"],
        ["input/not-a-string", "b.yaml:7"],
        ["input/not-a-string", "b.yaml:8"],
        ["input/not-kubernetes", undefined],
      ],
    );
    assert.match(loaded.notes[4]?.message ?? "", /^3 documents/);
  });

  it("passes over values files and charts' helpers in a directory, and reports a template that holds objects", async () => {
    write("chart/values.yaml", "{{ not: even YAML");
    write(
      "chart/templates/vs.yaml",
      "apiVersion: v1\nkind: Service\n{{- if .Values.x }}\nmetadata: {name: {{ .x }}}\n{{- end }}\n",
    );
    const problems = await problemsOf(["chart"]);
    assert.deepEqual(
      problems.map(({ id, path: at }) => [id, at]),
      [["input/template", "chart/templates/vs.yaml:3:1"]],
    );
    assert.match(problems[0]?.fix ?? "", /render it first/);
  });

  for (const [what, text, id, at] of [
    ["a duplicate key", "a: 1\na: 2\n", "input/yaml-syntax", "f.yaml:2:1"],
    ["a tab", "a:\n\t- b\n", "input/yaml-syntax", "f.yaml:2:1"],
    ["an open quote at the end", 'a: "abc\n', "input/yaml-syntax", "f.yaml:2:1"],
    ["an open list at the end", "a:\n  b: [1, 2", "input/yaml-syntax", "f.yaml:2:11"],
    ["an unknown anchor", "a: *x\n", "input/yaml-syntax", "f.yaml:1:5"],
    ["a custom tag", "a: !secret b\n", "input/yaml-syntax", "f.yaml:1:4"],
    ["hopeless nesting", "[".repeat(5000), "input/yaml-syntax", "f.yaml:1:200"],
    ["a cyclic alias", "a: &a\n  b: *a\n", "input/cyclic-alias", "f.yaml"],
    ["a template", "a: 1\nb: {{ .Values.b }}\n", "input/template", "f.yaml:2:4"],
    ["a slip beside a template in a string", "a: '{{ x }}'\nb: [\n", "input/yaml-syntax", "f.yaml:3:1"],
  ] as const) {
    it(`reports ${what} as one problem with its place`, async () => {
      write("f.yaml", text);
      const problems = await problemsOf(["f.yaml"]);
      assert.deepEqual(
        problems.map((problem) => [problem.id, problem.path]),
        [[id, at]],
      );
      assert.notEqual(problems[0]?.fix, "");
    });
  }

  it("refuses aliases that stand for billions of values, at once", async () => {
    const rows = Array.from(
      { length: 12 },
      (_, i) =>
        `a${i}: &a${i} [${Array(9)
          .fill(i === 0 ? "x" : `*a${i - 1}`)
          .join(", ")}]`,
    );
    write("bomb.yaml", `${rows.join("\n")}\n`);
    assert.deepEqual(
      (await problemsOf(["bomb.yaml"])).map(({ id }) => id),
      ["input/alias-expansion"],
    );
  });

  it("refuses what is no UTF-8 text, and says where", async () => {
    write("latin.yaml", Buffer.from("a: 1\nb: caf\xe9\n", "latin1"));
    write("utf16.yaml", Buffer.from("\ufeffa: 1\n", "utf16le"));
    write("zero.yaml", "a: 1\nb: \0\n");
    assert.deepEqual(
      (await problemsOf(["latin.yaml", "utf16.yaml", "zero.yaml"])).map(({ id, path: at }) => [id, at]),
      [
        ["input/not-utf8", "latin.yaml:2:7"],
        ["input/not-utf8", "utf16.yaml"],
        ["input/not-utf8", "zero.yaml:2:4"],
      ],
    );
  });

  it("reports every path that cannot be read, all at once", async () => {
    mkdirSync(path.join(cwd, "empty"));
    mkdirSync(path.join(cwd, "links"));
    symlinkSync("nowhere.yaml", path.join(cwd, "links", "dangling.yaml"));
    symlinkSync("self.yaml", path.join(cwd, "self.yaml"));
    write("file.yaml", service("fine"));
    const problems = await problemsOf([
      "missing.yaml",
      "empty",
      "links",
      "self.yaml",
      "file.yaml/inside.yaml",
      "file.yaml",
    ]);
    assert.deepEqual(
      problems.map(({ id, path: at, got }) => [id, at, got]),
      [
        ["input/unreadable", "missing.yaml", "nothing is there"],
        ["input/no-files", "empty", "no such file"],
        ["input/unreadable", "links/dangling.yaml", "a symbolic link that leads nowhere"],
        ["input/unreadable", "self.yaml", "a symbolic link that leads back to itself"],
        ["input/unreadable", "file.yaml/inside.yaml", "a part of the path is not a directory"],
      ],
    );
  });

  it("keeps reading after a bad file, so that one run reports them all", async () => {
    write("a.yaml", "apiVersion: [\n");
    write("b.yaml", "apiVersion: {\n");
    assert.equal((await problemsOf(["."])).length, 2);
  });
});
