import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";

/**
 * How long the compiler takes over programs that say every word of a mesh, against an empty one that imports the same
 * packages of Pulumi. Ratios within one run, so that the machine does not matter: `npm run bench`.
 */
const BOUNDS = { times: 2 };

const ROOT = path.dirname(__dirname);
const TSC = path.join(ROOT, "node_modules/typescript/bin/tsc");

const PULUMI = `
import * as pulumi from "@pulumi/pulumi";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
export { pulumi, CustomResource };
`;

/** Programs that say every word, as a user writes them. */
const WORDS = ["scripts/field-coverage/routes.ts", "scripts/field-coverage/traffic-policies.ts"];

function tsc(...args: readonly string[]): void {
  const { status, stdout } = spawnSync(process.execPath, [TSC, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`tsc ${args.join(" ")} failed:\n${stdout}`);
}

/** The least of three, in milliseconds. */
function measure(folder: string, program: string): number {
  writeFileSync(path.join(folder, "index.ts"), program);
  const config = { extends: "../tsconfig.json", include: [], files: ["index.ts"] };
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(config));
  const times = [1, 2, 3].map(() => {
    const start = performance.now();
    tsc("--noEmit", "-p", folder);
    return performance.now() - start;
  });
  return Math.min(...times);
}

// Inside the repository, because packages are found from there.
const folder = mkdtempSync(path.join(ROOT, ".bench-"));
try {
  // What a user's compiler reads is our declarations, not our sources.
  tsc(
    "-p",
    path.join(ROOT, "tsconfig.build.json"),
    "--emitDeclarationOnly",
    "--outDir",
    path.join(folder, "dist"),
  );
  const words = WORDS.map((file, index) => {
    const text = readFileSync(path.join(ROOT, file), "utf8");
    writeFileSync(
      path.join(folder, `words-${index}.ts`),
      text.replaceAll("../../components/", "./dist/components/"),
    );
    return `export * from "./words-${index}";`;
  });
  const empty = measure(folder, PULUMI);
  const mesh = measure(folder, `${PULUMI}${words.join("\n")}\n`);
  const times = mesh / empty;
  console.log(`${"empty program".padEnd(24)}${empty.toFixed(0)} ms`);
  console.log(`${"every word of a mesh".padEnd(24)}${mesh.toFixed(0)} ms`);
  console.log(
    `${"mesh / empty".padEnd(24)}${times.toFixed(2)} (at most ${BOUNDS.times})${times > BOUNDS.times ? "  TOO MUCH" : ""}`,
  );
  process.exitCode = times > BOUNDS.times ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
