import assert from "node:assert/strict";
import { createCipheriv, pbkdf2Sync, randomBytes } from "node:crypto";
import { join } from "node:path";
import { MeshError, type Problem } from "../../components/intent/problem";
import { knownStacks, readProject, runProgram } from "../../engine";
import { locateProgram } from "../../engine/language-host/program-location";
import { readStackConfig } from "../../engine/language-host/stack-config";
import { splitWords } from "../../engine/language-host/command-line";
import { FAST, projectWith } from "./support/project";

function problemsOf(act: () => unknown): readonly Problem[] {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof MeshError, String(error));
    return error.problems;
  }
  throw assert.fail("nothing was refused");
}

const ids = (problems: readonly Problem[]): string[] => problems.map(({ id }) => id);

describe("the project file", () => {
  it("is found in a folder above, as the Pulumi CLI finds it", () => {
    const cwd = projectWith({ "deep/er/file.txt": "" });
    const project = readProject(join(cwd, "deep/er"));
    assert.equal(project.root, cwd);
    assert.equal(project.name, "sample");
    assert.deepEqual(project.options, { typescript: true });
  });

  it("is missed with one error that says where it was looked for", () => {
    const [problem] = problemsOf(() => readProject("/"));
    assert.equal(problem?.id, "engine/project-missing");
  });

  it("is refused with its line when it is not YAML", () => {
    const cwd = projectWith({ "Pulumi.yaml": "name: sample\nruntime: [\n" });
    const [problem] = problemsOf(() => readProject(cwd));
    assert.equal(problem?.id, "engine/file-not-yaml");
    assert.match(problem.path, /Pulumi\.yaml:\d+:\d+$/);
  });

  it("is refused when its top level is a list", () => {
    const cwd = projectWith({ "Pulumi.yaml": "- name: sample\n" });
    assert.deepEqual(ids(problemsOf(() => readProject(cwd))), ["engine/file-not-a-mapping"]);
  });

  it("is refused with every problem at once", () => {
    const cwd = projectWith({
      "Pulumi.yaml": "name: 7\nmain: [a]\nruntime: python\nconfig: { zone: { type: colour } }\n",
    });
    const problems = problemsOf(() => readProject(cwd));
    assert.deepEqual(
      problems.map(({ path }) => path.split(": ")[1]),
      ["name", "main", "runtime", "config.zone.type"],
    );
  });

  it("names the stacks that have a file, in the folder that it says they are in", () => {
    const cwd = projectWith({
      "Pulumi.yaml": "name: sample\nruntime: nodejs\nstackConfigDir: envs\n",
      "envs/Pulumi.prod.yaml": "",
      "envs/Pulumi.dev.yaml": "",
      "Pulumi.other.yaml": "",
    });
    assert.deepEqual(knownStacks(readProject(cwd)), ["dev", "prod"]);
  });
});

