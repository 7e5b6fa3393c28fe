import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { PulumiProject } from "../cli/pulumi-project";
import { run, type CliResult } from "../cli/run-cli";

const COMPONENTS = path.resolve(__dirname, "../../components");

/** Authorities of both kinds, and a password; one key is handed over in the clear, as a careless program would. */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
require("ts-node").register({ transpileOnly: true, compilerOptions: { module: "commonjs", moduleResolution: "node10", target: "es2022", esModuleInterop: true } });
const platform = require(${JSON.stringify(`${COMPONENTS}/platform`)});
const { RandomPassword } = require("@pulumi/random/randomPassword");
const { Secret } = require("@pulumi/kubernetes/core/v1/secret");

const root = new platform.RotatingRoot("root", { rotation: { generation: 1, step: "steady" } });
const west = new platform.IntermediateCertificateAuthority("west", {
  root: root.signing,
  nameConstraints: { permitted: { trustDomains: ["cluster.local"] } },
});
new platform.CertificateAuthority("issued", {
  issued: {
    certificatePem: west.certificatePem,
    privateKeyPem: pulumi.unsecret(west.privateKeyPem),
    rootCertificatePem: west.rootCertificatePem,
  },
});
new platform.CertificateAuthority("own", { namespace: "mesh" });
const password = new RandomPassword("grafana", { length: 32 });
new Secret("grafana", { metadata: { name: "grafana", namespace: "mesh" }, stringData: { password: password.result } });
exports.key = root.signing.privateKeyPem;
exports.password = password.result;
`;

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile());
}

describe("the secrets of a mesh", function () {
  this.timeout(240_000);
  let project: PulumiProject;
  let answers: CliResult[];
  before(async () => {
    project = new PulumiProject(PROGRAM);
    answers = [];
    for (const args of [["synth"], ["check"], ["check", "--format", "sarif"]]) {
      answers.push(await run(args, { cwd: project.folder }));
    }
  });
  after(() => project.remove());

  /** The values themselves: every private key and password that this run has made, plain and as base64. */
  function values(): string[] {
    const files = filesBelow(project.path(".mesh"));
    const state = files
      .filter((file) => /state.*\.json$/.test(file))
      .map((file) => readFileSync(file, "utf8"));
    assert.ok(state.length > 0, `no state among ${files.join(", ")}`);
    const text = state.join("\n").replaceAll("\\n", "\n");
    const pems = [
      ...text.matchAll(/-----BEGIN [A-Z ]*PRIVATE KEY-----\n[^-]+-----END [A-Z ]*PRIVATE KEY-----\n/g),
    ];
    const keys = [...new Set(pems.map(([pem]) => pem))];
    const passwords = [
      ...new Set([...text.matchAll(/"result":\s*"([^"\\]{32})"/g)].map(([, each = ""]) => each)),
    ];
    assert.ok(keys.length >= 4, `${keys.length} keys`);
    return [
      // A line of its own, and a piece from the middle of what a Secret makes of the whole.
      ...keys.flatMap((pem) => [pem.split("\n")[1]!, Buffer.from(pem).toString("base64").slice(80, 140)]),
      ...passwords.flatMap((each) => [each, Buffer.from(each).toString("base64")]),
    ];
  }

  it("are made, and kept where only their owner reads: in state and in files of their own", () => {
    for (const { code, stderr } of answers) assert.notEqual(code, 2, stderr);
    const wanted = values();
    const holding = filesBelow(project.path(".mesh")).filter((file) => {
      const text = readFileSync(file, "utf8").replaceAll("\\n", "\n");
      return wanted.some((value) => text.includes(value));
    });
    assert.ok(
      holding.some((file) => /\.secret\.yaml$/.test(file)),
      holding.join(", "),
    );
    for (const file of holding) {
      assert.equal(
        statSync(file).mode & 0o077,
        0,
        `${path.relative(project.folder, file)} is for its owner alone`,
      );
      assert.match(file, /state.*\.json$|\.secret\.yaml$/, "only the state and the files of secrets");
    }
  });

  it("are in no report and in no log", () => {
    const wanted = values();
    for (const { stdout, stderr } of answers) {
      const said = stdout + stderr;
      assert.ok(!said.includes("PRIVATE KEY"));
      assert.deepEqual(
        wanted.filter((value) => said.includes(value)).map((value) => `${value.slice(0, 4)}…`),
        [],
      );
    }
  });
});
