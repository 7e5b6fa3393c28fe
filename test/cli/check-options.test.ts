import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Finding } from "../../analysis";
import { run, type CliOptions, type CliResult } from "./run-cli";

const policy = (name: string, mode: string): string =>
  `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: ${name}
  namespace: shop
spec:
  selector: {matchLabels: {app: x}}
  mtls:
    mode: ${mode}
`;

interface Report {
  readonly findings: readonly Finding[];
}

describe("meshwright check: settings, baselines and what is no input", () => {
  let cwd: string;
  beforeEach(() => (cwd = mkdtempSync(path.join(tmpdir(), "meshwright-check-"))));
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  const write = (name: string, text: string): void => writeFileSync(path.join(cwd, name), text);
  const check = (args: readonly string[], options: CliOptions = {}): Promise<CliResult> =>
    run(["check", ...args], { cwd, ...options });
  const rulesOf = ({ stdout }: CliResult): string[] =>
    (JSON.parse(stdout) as Report).findings.map(({ rule, level }) => `${level} ${rule}`);

  it("--config takes levels, options and exceptions from a file; --pack wins over its pack", async () => {
    write("a.yaml", policy("a", "DISABLE"));
    const only = (settings: object): string => JSON.stringify({ all: "off", ...settings });
    write("levels.json", only({ rules: { "mtls-no-downgrade": "advisory" } }));
    const levels = await check(["-f", "a.yaml", "--config", "levels.json", "--format", "json"]);
    assert.deepEqual([levels.code, rulesOf(levels)], [0, ["advisory mtls-no-downgrade"]]);

    write(
      "except.yaml",
      "exceptions:\n  - {rule: mtls-no-downgrade, name: a, reason: OPS-7, until: 2999-01-01}\n" +
        "  - {rule: mtls-no-downgrade, name: b, reason: OPS-8, until: 2999-01-01}\n",
    );
    const excepted = await check(["-f", "a.yaml", "--config", "except.yaml", "--format", "json"]);
    assert.ok(!rulesOf(excepted).includes("mandatory mtls-no-downgrade"));
    assert.match(
      excepted.stderr,
      /mtls-no-downgrade is lifted from PeerAuthentication a until 2999-01-01: OPS-7/,
    );
    assert.match(
      excepted.stderr,
      /exception from mtls-no-downgrade until 2999-01-01 \(OPS-8\) lifted nothing/,
    );

    write("pack.yaml", "pack: baseline\n");
    const audit = await check([
      "-f",
      "a.yaml",
      "--config",
      "pack.yaml",
      "--pack",
      "audit",
      "--format",
      "json",
    ]);
    assert.equal(audit.code, 0);
    assert.ok(rulesOf(audit).includes("advisory mtls-no-downgrade"));
  });

  it("--config with mistakes, or something else: exit 2, all of them named, nothing checked", async () => {
    write("a.yaml", policy("a", "DISABLE"));
    write("wrong.yaml", "pack: none\nrules: {no-such-rule: off, schema-valid: loud}\n");
    write("list.yaml", "- pack: strict\n");
    const wrong = await check(["-f", "a.yaml", "--config", "wrong.yaml"]);
    assert.deepEqual([wrong.code, wrong.stdout], [2, ""]);
    assert.match(wrong.stderr, /^error: settings wrong\.yaml: 3 problems\n/);
    for (const id of ["unknown-pack", "unknown-rule", "unknown-level"])
      assert.ok(wrong.stderr.includes(`[policies/${id}]`), id);
    const list = await check(["-f", "a.yaml", "--config", "list.yaml"]);
    assert.deepEqual([list.code, list.stdout], [2, ""]);
    assert.match(list.stderr, /\[input\/settings\]\n\s+got: +a list/);
  });

  it("--baseline lets only new findings fail, wherever the old ones have moved to", async () => {
    write("a.yaml", policy("a", "DISABLE"));
    write("only.yaml", "all: off\nrules: {mtls-no-downgrade: mandatory}\n");
    const first = await check(["-f", "a.yaml", "--config", "only.yaml", "--format", "json"]);
    assert.equal(first.code, 1);
    const count = (JSON.parse(first.stdout) as Report).findings.length;
    write("baseline.json", first.stdout);
    const args = ["-f", "a.yaml", "--config", "only.yaml", "--baseline", "baseline.json", "--format", "json"];

    write("a.yaml", `# a line above\n${policy("a", "DISABLE")}`);
    const same = await check(args);
    assert.deepEqual([same.code, rulesOf(same)], [0, []]);
    assert.match(same.stderr, new RegExp(`note: ${count} findings? of the baseline not shown\n`));

    write("a.yaml", `${policy("a", "DISABLE")}---\n${policy("b", "PERMISSIVE")}`);
    const more = await check(args);
    assert.equal(more.code, 1);
    const fresh = (JSON.parse(more.stdout) as Report).findings;
    assert.deepEqual([...new Set(fresh.map(({ object }) => object.name))], ["b"]);

    write("a.yaml", policy("a", "STRICT"));
    const mended = await check(args);
    assert.equal(mended.code, 0);
    assert.match(mended.stderr, /of the baseline (is|are) gone: renew it/);
  });

  it("--baseline that is no report: exit 2, and how to make one", async () => {
    write("a.yaml", policy("a", "STRICT"));
    for (const text of ["", "[]", "{}", '{"findings":[1]}', "not JSON"]) {
      write("baseline.json", text);
      const { code, stdout, stderr } = await check(["-f", "a.yaml", "--baseline", "baseline.json"]);
      assert.deepEqual([code, stdout], [2, ""], text);
      assert.match(stderr, /\[input\/baseline\]/);
    }
  });

  for (const [what, text] of [
    ["nothing at all", ""],
    ["comments", "# nothing\n---\n# here\n"],
    ["values of a chart", "replicas: 3\nimage: {tag: v1}\n"],
    ["an empty list", "{apiVersion: v1, kind: List, items: []}"],
  ] as const) {
    it(`${what} on standard input: exit 2 and one error, not a clean report`, async () => {
      const { code, stdout, stderr } = await check(["-f", "-"], { stdin: text });
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, /^error: .*1 problem\n.*there is nothing to check \[input\/no-objects\]/);
    });
  }

  it("/dev/null is no input either", async () => {
    const { code, stdout } = await check(["-f", "/dev/null"]);
    assert.deepEqual([code, stdout], [2, ""]);
  });

  it("text shows the line of a finding, but no line of a Secret and no long value", async () => {
    write(
      "a.yaml",
      `${policy("a", "DISABLE")}---
apiVersion: v1
kind: Secret
metadata: {name: s, namespace: shop, annotations: {except.meshwright.dev/none: hunter2}}
---
apiVersion: v1
kind: Service
metadata:
  name: s
  namespace: shop
  annotations:
    except.meshwright.dev/none: "${"x".repeat(200)}"
`,
    );
    const { stdout } = await check(["-f", "a.yaml"]);
    assert.ok(stdout.includes("    at    a.yaml:9\n    line  mode: DISABLE\n"), stdout);
    assert.ok(stdout.includes("    line  except.meshwright.dev/none: …\n"), stdout);
    assert.ok(!/hunter2|xxxx/.test(stdout), stdout);
  });
});
