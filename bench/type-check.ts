import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";

/**
 * How long the compiler takes over a program that says every word of a mesh, against an empty one that imports the same
 * packages of Pulumi. Ratios within one run, so that the machine does not matter: `npm run bench`.
 */
const BOUNDS = { times: 2 };

const ROOT = path.dirname(__dirname);

const PULUMI = `
import * as pulumi from "@pulumi/pulumi";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
export { pulumi, CustomResource };
`;

const PROGRAMS = {
  empty: PULUMI,
  mesh: `${PULUMI}
export * from "../scripts/field-coverage/routes";
export * from "../scripts/field-coverage/traffic-policies";
export * from "../test/unit/compile/meshes";
`,
};

/** The least of three, in milliseconds. */
function measure(folder: string, program: string): number {
  const file = path.join(folder, "index.ts");
  writeFileSync(file, program);
  writeFileSync(
    path.join(folder, "tsconfig.json"),
    JSON.stringify({ extends: "../tsconfig.json", include: [], files: ["index.ts"] }),
  );
  const times = [1, 2, 3].map(() => {
    const start = performance.now();
    const { status, stdout } = spawnSync(
      process.execPath,
      [path.join(ROOT, "node_modules/typescript/bin/tsc"), "--noEmit", "-p", folder],
      { encoding: "utf8" },
    );
    if (status !== 0) throw new Error(`the program does not compile:\n${stdout}`);
    return performance.now() - start;
  });
  return Math.min(...times);
}

// Inside the repository, because packages are found from there.
const folder = mkdtempSync(path.join(ROOT, ".bench-"));
try {
  const empty = measure(folder, PROGRAMS.empty);
  const mesh = measure(folder, PROGRAMS.mesh);
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
