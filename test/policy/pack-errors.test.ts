import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MeshError, type Problem } from "../../components/intent/problem";
import { Secret, UNKNOWN, type LogEntry } from "../../engine";
import { runPolicyPack, type PolicyPackOptions } from "../../engine/policy";
import { deployment, packWith, resource } from "./support";

const PACK = `const { PolicyPack } = require("@pulumi/policy");\n`;
const ONE = deployment([resource("a:b:C", "c", { x: 1, password: new Secret("hunter22") })]);
const policy = (body: string): string =>
  `${PACK}new PolicyPack("sample", { policies: [{ name: "p", description: "D.", configSchema: { properties: { size: { type: "integer" } } }, validateResource: (args, report) => {\n${body}\n} }] });\n`;

async function problemsOf(
  directory: string,
  more: Partial<PolicyPackOptions> = {},
): Promise<readonly Problem[]> {
  try {
    await runPolicyPack({ directory, deployment: ONE, ...more });
  } catch (error) {
    assert.ok(error instanceof MeshError, String(error));
    assert.doesNotMatch(error.message, /^\s+at .*node_modules/m, "no stack trace");
    return error.problems;
  }
  assert.fail("it ran");
}

/** Waits until a process has ended; a killed one lingers until its parent has taken notice. */
async function gone(pid: number): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt++) {
    try {
      process.kill(pid, 0);
      if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))) return;
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`process ${pid} is still there`);
}

const short = ({ id, path, message }: Problem, directory: string): string =>
  `${id} ${path.replace(directory, ".")}: ${message}`;

describe("a policy pack that cannot be run", function () {
  this.timeout(120_000);

  async function refusal(
    files: Readonly<Record<string, string>>,
    more: Partial<PolicyPackOptions> = {},
  ): Promise<string[]> {
    const directory = packWith(files);
    return (await problemsOf(directory, more)).map((problem) => short(problem, directory));
  }

  it("is not there, or is no pack", async () => {
    assert.deepEqual(
      (await problemsOf("/no/such/folder")).map(({ id, message }) => [id, message]),
      [["policy/pack-missing", "there is no such folder"]],
    );
    assert.deepEqual(
      (await problemsOf(__dirname)).map(({ id, message }) => [id, message]),
      [["policy/pack-missing", "this folder holds no policy pack"]],
    );
  });

  it("has a broken package.json, or one without a version", async () => {
    assert.deepEqual(await refusal({ "package.json": "{" }), [
      "policy/pack-invalid ./package.json: this file is not JSON",
    ]);
    assert.deepEqual(await refusal({ "package.json": "{}" }), [
      "policy/pack-invalid ./package.json: a policy pack needs a version",
    ]);
  });

  it("is for another language", async () => {
    assert.deepEqual(await refusal({ "PulumiPolicy.yaml": "runtime: python\n" }), [
      "policy/pack-invalid ./PulumiPolicy.yaml: runtime: the offline engine runs policy packs for Node.js only",
    ]);
  });

  it("throws", async () => {
    assert.deepEqual(await refusal({ "index.js": 'throw new Error("boom");\n' }), [
      "policy/pack-failed index.js:1:7: Error: boom",
    ]);
  });

  it("does not compile", async () => {
    assert.deepEqual(await refusal({ "index.ts": 'export const a: number = "x";\n' }), [
      "policy/pack-does-not-compile index.ts:1:14: TS2322: Type 'string' is not assignable to type 'number'.",
    ]);
  });

  it("creates no pack, or one without policies", async () => {
    assert.deepEqual(await refusal({ "index.js": "" }), [
      "policy/pack-empty .: the program ended without creating a PolicyPack",
    ]);
    assert.deepEqual(await refusal({ "index.js": `${PACK}new PolicyPack("none", { policies: [] });` }), [
      'policy/pack-empty .: policy pack "none" has no policies',
    ]);
  });

  it("has a name that Pulumi refuses", async () => {
    const [problem] = await refusal({ "index.js": `${PACK}new PolicyPack("no name", { policies: [] });` });
    assert.match(problem ?? "", /^policy\/pack-failed \.: Invalid policy pack name "no name"/);
  });

  it("has a policy that throws", async () => {
    assert.deepEqual(await refusal({ "index.js": policy('throw new Error("bang");') }), [
      'policy/policy-failed index.js:3:7: policy "p" failed: Error: bang',
    ]);
  });

  it("has a policy that ends the process", async () => {
    assert.deepEqual(await refusal({ "index.js": policy("process.exit(3);") }), [
      "policy/pack-failed .: the pack ended while it was asked",
    ]);
  });

  it("has a policy that never ends, and is ended with everything that it started", async () => {
    const folder = mkdtempSync(join(tmpdir(), "meshwright-pids-"));
    const file = join(folder, "pids");
    const body = `
const { pid } = require("node:child_process").spawn("sleep", ["600"], { stdio: "ignore" });
require("node:fs").writeFileSync(${JSON.stringify(file)}, process.pid + " " + pid);
return new Promise(() => {});`;
    assert.deepEqual(await refusal({ "index.js": policy(body) }, { timeoutSeconds: 8 }), [
      "policy/pack-timeout .: the pack was not done within 8 seconds, and was stopped",
    ]);
    const pids = readFileSync(file, "utf8").split(" ").map(Number);
    rmSync(folder, { recursive: true });
    assert.equal(pids.length, 2);
    for (const pid of pids) await gone(pid);
  });

  it("is interrupted", async () => {
    const slow = { "index.js": policy("return new Promise(() => {});") };
    assert.deepEqual(await refusal(slow, { signal: AbortSignal.abort() }), [
      "policy/interrupted .: the run was stopped before the pack was done",
    ]);
  });

  it("is configured with what it does not know, all told at once", async () => {
    const config = {
      other: "advisory",
      p: { enforcementLevel: "loud", size: "big" },
    } as unknown as PolicyPackOptions["config"];
    assert.deepEqual(await refusal({ "index.js": policy("") }, config === undefined ? {} : { config }), [
      "policy/config-invalid other: the pack has no such policy",
      "policy/config-invalid p.enforcementLevel: there is no such level",
      "policy/config-invalid p.size: must be integer",
    ]);
  });
});

