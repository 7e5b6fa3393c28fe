import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** The installed packages that test programs see: ours, or those of another SDK that the suite is run against. */
export const NODE_MODULES = process.env.MESHWRIGHT_TEST_SDK ?? resolve(__dirname, "../../../node_modules");

/** Type checking is ts-node's work, not ours, and costs seconds for each program; tests that are about it ask for it. */
export const FAST = { PULUMI_NODEJS_TRANSPILE_ONLY: "true" };

const made: string[] = [];

/**
 * A Pulumi project in a folder of its own, with the SDK installed; gone after the tests.
 *
 * @param files path to content; `Pulumi.yaml` and `tsconfig.json` are given where they are left out
 */
export function projectWith(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "meshwright-engine-")));
  made.push(folder);
  const all = {
    "Pulumi.yaml": "name: sample\nruntime: nodejs\n",
    "package.json": '{ "name": "sample", "main": "index.ts" }\n',
    "tsconfig.json": '{ "compilerOptions": { "strict": true, "target": "es2022", "types": ["node"] } }\n',
    ...files,
  };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  symlinkSync(NODE_MODULES, join(folder, "node_modules"), "dir");
  return folder;
}

process.on("exit", () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});
