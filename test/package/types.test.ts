import assert from "node:assert/strict";
import { readManifest, UserProject } from "./installed";
import { readmeProgram } from "./readme";

/** One import of each subpath, used in a way that fails if its types came out as `any`. */
const EVERY_SUBPATH = `
import * as root from "meshwright";
import { defineMesh, parseDuration } from "meshwright/intent";
import { compileMesh } from "meshwright/compile";
import { ServiceMesh } from "meshwright/platform";
import { VirtualService } from "meshwright/resources";
import { analyse, allRules } from "meshwright/analysis";
import { meshwrightPolicies } from "meshwright/policies";
import { runProgram } from "meshwright/engine";

type IsAny<T> = 0 extends 1 & T ? true : false;
export const typed: [
  IsAny<typeof root.ServiceMesh>, IsAny<typeof defineMesh>, IsAny<typeof parseDuration>, IsAny<typeof compileMesh>,
  IsAny<typeof ServiceMesh>, IsAny<typeof VirtualService>, IsAny<typeof analyse>, IsAny<typeof allRules>,
  IsAny<typeof meshwrightPolicies>, IsAny<typeof runProgram>,
] = [false, false, false, false, false, false, false, false, false, false];
`;

/** Wrong on purpose: declarations that lost their types would accept it. */
const WRONG = `
import { defineMesh } from "meshwright";
const shop = defineMesh("shop", {
  services: { a: { namespace: "n", ports: { http: { number: 80, protocol: "http" } } } },
});
shop.services.b;
`;

const SETTINGS = [
  { moduleResolution: "node", module: "commonjs", ignoreDeprecations: "5.0" },
  { moduleResolution: "node16", module: "node16" },
  { moduleResolution: "nodenext", module: "nodenext" },
  { moduleResolution: "bundler", module: "esnext" },
] as const;

describe("the package's types", () => {
  let project: UserProject;
  before(function () {
    this.timeout(300_000);
    project = new UserProject();
    project.linkPackage();
    project.write("package.json", '{ "name": "user", "private": true }\n');
    project.write("program.ts", readmeProgram());
    project.write("subpaths.ts", EVERY_SUBPATH);
    project.write("wrong.ts", WRONG);
  });
  after(() => project.remove());

  for (const settings of SETTINGS) {
    it(`compile the README's program and every subpath, strictly, with moduleResolution ${settings.moduleResolution}`, function () {
      this.timeout(120_000);
      project.write(
        "tsconfig.json",
        JSON.stringify({
          compilerOptions: {
            ...settings,
            target: "es2022",
            lib: ["es2022"],
            types: ["node"],
            strict: true,
            exactOptionalPropertyTypes: true,
            noUncheckedIndexedAccess: true,
            noEmit: true,
            skipLibCheck: true,
          },
          files: ["program.ts", "subpaths.ts", "wrong.ts"],
        }),
      );
      const { stdout } = project.run(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "."]);
      const errors = stdout.split("\n").filter((line) => /error TS/.test(line));
      assert.deepEqual(
        errors.map((line) => line.replace(/: error TS\d+: /, " ").replace(/ on type .*/, "")),
        ["wrong.ts(6,15) Property 'b' does not exist"],
      );
    });
  }

  it("are complete in themselves: no declaration refers to a file that was not published", function () {
    this.timeout(120_000);
    const manifest = readManifest();
    const subpaths = Object.keys(manifest.exports).filter((name) => !name.endsWith(".json"));
    project.write(
      "all.ts",
      subpaths
        .map((name, index) => `export * as m${index} from "${name.replace(/^\./, "meshwright")}";\n`)
        .join(""),
    );
    project.write(
      "tsconfig.json",
      JSON.stringify({
        compilerOptions: {
          module: "nodenext",
          moduleResolution: "nodenext",
          target: "es2022",
          types: ["node"],
          strict: true,
          noEmit: true,
          skipLibCheck: false,
        },
        files: ["all.ts"],
      }),
    );
    const { stdout } = project.run(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "."]);
    const ours = stdout.split("\n").filter((line) => /^(all\.ts|node_modules\/meshwright\/)/.test(line));
    assert.deepEqual(ours, []);
  });
});
