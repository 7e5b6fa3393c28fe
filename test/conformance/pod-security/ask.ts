import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A pod, or the template of one. */
export interface AskedPod {
  readonly metadata?: object | undefined;
  readonly spec: object;
}

/** The Pod Security Standards that forbid anything. */
export type Level = "baseline" | "restricted";

/**
 * Builds Kubernetes' own Pod Security checks from their Go module and asks them about pods.
 *
 * Nothing is downloaded: whoever runs the suite decides.
 *
 * @returns for each pod what the level forbids, or the reason why there are no answers
 */
export function askPodSecurity(level: Level, pods: readonly AskedPod[]): string[][] | string {
  const folder = mkdtempSync(join(tmpdir(), "meshwright-pod-security-"));
  try {
    const binary = join(folder, "pod-security");
    const build = spawnSync("go", ["build", "-o", binary, "."], {
      cwd: join(__dirname, "kubernetes"),
      encoding: "utf8",
      env: { ...process.env, GOPROXY: "off", GOFLAGS: "-mod=readonly" },
    });
    if (build.error !== undefined) return "Go is not installed";
    if (build.status !== 0) {
      return "Kubernetes' Go modules are not here (`go mod download` in test/conformance/pod-security/kubernetes gets them)";
    }
    const input = pods.map(({ metadata = {}, spec }) => JSON.stringify({ level, metadata, spec })).join("\n");
    const run = spawnSync(binary, { input, encoding: "utf8", maxBuffer: 1 << 26 });
    if (run.status !== 0) throw new Error(`Kubernetes' Pod Security checks failed: ${run.stderr}`);
    return run.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as string[]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
