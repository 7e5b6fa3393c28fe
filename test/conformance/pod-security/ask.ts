import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { askProgram, buildGo, NO_GO } from "../ask-go";

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
    const build = buildGo(join(__dirname, "kubernetes"), binary);
    if (build === undefined) return NO_GO;
    if (build.status !== 0) {
      return "Kubernetes' Go modules are not here (`go mod download` in test/conformance/pod-security/kubernetes gets them)";
    }
    const questions = pods.map(({ metadata = {}, spec }) => ({ level, metadata, spec }));
    return askProgram("Kubernetes' Pod Security checks", binary, questions);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