describe("the program's place", () => {
  it("is the folder of a `main` that is a file", () => {
    const cwd = projectWith({
      "Pulumi.yaml": "name: sample\nruntime: nodejs\nmain: stacks/index.ts\n",
      "stacks/index.ts": "",
    });
    const place = locateProgram(readProject(cwd));
    assert.deepEqual([place.pwd, place.entryPoint], [join(cwd, "stacks"), "index.ts"]);
  });

  it("is `main` itself where that is a folder", () => {
    const cwd = projectWith({
      "Pulumi.yaml": "name: sample\nruntime: nodejs\nmain: stacks\n",
      "stacks/index.ts": "",
    });
    const place = locateProgram(readProject(cwd));
    assert.deepEqual([place.pwd, place.entryPoint], [join(cwd, "stacks"), "."]);
  });

  it("is refused where `main` is missing or leads out of the project", () => {
    for (const main of ["absent.ts", "../elsewhere", "/etc"]) {
      const cwd = projectWith({ "Pulumi.yaml": `name: sample\nruntime: nodejs\nmain: ${main}\n` });
      const problems = problemsOf(() => locateProgram(readProject(cwd)));
      assert.deepEqual(ids(problems), ["engine/program-missing"]);
      assert.equal(problems[0]?.got, JSON.stringify(main));
    }
  });

  it("decides which tsconfig.json counts: the option is read from there", async function () {
    this.timeout(30_000);
    const cwd = projectWith({
      "Pulumi.yaml":
        "name: sample\nmain: stacks/index.ts\nruntime: { name: nodejs, options: { tsconfig: ../tsconfig.strict.json } }\n",
      "tsconfig.strict.json": '{ "compilerOptions": { "noUnusedLocals": true, "types": ["node"] } }',
      "stacks/index.ts": "const unused = 1;\n",
    });
    await assert.rejects(runProgram({ cwd, stack: "dev" }), /TS6133: 'unused' is declared/);
  });

  it("runs JavaScript without a compiler when TypeScript is switched off, with extra arguments for node", async function () {
    this.timeout(30_000);
    const cwd = projectWith({
      "Pulumi.yaml":
        "name: sample\nruntime: { name: nodejs, options: { typescript: false, nodeargs: '--title \"a b\"' } }\n",
      "package.json": '{ "main": "program.js" }',
      "program.js":
        "exports.title = process.title; exports.ts = process.env.PULUMI_NODEJS_TYPESCRIPT ?? 'off';\n",
    });
    const { outputs } = await runProgram({ cwd, stack: "dev" });
    assert.deepEqual(outputs, { title: "a b", ts: "off" });
  });

  it("splits a command line as a shell does", () => {
    assert.deepEqual(splitWords(`--a  'b c' "d \\"e\\"" f\\ g --x="y z"`), [
      "--a",
      "b c",
      'd "e"',
      "f g",
      "--x=y z",
    ]);
    assert.deepEqual(splitWords(""), []);
  });
});

