import assert from "node:assert/strict";
import * as path from "node:path";
import { runProgram } from "../../engine";
import { FAST, projectWith } from "../engine/support/project";
import { RegistryServer } from "./registry-server";

const ROOT = path.resolve(__dirname, "../..");

/** Programs are CommonJS where the project does not say otherwise, so what awaits is an exported function. */
const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import { fromConsul } from "${ROOT}/components/discovery";
import { defineMesh } from "${ROOT}/components/intent";

export = async () => {
  const config = new pulumi.Config();
  const consul = await fromConsul({
    address: config.require("consul"),
    token: config.requireSecret("consulToken"),
    services: { payments: "http" },
  });
  const shop = defineMesh("shop", { services: {}, external: consul.external });
  for (const external of shop.intent().externals)
    new pulumi.CustomResource("sample:index:Host", external.key, { external });
};
`;

describe("a Pulumi program that imports a catalogue", function () {
  this.timeout(120_000);
  const server = new RegistryServer();
  before(() => server.start());
  after(() => server.stop());

  const run = () =>
    runProgram({
      cwd: projectWith({
        "index.ts": PROGRAM,
        "Pulumi.dev.yaml": `config: { "sample:consul": "${server.address}", "sample:consulToken": s3cret }`,
      }),
      stack: "dev",
      env: FAST,
    });

  it("registers the hosts that the registry knows", async () => {
    server.answer({
      "/v1/catalog/services": { payments: [] },
      "/v1/health/service/payments": [
        {
          Node: { Node: "n", Address: "10.1.10.12", Datacenter: "dc1" },
          Service: { ID: "payments-1", Address: "", Port: 8080 },
          Checks: [{ Status: "passing" }],
        },
      ],
    });
    const { resources } = await run();
    const [host] = resources.filter(({ name }) => name === "payments");
    assert.deepEqual((host?.inputs["external"] as { endpoints: unknown }).endpoints, [
      { address: "10.1.10.12", locality: "dc1" },
    ]);
    assert.equal(server.asked[0]?.headers["x-consul-token"], "s3cret");
  });

  it("ends with the problem alone where the registry fails", async () => {
    server.answer({});
    await assert.rejects(run(), (error) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, /Consul at http:\/\/127\.0\.0\.1:\d+: 1 problem\n.*discovery\/status/);
      assert.doesNotMatch(error.message, /s3cret|node_modules/);
      return true;
    });
  });
});
