import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { PulumiProject } from "../cli/pulumi-project";
import { run } from "../cli/run-cli";
import { OpensslCertificates } from "../support/openssl-certificates";

const COMPONENTS = path.resolve(__dirname, "../../components");

/** What must never be in a deployment, each by the name that configuration `bad` gives it. */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
require("ts-node").register({ transpileOnly: true, compilerOptions: { module: "commonjs", moduleResolution: "node10", target: "es2022", esModuleInterop: true } });
const { defineMesh, jwt } = require(${JSON.stringify(`${COMPONENTS}/intent`)});
const { ServiceMesh } = require(${JSON.stringify(`${COMPONENTS}/platform`)});

const bad = new pulumi.Config().require("bad");
const mesh = defineMesh("shop", {
  services: { cart: { namespace: "shop", ports: { http: { number: 8080, protocol: "http" } } } },
});
if (bad === "tokens") {
  const jwks = JSON.stringify({ keys: [{ kty: "EC", crv: "P-256", x: "AA", y: "AA", d: "c2VjcmV0LXNjYWxhcg" }] });
  mesh.authenticate({
    at: mesh.services.cart,
    with: jwt({ issuer: "http://tokens.example.com", jwks, audiences: ["shop"] }),
  });
}
const authority = bad === "tokens" ? {} : { issued: require("./" + bad + ".json") };
new ServiceMesh("mesh", { mesh, namespaces: { shop: {} }, certificateAuthority: authority });
`;

/** By what is wrong: the ids that the answer names. */
const BAD: Readonly<Record<string, readonly string[]>> = {
  ended: ["platform/authority-expired"],
  leaf: ["platform/not-an-authority"],
  weak: ["platform/weak-key"],
  mismatch: ["platform/key-mismatch"],
  tokens: ["intent/jwks", "intent/jwt-issuer"],
};

describe("bad input to what secures a mesh", function () {
  this.timeout(60_000);
  const files = new OpensslCertificates();
  let project: PulumiProject;

  before(() => {
    for (const name of ["root", "ended", "leaf"]) files.key(name);
    files.key("weak", "rsa1024");
    files.certificate("root", ["basicConstraints=critical,CA:TRUE"]);
    const authority = ["basicConstraints=critical,CA:TRUE,pathlen:0"];
    files.certificate("ended", authority, { signer: "root", days: 0 });
    files.certificate("weak", authority, { signer: "root" });
    files.certificate("leaf", ["basicConstraints=critical,CA:FALSE"], { signer: "root" });
    const issued = (certificate: string, key = certificate): string =>
      JSON.stringify({
        certificatePem: files.text(`${certificate}.crt`),
        privateKeyPem: files.text(`${key}.key`),
        rootCertificatePem: files.text("root.crt"),
      });
    project = new PulumiProject(PROGRAM, {
      "ended.json": issued("ended"),
      "leaf.json": issued("leaf"),
      "weak.json": issued("weak"),
      "mismatch.json": issued("ended", "leaf"),
    });
  });
  after(() => {
    files.remove();
    project.remove();
  });

  for (const [bad, ids] of Object.entries(BAD))
    it(`is answered with ${ids.join(" and ")}, and nothing is written`, async () => {
      project.write("Pulumi.dev.yaml", `config: { "sample:bad": ${bad} }\n`);
      const { code, stdout, stderr } = await run(["synth"], { cwd: project.folder });
      assert.equal(code, 2, stdout);
      for (const id of ids) assert.ok(stderr.includes(`[${id}]`), stderr);
      assert.doesNotMatch(stderr, /\n +at |BEGIN [A-Z ]*PRIVATE KEY|c2VjcmV0LXNjYWxhcg/);
      assert.equal(existsSync(project.path(".mesh", "dev", "manifests")), false);
      assert.equal(existsSync(project.path(".mesh", "dev", "state.json")), false);
    });
});
