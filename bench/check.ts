import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { meshYaml } from "./mesh-yaml";

/**
 * How long `meshwright check` takes over a large mesh, as users start it, against what merely parsing the same files takes,
 * and how it grows. All are programs of their own that run in turn, and medians of ratios are told, because a machine is
 * now fast and now slow: `npm run bench`.
 */
const BOUNDS = {
  /** The time of a check, in times of js-yaml parsing the same text. */
  parses: 4,
  /** From 1,000 to 4,000 services. */
  growth: 4.4,
  megabytes: 700,
};
const ROUNDS = 21;
const ROOT = path.dirname(__dirname);

interface Measured {
  /** Milliseconds by the clock. */
  readonly clock: number;
  /** Milliseconds of processor time. */
  readonly cpu: number;
  readonly megabytes: number;
}

function run(program: string, ...args: readonly string[]): Measured {
  const begin = performance.now();
  const { status, stderr, output } = spawnSync(
    process.execPath,
    [path.join(__dirname, "run-measured.cjs"), program, ...args],
    { stdio: ["ignore", "ignore", "pipe", "pipe"], encoding: "utf8" },
  );
  const clock = performance.now() - begin;
  // A check ends with 1 where it has findings.
  if (status === null || status > 1) throw new Error(`${program} failed:\n${stderr}`);
  return { clock, ...(JSON.parse(output[3] ?? "") as Omit<Measured, "clock">) };
}

function writeMesh(folder: string, services: number): string {
  for (const [index, text] of meshYaml(services).entries())
    writeFileSync(path.join(folder, `${String(index).padStart(4, "0")}.yaml`), text);
  return folder;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function measure(large: string, small: string) {
  const cli = path.join(ROOT, "dist", "cli", "main.js");
  const check = (folder: string) => run(cli, "check", "-f", folder, "--pack", "strict", "--format", "json");
  return Array.from({ length: ROUNDS }, () => ({
    parse: run(path.join(__dirname, "parse-only.cjs"), large),
    check: check(large),
    small: check(small),
  }));
}

const built = spawnSync("npm", ["run", "build", "--silent"], { cwd: ROOT, stdio: "inherit", shell: true });
if (built.status !== 0) process.exit(built.status ?? 1);
const folders = [4000, 1000].map((services) =>
  writeMesh(mkdtempSync(path.join(tmpdir(), "meshwright-bench-")), services),
);
try {
  const [large = "", small = ""] = folders;
  const rounds = measure(large, small);
  const of = (value: (round: (typeof rounds)[number]) => number) => median(rounds.map(value));
  console.log(
    `medians of ${ROUNDS} rounds: js-yaml ${of(({ parse }) => parse.clock).toFixed(0)} ms, ` +
      `check ${of(({ check }) => check.clock).toFixed(0)} ms`,
  );
  const bounds = [
    ["check / js-yaml, clock", of(({ check, parse }) => check.clock / parse.clock), BOUNDS.parses],
    ["check / js-yaml, processor", of(({ check, parse }) => check.cpu / parse.cpu), BOUNDS.parses],
    ["4,000 / 1,000 services", of((round) => round.check.clock / round.small.clock), BOUNDS.growth],
    ["memory, MB", of(({ check }) => check.megabytes), BOUNDS.megabytes],
  ] as const;
  for (const [name, value, bound] of bounds)
    console.log(
      `${name.padEnd(28)}${value.toFixed(2)} (at most ${bound})${value > bound ? "  TOO MUCH" : ""}`,
    );
  process.exitCode = bounds.some(([, value, bound]) => value > bound) ? 1 : 0;
} finally {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
