import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { Readable } from "node:stream";
import { loadAll } from "js-yaml";
import { runCli } from "../cli/program";

/** Measures one folder in this process and prints what it measured; `check.ts` starts it. */
async function main(folder: string): Promise<void> {
  const texts = readdirSync(folder).map((file) => readFileSync(path.join(folder, file), "utf8"));
  const parse: number[] = [];
  const check: number[] = [];
  let report = { findings: [] as readonly unknown[], checked: 0 };
  for (let round = 0; round < 4; round++) {
    const start = cpu();
    texts.forEach((text) => loadAll(text));
    const parsed = cpu();
    const printed = await runCheck(folder);
    check.push(cpu() - parsed);
    parse.push(parsed - start);
    report = JSON.parse(printed) as typeof report;
  }
  const result = {
    objects: report.checked,
    findings: report.findings.length,
    parse: Math.min(...parse),
    check: Math.min(...check),
    megabytes: process.resourceUsage().maxRSS / 1024,
  };
  process.stdout.write(JSON.stringify(result));
}

/** Milliseconds of processor time: what else runs on the machine counts for little in it. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function runCheck(folder: string): Promise<string> {
  let stdout = "";
  const code = await runCli(["check", "-f", folder, "--pack", "strict", "--format", "json"], {
    cwd: folder,
    env: {},
    stdin: Readable.from([]),
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: () => undefined },
  });
  if (code > 1) throw new Error(`check ended with ${code}`);
  return stdout;
}

void main(process.argv[2] ?? ".");
