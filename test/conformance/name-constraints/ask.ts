import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A chain as a proxy shows it, in PEM. */
export interface AskedChain {
  readonly roots: string;
  readonly intermediates: string;
  readonly leaf: string;
  /** The host that was called, where it counts. */
  readonly dnsName?: string;
}

/**
 * Asks Go's own X.509, by which istiod and the Istio agent verify.
 *
 * @returns for each chain why it is refused, empty where it is believed; or the reason why there are no answers
 */
export function askGo(chains: readonly AskedChain[]): string[] | string {
  const folder = mkdtempSync(join(tmpdir(), "meshwright-name-constraints-"));
  try {
    const binary = join(folder, "verifier");
    const build = spawnSync("go", ["build", "-o", binary, "."], {
      cwd: join(__dirname, "verifier"),
      encoding: "utf8",
      env: { ...process.env, GOPROXY: "off", GOFLAGS: "-mod=readonly" },
    });
    if (build.error !== undefined) return "Go is not installed";
    if (build.status !== 0) throw new Error(`the verifier does not compile: ${build.stderr}`);
    const run = spawnSync(binary, {
      input: chains.map((chain) => JSON.stringify(chain)).join("\n"),
      encoding: "utf8",
    });
    if (run.status !== 0) throw new Error(`Go's verifier failed: ${run.stderr}`);
    return run.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as string);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