describe("a policy pack that runs", function () {
  this.timeout(120_000);

  it("gets its configuration and the stack's, and its secrets do not come back", async () => {
    const directory = packWith({
      "index.js": policy(
        "console.log(`pass ${args.props.password}`); report(`${args.getConfig().size} ${args.props.password} ${process.env.PULUMI_CONFIG} ${process.env.PULUMI_NODEJS_STACK}`);",
      ),
    });
    const logs: LogEntry[] = [];
    const { violations } = await runPolicyPack({
      directory,
      deployment: ONE,
      config: { p: { enforcementLevel: "mandatory", size: 7 } },
      stackConfig: {
        values: { "sample:greeting": "hello", "sample:token": "t0ps3cret" },
        secretKeys: ["sample:token"],
      },
      onLog: (entry) => logs.push(entry),
    });
    assert.deepEqual(violations, [
      {
        policy: "p",
        level: "mandatory",
        message: 'D.\n7 [secret] {"sample:greeting":"hello","sample:token":"[secret]"} dev',
        urn: "urn:pulumi:dev::sample::a:b:C::c",
      },
    ]);
    assert.deepEqual(logs, [{ severity: "info", message: "pass [secret]" }]);
  });

  it("reports a policy that met an unknown value as Pulumi does, and goes on", async () => {
    const directory = packWith({ "index.js": policy("report(String(args.props.x.y));") });
    const both = deployment([
      resource("a:b:C", "one", { x: UNKNOWN }),
      resource("a:b:C", "two", { x: { y: 2 } }),
    ]);
    const { violations } = await runPolicyPack({ directory, deployment: both });
    assert.deepEqual(
      violations.map(({ level, message }) => [level, message]),
      [
        [
          "advisory",
          "can't run policy 'p' from policy pack 'sample@v0.0.1' during preview: string value at .x can't be known during preview",
        ],
        ["advisory", "D.\n2"],
      ],
    );
  });
});
