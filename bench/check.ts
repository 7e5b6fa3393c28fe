import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { meshYaml } from "./mesh-yaml";

/**
 * How long `meshwright check` takes over a large mesh, against what merely parsing the same files takes, and how it
 * grows. Processor time, and ratios within one run, so that the machine does not matter: `npm run bench`.
 */
const BOUNDS = {
  /** The time of a check, in times of js-yaml parsing the same text. */
  parses: 4,
  /** From 1,000 to 4,000 services. */
  growth: 4.4,
  megabytes: 700,
};

interface Measured {
  readonly objects: number;
  readonly findings: number;
  readonly parse: number;
  readonly check: number;
  readonly megabytes: number;
}

function measure(services: number): Measured {
  const folder = mkdtempSync(path.join(tmpdir(), "meshwright-bench-"));
  try {
    for (const [index, text] of meshYaml(services).entries()) {
      writeFileSync(path.join(folder, `${String(index).padStart(4, "0")}.yaml`), text);
    }
    // A process of its own: what an earlier size left in memory would count otherwise.
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--require", "ts-node/register/transpile-only", path.join(__dirname, "measure-check.ts"), folder],
      { cwd: path.dirname(__dirname), encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
    );
    if (status !== 0) throw new Error(`the measurement failed:\n${stderr}`);
    return JSON.parse(stdout) as Measured;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const small = measure(1000);
const large = measure(4000);
const rows = [
  ["objects", String(large.objects), ""],
  ["findings", String(large.findings), ""],
  ["js-yaml", `${large.parse.toFixed(0)} ms`, ""],
  ["check", `${large.check.toFixed(0)} ms`, ""],
];
const bounds = [
  ["check / js-yaml", large.check / large.parse, BOUNDS.parses],
  ["4,000 / 1,000 services", large.check / small.check, BOUNDS.growth],
  ["peak memory, MB", large.megabytes, BOUNDS.megabytes],
] as const;
for (const [name, value] of rows) console.log(`${String(name).padEnd(24)}${value}`);
for (const [name, value, bound] of bounds) {
  console.log(`${name.padEnd(24)}${value.toFixed(2)} (at most ${bound})${value > bound ? "  TOO MUCH" : ""}`);
}
process.exitCode = bounds.some(([, value, bound]) => value > bound) ? 1 : 0;
