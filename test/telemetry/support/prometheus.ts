import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What promtool says, and whether it was content. */
export async function promtool(
  ...args: string[]
): Promise<{ readonly fine: boolean; readonly text: string }> {
  try {
    const { stdout, stderr } = await run("promtool", args);
    return { fine: true, text: `${stdout}${stderr}` };
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    return { fine: false, text: `${stdout}${stderr}` || String(error) };
  }
}

/** Why tests with a real Prometheus cannot run here; nothing where they can. */
export async function missingPrometheus(): Promise<string | undefined> {
  try {
    await run("promtool", ["--version"]);
    await run("prometheus", ["--version"]);
    return undefined;
  } catch {
    return "prometheus and promtool are not installed (apt-get install prometheus)";
  }
}

/** A folder with these files. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), "meshwright-prometheus-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}

/** A server on a port that is free. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, "close");
  return port;
}

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

export interface Target {
  readonly labels: Readonly<Record<string, string>>;
  readonly scrapeUrl: string;
  readonly health: "up" | "down" | "unknown";
  readonly lastError: string;
}

/** A Prometheus that runs. */
export class Prometheus {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #url: string;
  #log = "";

  private constructor(child: ChildProcess, folder: string, url: string) {
    this.#process = child;
    this.#folder = folder;
    this.#url = url;
    child.stderr?.on("data", (chunk: Buffer) => (this.#log += chunk.toString()));
  }

  /**
   * Starts one on a free port and waits until it answers.
   *
   * @param program Debian's, unless another is given
   */
  static async start(
    files: Readonly<Record<string, string>>,
    program = "prometheus",
    env: Readonly<Record<string, string>> = {},
  ): Promise<Prometheus> {
    const folder = folderWith(files);
    const port = await freePort();
    const child = spawn(
      program,
      [
        `--config.file=${path.join(folder, "prometheus.yaml")}`,
        `--storage.tsdb.path=${path.join(folder, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...env } },
    );
    const prometheus = new Prometheus(child, folder, `http://127.0.0.1:${port}`);
    await prometheus.until(async () => (await fetch(`${prometheus.#url}/-/ready`)).ok, "be ready");
    return prometheus;
  }

  /** Waits until something holds. */
  async until(holds: () => Promise<boolean>, what: string, seconds = 60): Promise<void> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      if (await holds().catch(() => false)) return;
      if (this.#process.exitCode !== null || Date.now() > end) {
        throw new Error(`Prometheus did not ${what}:\n${this.#log.slice(-2000)}`);
      }
      await delay(250);
    }
  }

  async query(expr: string): Promise<readonly Sample[]> {
    const response = await fetch(`${this.#url}/api/v1/query`, {
      method: "POST",
      body: new URLSearchParams({ query: expr }),
    });
    const answer = (await response.json()) as { status: string; error?: string; data?: { result: Sample[] } };
    if (answer.status !== "success") throw new Error(`${expr}: ${answer.error ?? "failed"}`);
    return answer.data?.result ?? [];
  }

  /** What it fetches metrics from. */
  async targets(): Promise<readonly Target[]> {
    const response = await fetch(`${this.#url}/api/v1/targets?state=active`);
    return ((await response.json()) as { data: { activeTargets: Target[] } }).data.activeTargets;
  }

  /** What it has to say so far. */
  get log(): string {
    return this.#log;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      this.#process.kill();
      await once(this.#process, "exit");
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
