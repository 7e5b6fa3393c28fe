import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { ROOT } from "../package/installed";
import { ALL_EXAMPLES, EXAMPLE_NAMES, exampleProject, exampleStack } from "./support/example";
// One test file, so that the package is packed and each program run once, however many files run side by side.
import "./suites";

/** What the strict pack advises and examples leave, each with why; everything else that it says is a defect here. */
const LEFT: Readonly<Record<string, string>> = {
  "workload-supply-and-capacity": "tags say more to a reader than digests, and databases here have one pod",
  "install-control-plane-hardened":
    "what Istio's own installation opens; RequestAuthentications are judged apart",
  "telemetry-labels-and-defaults": "traces need somewhere to go, which is another example's subject",
  "traffic-envoyfilter": "local rate limits have no other API in Istio",
  "resilience-timeout-budget":
    "the ways through an egress gateway are written by the compiler, without a timeout",
  "authz-safe-pattern": "a token is demanded by a refusal without one, as Istio documents it",
  "authz-path-normalization": "shown where it matters, in payments",
};

describe("the examples", () => {
  it("are each a program of its own, with what it shows beside it, and in the index", () => {
    const index = readFileSync(path.join(ROOT, "examples", "README.md"), "utf8");
    for (const name of ALL_EXAMPLES) {
      const folder = path.join(ROOT, "examples", name);
      for (const file of ["Pulumi.yaml", "package.json", "tsconfig.json", "index.ts", "README.md"]) {
        assert.ok(existsSync(path.join(folder, file)), `${name} has no ${file}`);
      }
      const manifest = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as {
        name: string;
        dependencies: Record<string, string>;
      };
      assert.equal(manifest.name, name);
      assert.equal(manifest.dependencies["meshwright"], "file:../..");
      assert.match(index, new RegExp(`\\[${name}\\]\\(${name}\\)`), `${name} is not in examples/README.md`);
    }
  });

  it("compile against the declarations that are published, with the settings that they bring", function () {
    this.timeout(300_000);
    const project = exampleProject();
    const { compilerOptions } = JSON.parse(project.read(`examples/${EXAMPLE_NAMES[0]}/tsconfig.json`)) as {
      compilerOptions: object;
    };
    project.write(
      "tsconfig.json",
      JSON.stringify({
        compilerOptions: { ...compilerOptions, noEmit: true },
        files: ALL_EXAMPLES.map((name) => `examples/${name}/index.ts`),
      }),
    );
    const { stdout } = project.run(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "."]);
    assert.equal(stdout, "");
  });

  for (const name of EXAMPLE_NAMES) {
    describe(name, () => {
      const stack = exampleStack(name);

      it("passes the strict pack, and leaves no advice but what every example leaves", () => {
        stack().assertNoFindings({ pack: "strict" });
        const open = stack()
          .findings({ pack: "strict" })
          .filter(({ rule }) => !Object.hasOwn(LEFT, rule))
          .map(({ rule, object, message }) => `${rule}: ${object.kind} ${object.name}: ${message}`);
        assert.deepEqual(open, []);
      });

      it("runs each workload under an account of its own, and installs the whole mesh", () => {
        const workloads = [
          ...stack().objects({ kind: "Deployment" }),
          ...stack().objects({ kind: "StatefulSet" }),
        ];
        const accounts = new Map<string, string>();
        for (const { metadata, ...rest } of workloads) {
          const { template } = rest["spec"] as {
            template: { metadata: { labels: Record<string, string> }; spec: { serviceAccountName?: string } };
          };
          const app = template.metadata.labels["app"] ?? metadata.name;
          const account = `${String(metadata.namespace)}/${template.spec.serviceAccountName ?? "default"}`;
          assert.notEqual(template.spec.serviceAccountName ?? "default", "default", metadata.name);
          assert.equal(accounts.get(account) ?? app, app, `${account} is shared`);
          accounts.set(account, app);
        }
        assert.equal(stack().objects({ kind: "Deployment", name: "istiod" }).length, 1);
      });
    });
  }
});