describe("a stack's configuration", () => {
  const config = (yaml: string, project = "", overrides = {}, env = {}) =>
    readStackConfig(
      readProject(
        projectWith({ "Pulumi.yaml": `name: sample\nruntime: nodejs\n${project}`, "Pulumi.dev.yaml": yaml }),
      ),
      "dev",
      overrides,
      env,
    );

  it("is text: structured values as JSON, the rest as it is printed", () => {
    assert.deepEqual(
      config(
        "config:\n  zone: eu\n  sample:replicas: 3\n  other:on: true\n  list: [1, b]\n  map: { a: { b: 1 } }\n  old:config:key: v\n",
      ).values,
      {
        "old:key": "v",
        "other:on": "true",
        "sample:list": '[1,"b"]',
        "sample:map": '{"a":{"b":1}}',
        "sample:replicas": "3",
        "sample:zone": "eu",
      },
    );
  });

  it("is completed from the project's defaults and values, and may be overridden", () => {
    const project =
      "config:\n  zone: eu\n  size: { type: integer, default: 2 }\n  tags: { type: array, items: { type: string }, default: [a] }\n  aws:region: { value: x }\n";
    assert.deepEqual(config("config:\n  size: 4\n", project, { zone: "us" }).values, {
      "aws:region": "x",
      "sample:size": "4",
      "sample:tags": '["a"]',
      "sample:zone": "us",
    });
  });

  it("is refused where it breaks the project's schema, all problems at once", () => {
    const project =
      "config:\n  a: { type: integer }\n  b: { type: boolean }\n  c: { type: array, items: { type: integer } }\n  d: { type: string }\n  e: { type: object }\n";
    const problems = problemsOf(() =>
      config("config:\n  a: 1.5\n  b: perhaps\n  c: [1, x]\n  e: [1]\n", project),
    );
    assert.deepEqual(
      problems.map(({ id, path, got }) => [id, path.replace(/^.*config\./, ""), got]),
      [
        ["engine/config-invalid", "sample:a", "1.5"],
        ["engine/config-invalid", "sample:b", '"perhaps"'],
        ["engine/config-invalid", "sample:c", '[1,"x"]'],
        ["engine/config-missing", "sample:d", "nothing"],
        ["engine/config-invalid", "sample:e", "[1]"],
      ],
    );
  });

  it("does not print a secret value that is of the wrong type", () => {
    const [problem] = problemsOf(() =>
      config("config:\n  a: s3cret\n", "config:\n  a: { type: integer, secret: true }\n"),
    );
    assert.equal(problem?.got, "a secret");
    assert.doesNotMatch(JSON.stringify(problem), /s3cret/);
  });

  it("has every encrypted value named when none can be read", () => {
    const problems = problemsOf(() =>
      config("config:\n  a: { secure: AAAB }\n  b: { c: [{ secure: AAAC }] }\n  d: plain\n"),
    );
    assert.deepEqual(ids(problems), ["engine/encrypted-config", "engine/encrypted-config"]);
    assert.match(problems[0]?.fix ?? "", /MESHWRIGHT_CONFIG/);
  });

  it("takes encrypted values from the environment or the caller, and keeps them secret", () => {
    const yaml = "config:\n  a: { secure: AAAB }\n  b: { secure: AAAC }\n";
    const read = config(yaml, "", { a: "one" }, { MESHWRIGHT_CONFIG: '{"sample:b":"two"}' });
    assert.deepEqual(read, {
      values: { "sample:a": "one", "sample:b": "two" },
      secretKeys: ["sample:a", "sample:b"],
    });
  });

  it("refuses an environment variable that is not a JSON object of texts", () => {
    const problems = problemsOf(() => config("", "", {}, { MESHWRIGHT_CONFIG: '{"a": 1}' }));
    assert.deepEqual(ids(problems), ["engine/config-override-invalid"]);
  });

  it("is decrypted with the stack's passphrase, and not with another", function () {
    this.timeout(20_000);
    const salt = randomBytes(8);
    const key = pbkdf2Sync("open sesame", salt, 1_000_000, 32, "sha256");
    const seal = (text: string): string => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
    };
    const yaml = `encryptionsalt: v1:${salt.toString("base64")}:${seal("pulumi")}\nconfig:\n  a: { secure: "${seal("hush")}" }\n  b: { c: { secure: "${seal("deep")}" } }\n`;
    assert.deepEqual(config(yaml, "", {}, { PULUMI_CONFIG_PASSPHRASE: "open sesame" }), {
      values: { "sample:a": "hush", "sample:b": '{"c":"deep"}' },
      secretKeys: ["sample:a", "sample:b"],
    });
    const problems = problemsOf(() => config(yaml, "", {}, { PULUMI_CONFIG_PASSPHRASE: "wrong" }));
    assert.match(problems[0]?.message ?? "", /the passphrase is not the right one/);
  });

  it("belongs to a stack that exists: any other is refused with the names of those that do", async () => {
    const cwd = projectWith({ "Pulumi.dev.yaml": "", "Pulumi.prod.yaml": "" });
    for (const stack of ["stagign", "../dev", ""]) {
      await assert.rejects(runProgram({ cwd, stack }), (error: MeshError) => {
        assert.deepEqual(ids(error.problems), ["engine/unknown-stack"]);
        assert.equal(error.problems[0]?.expected, "one of dev, prod");
        return true;
      });
    }
  });

  it("is empty, whatever the stack, in a project that has no stack files", () => {
    const project = readProject(projectWith({}));
    assert.deepEqual(readStackConfig(project, "anything", {}, {}), { values: {}, secretKeys: [] });
    assert.deepEqual(ids(problemsOf(() => readStackConfig(project, "../x", {}, {}))), [
      "engine/unknown-stack",
    ]);
  });

  it("reaches the program, secrets as secrets", async function () {
    this.timeout(30_000);
    const cwd = projectWith({
      "Pulumi.yaml": "name: sample\nruntime: nodejs\nconfig: { token: { type: string, secret: true } }\n",
      "Pulumi.dev.yaml": "config:\n  sizes: [1, 2]\n  token: hush-hush\n",
      "index.ts": `import * as pulumi from "@pulumi/pulumi";
const config = new pulumi.Config();
export const sizes = config.requireObject<number[]>("sizes");
export const token = config.requireSecret("token");
export const organization = pulumi.getOrganization();
export const dry = pulumi.runtime.isDryRun();
console.log("token is", config.require("token"));
`,
    });
    const { outputs, logs } = await runProgram({ cwd, stack: "dev", env: FAST });
    assert.deepEqual(outputs.sizes, [1, 2]);
    assert.equal(String(outputs.token), "[secret]");
    assert.equal(outputs.organization, "organization");
    assert.equal(outputs.dry, true);
    assert.deepEqual(
      logs.filter(({ severity }) => severity === "info"),
      [{ severity: "info", message: "token is [secret]" }],
    );
  });
});
