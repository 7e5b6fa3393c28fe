import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import Ajv, { type ValidateFunction } from "ajv";
import { run } from "./run-cli";

/** Carries the schema of OASIS as it is published. */
const MODULE = "github.com/owenrumney/go-sarif/v3@v3.3.1";
const SCHEMA = "pkg/report/v210/sarif/schema.go";

const WRONG = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http:
    - route:
        - destination: { host: nowhere }
          weight: 30
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: legacy, namespace: shop }
spec: { mtls: { mode: DISABLE }, colour: red }
`;

describe("SARIF output", () => {
  let validate: ValidateFunction;

  before(function () {
    const { status, stdout } = spawnSync("go", ["mod", "download", "-json", MODULE], {
      encoding: "utf8",
      cwd: tmpdir(),
    });
    if (status !== 0) {
      console.log(`skipped: the SARIF schema comes with the Go module ${MODULE}, which is not to be had`);
      this.skip();
    }
    const { Dir } = JSON.parse(stdout) as { Dir: string };
    const [, text = ""] = /= `([^`]*)`/.exec(readFileSync(path.join(Dir, SCHEMA), "utf8")) ?? [];
    // It says the same in the draft that the validator reads; only these two words differ.
    const { id, $schema: _, ...schema } = JSON.parse(text) as Record<string, unknown>;
    assert.match(String(id), /sarif-schema-2\.1\.0\.json$/);
    validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
  });

  it("validates against the schema of SARIF 2.1.0, with findings and without", async () => {
    for (const [stdin, least] of [
      [WRONG, 3],
      ["{apiVersion: v1, kind: Namespace, metadata: {name: a}}", 0],
    ] as const) {
      const { stdout } = await run(["check", "-f", "-", "--format", "sarif"], { stdin });
      const log = JSON.parse(stdout) as { runs: { results: unknown[] }[] };
      assert.ok((log.runs[0]?.results.length ?? 0) >= least);
      assert.ok(validate(log), JSON.stringify(validate.errors));
    }
    assert.equal(
      validate({ version: "2.1.0", runs: [{}] }),
      false,
      "the schema refuses a run without a tool",
    );
  });
});
